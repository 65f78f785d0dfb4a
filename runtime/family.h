/* The family tree: who is whose child. */
#ifndef FAMILY_H
#define FAMILY_H

#include "session.h"

struct session *family_parent(const struct poe_kernel *k, const struct session *s);
struct session *family_first_child(const struct poe_kernel *k, const struct session *s);
struct session *family_next(const struct poe_kernel *k, const struct session *s);

/* Joins and leaves; a child keeps its parent alive. */
void family_join(struct poe_kernel *k, struct session *parent, struct session *child);
void family_leave(struct poe_kernel *k, struct session *child);

/*
 * The session and all below it, breadth first: the deepest come last.  NULL
 * with ENOMEM; the caller frees it.
 */
poe_sid *family_below(const struct poe_kernel *k, const struct session *s, size_t *count);

#endif
