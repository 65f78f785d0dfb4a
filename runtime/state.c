/* States set and removed at run time. */
#include "session.h"

#include <errno.h>
#include <poe/session.h>

static bool row_stands(const struct session *s, uint32_t name)
{
	const struct row *own = s->own_rows ? rows_find(s->own_rows, name) : NULL;

	return own != NULL ? own->handler != NULL : rows_find(s->class->rows, name) != NULL;
}

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
	if (s->options & SESSION_DEBUG && row_stands(s, row.name))
		kernel_report(k, "session %llu: event %s gets another handler", (unsigned long long)s->id, text);
	return rows_set(&s->own_rows, row);
}

int poe_state_remove(struct poe_kernel *k, const char *text)
{
	struct session *s = session_current(k);
	const struct name *name = names_find(&k->names, text);

	if (s == NULL)
		return -1;
	if (name == NULL || !row_stands(s, name->id)) {
		errno = ESRCH;
		return -1;
	}
	/* A row without a handler hides the class's. */
	return rows_set(&s->own_rows, (struct row){ .name = name->id });
}
