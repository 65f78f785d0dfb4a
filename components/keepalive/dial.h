/*
 * Dial: from a key to a connection that can be used.  A name is looked up, its
 * addresses race each other, and the winner is what the pool gets.
 */
#ifndef KEEPALIVE_DIAL_H
#define KEEPALIVE_DIAL_H

#include "manager.h"
#include "race.h"
#include "tunnel.h"

struct dial {
	struct link starting;         /* on manager->starting, until it begins */
	struct poe_keepalive *manager;
	struct pool_slot *slot;       /* its body is this dial */
	struct way way;
	poe_resolve_id lookup;        /* zero: none under way */
	struct race race;
	const char *host;             /* to connect to; lent from the key, or from the tunnel */
	int port;
	struct poe_watch *watch;      /* owned, with its descriptor; NULL while the race is on */
	struct tunnel *tunnel;        /* owned; NULL without a proxy */
	struct poe_driver *tls;       /* owned; NULL before the handshake, and without */
	double ends;                  /* when the whole dial is over, on the kernel's clock */
	const char *function;         /* of the failure to report, the most telling so far */
	int error_num;
};

/* A dial that has not begun.  NULL with ENOMEM. */
struct dial *ka_dial_new(struct poe_keepalive *ka, struct pool_slot *slot);

/* In the manager's session.  It ends by itself, or is late, or is freed. */
void ka_dial_begin(struct dial *d);

/* The time of this step, or of the whole, is up. */
void ka_dial_late(struct dial *d);

/* The names have come, or have not. */
void ka_dial_resolved(struct dial *d, const struct poe_resolve_response *answer);

/* Gives up without a word. */
void ka_dial_free(struct dial *d);

/*
 * What its stages share.
 */

/* Seconds that it still has. */
double ka_dial_left(const struct dial *d);

/* A failure to report, if nothing better comes, nor anything that tells more. */
void ka_dial_note(struct dial *d, const char *function, int error_num);

/* The race is won: the dial takes the watch and its descriptor.  Or lost: what was noted is reported. */
void ka_dial_connected(struct dial *d, struct poe_watch *watch, int family);
void ka_dial_lost(struct dial *d);

/* The way to whom it is for is open.  And: there is nothing left to do but use it. */
void ka_dial_open(struct dial *d);
void ka_dial_ready(struct dial *d);

/* Somebody on the way has said no; text, if it is not "", is what he said, lent from the dial. */
void ka_dial_refused(struct dial *d, const char *function, int error_num, const char *text);

#endif
