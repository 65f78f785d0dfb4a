#include "reference.h"

#include <errno.h>
#include <stdlib.h>

/* The count of a tag: in place for the first one, which is all that most sessions ever have. */
static uint32_t *count_of(struct session *s, uint32_t name)
{
	if (s->tag == name)
		return &s->tag_count;
	for (struct tag *tag = s->more_tags; tag != NULL; tag = tag->next)
		if (tag->name == name)
			return &tag->count;
	return NULL;
}

static uint32_t *add_tag(struct session *s, uint32_t name)
{
	struct tag *tag;

	if (s->tag == 0) {
		s->tag = name;
		return &s->tag_count;
	}
	tag = malloc(sizeof *tag);
	if (tag == NULL)
		return NULL;
	*tag = (struct tag){ s->more_tags, name, 0 };
	s->more_tags = tag;
	return &tag->count;
}

static void remove_tag(struct session *s, uint32_t name)
{
	struct tag **place = &s->more_tags, *tag;

	if (s->tag == name) {
		s->tag = 0;
		return;
	}
	while ((*place)->name != name)
		place = &(*place)->next;
	tag = *place;
	*place = tag->next;
	free(tag);
}

void reference_clear(struct poe_kernel *k, struct session *s)
{
	if (s->tag != 0)
		k->work--;
	while (s->more_tags != NULL) {
		k->work--;
		remove_tag(s, s->more_tags->name);
	}
}

int poe_refcount_increment(struct poe_kernel *k, poe_sid session, const char *text)
{
	struct session *s = session_find(k, session);
	const struct name *name = names_intern(&k->names, text);
	uint32_t *count;

	if (name == NULL)
		return -1;
	if (s == NULL || s == k->self) {
		errno = ESRCH;
		return -1;
	}
	count = count_of(s, name->id);
	if (count == NULL)
		count = add_tag(s, name->id);
	if (count == NULL)
		return -1;
	if ((*count)++ == 0) {
		k->work++;
		session_hold(s);
	}
	return (int)*count;
}

int poe_refcount_decrement(struct poe_kernel *k, poe_sid session, const char *text)
{
	struct session *s = session_find(k, session);
	const struct name *name = names_find(&k->names, text);
	uint32_t *count = s && name ? count_of(s, name->id) : NULL;

	if (count == NULL) {
		errno = s ? EINVAL : ESRCH;
		return -1;
	}
	if (--*count > 0)
		return (int)*count;
	remove_tag(s, name->id);
	k->work--;
	session_drop(k, s);
	return 0;
}
