#include "family.h"

#include "dispatch.h"

#include <errno.h>
#include <stdlib.h>

struct session *family_parent(const struct poe_kernel *k, const struct session *s)
{
	return s == k->self ? NULL : session_at(k, s->parent);
}

/* The kernel itself has place 0 and is nobody's child, so 0 can stand for none. */
struct session *family_first_child(const struct poe_kernel *k, const struct session *s)
{
	return s->first_child ? session_at(k, s->first_child) : NULL;
}

struct session *family_next(const struct poe_kernel *k, const struct session *s)
{
	return s->next_sibling ? session_at(k, s->next_sibling) : NULL;
}

void family_join(struct poe_kernel *k, struct session *parent, struct session *child)
{
	child->parent = session_place(parent);
	child->prev_sibling = 0;
	child->next_sibling = parent->first_child;
	if (parent->first_child)
		session_at(k, parent->first_child)->prev_sibling = session_place(child);
	parent->first_child = session_place(child);
	session_hold(parent);
}

void family_leave(struct poe_kernel *k, struct session *child)
{
	struct session *parent = family_parent(k, child);

	if (child->prev_sibling)
		session_at(k, child->prev_sibling)->next_sibling = child->next_sibling;
	else
		parent->first_child = child->next_sibling;
	if (child->next_sibling)
		session_at(k, child->next_sibling)->prev_sibling = child->prev_sibling;
	session_drop(k, parent);
}

static size_t append_children(const struct poe_kernel *k, poe_sid *list, size_t count, const struct session *s)
{
	for (struct session *c = family_first_child(k, s); c != NULL; c = family_next(k, c))
		list[count++] = session_id(c);
	return count;
}

poe_sid *family_below(const struct poe_kernel *k, const struct session *s, size_t *count)
{
	poe_sid *list = malloc((k->sessions.live + 1) * sizeof *list);

	if (list == NULL)
		return NULL;
	list[0] = session_id(s);
	*count = 1;
	for (size_t i = 0; i < *count; i++)
		*count = append_children(k, list, *count, session_find(k, list[i]));
	return list;
}

poe_sid poe_session_parent(const struct poe_kernel *k, poe_sid session)
{
	const struct session *s = session_find(k, session);

	if (s != NULL && s != k->self)
		return session_id(family_parent(k, s));
	errno = ESRCH;
	return (poe_sid){ 0 };
}

/*
 * As in POE, the family hears of it before the tree changes; but a parent that
 * has not been told of a birth yet is not told of the loss.
 */
static void move_to_kernel(struct poe_kernel *k, struct session *child)
{
	struct session *parent = family_parent(k, child);
	poe_sid id = session_id(child);

	if (child->stage != SESSION_STARTING)
		session_tell(k, parent, "_child", poe_list(poe_str("lose"), poe_address(id)));
	if (session_find(k, id) == NULL)
		return;
	session_tell(k, child, "_parent",
		     poe_list(poe_address(session_id(parent)), poe_address(session_id(k->self))));
	if (session_find(k, id) == NULL)
		return;
	family_leave(k, child);
	family_join(k, k->self, child);
}

int poe_detach_myself(struct poe_kernel *k)
{
	struct session *s = session_current(k);

	if (s == NULL)
		return -1;
	if (family_parent(k, s) == k->self) {
		errno = EPERM;
		return -1;
	}
	move_to_kernel(k, s);
	return 0;
}

int poe_detach_child(struct poe_kernel *k, poe_sid child)
{
	struct session *s = session_current(k), *c = session_find(k, child);

	if (s == NULL)
		return -1;
	if (c == NULL) {
		errno = ESRCH;
		return -1;
	}
	if (c == k->self || family_parent(k, c) != s) {
		errno = EPERM;
		return -1;
	}
	move_to_kernel(k, c);
	return 0;
}
