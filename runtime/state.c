/* States set and removed at run time. */
#include "session.h"

#include <errno.h>
#include <poe/session.h>

int poe_state_set(struct poe_kernel *k, const char *text, poe_handler *handler, void *object)
{
	struct session *s = session_current(k);
	struct row row = { .handler = handler, .object = object };
	const struct name *whole;

	if (s == NULL)
		return -1;
	if (handler == NULL) {
		errno = EINVAL;
		return -1;
	}
	/* The row's types are read from its text for as long as it stands, so the text is kept. */
	whole = names_intern(&k->names, text);
	if (whole == NULL || row_read(&row, &k->names, whole->text) == -1)
		return -1;
	return rows_set(&s->own_rows, row);
}

int poe_state_remove(struct poe_kernel *k, const char *text)
{
	struct session *s = session_current(k);
	const struct name *name = names_find(&k->names, text);
	const struct row *own, *shared;

	if (s == NULL)
		return -1;
	own = name && s->own_rows ? rows_find(s->own_rows, name->id) : NULL;
	shared = name ? rows_find(s->class->rows, name->id) : NULL;
	if (own != NULL ? own->handler == NULL : shared == NULL) {
		errno = ESRCH;
		return -1;
	}
	/* A row without a handler hides the class's. */
	return rows_set(&s->own_rows, (struct row){ .name = name->id });
}
