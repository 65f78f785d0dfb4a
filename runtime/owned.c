/* What sessions own: a list each, the youngest first. */
#include "session.h"

#include <errno.h>
#include <poe/session.h>

int poe_own(struct poe_kernel *k, poe_sid session, struct poe_owned *owned, const struct poe_owned_kind *kind)
{
	struct session *s = session_find(k, session);

	if (s == NULL) {
		errno = ESRCH;
		return -1;
	}
	owned->kind = kind;
	owned->next = s->owned;
	owned->link = &s->owned;
	if (owned->next != NULL)
		owned->next->link = &owned->next;
	s->owned = owned;
	return 0;
}

void poe_disown(struct poe_owned *owned)
{
	if (owned->link == NULL)
		return;
	*owned->link = owned->next;
	if (owned->next != NULL)
		owned->next->link = owned->link;
	owned->next = NULL;
	owned->link = NULL;
}
