/*
 * Dial: from a key to a connected socket, one address after the other.
 */
#ifndef KEEPALIVE_DIAL_H
#define KEEPALIVE_DIAL_H

#include "manager.h"

struct dial {
	struct link starting;            /* on manager->starting, until it begins */
	struct poe_keepalive *manager;
	struct pool_slot *slot;          /* its body is this dial */
	poe_resolve_id lookup;           /* zero: none under way */
	struct poe_endpoint *endpoints;  /* owned, unless it is `one` */
	size_t count, next;
	struct poe_endpoint one;
	struct poe_watch *watch;         /* owned, with its descriptor; NULL: no attempt under way */
	double ends;                     /* when the whole dial is over, on the kernel's clock */
	const char *function;            /* of the failure to report, the most telling so far */
	int error_num;
};

/* A dial that has not begun.  NULL with ENOMEM. */
struct dial *ka_dial_new(struct poe_keepalive *ka, struct pool_slot *slot);

/* In the manager's session.  It ends by itself, or is late, or is freed. */
void ka_dial_begin(struct dial *d);

/* The time of this attempt, or of the whole, is up. */
void ka_dial_late(struct dial *d);

/* The names have come, or have not. */
void ka_dial_resolved(struct dial *d, const struct poe_resolve_response *answer);

/* Gives up without a word. */
void ka_dial_free(struct dial *d);

/* address.c: an address that needs no resolver: 1, 0 if it is a name, -1 with errno if it is impossible. */
int ka_address_read(struct poe_endpoint *e, const char *text, int port);
int ka_address_unix(struct poe_endpoint *e, const char *path);

#endif
