/*
 * Connection: a socket of the manager's, from the moment it is connected until
 * it is closed and nobody holds it.  One struct for the whole time, idle and on
 * loan, and one watch.
 */
#ifndef KEEPALIVE_CONNECTION_H
#define KEEPALIVE_CONNECTION_H

#include "manager.h"
#include <poe/connection.h>

struct poe_connection {
	struct poe_owned owned;       /* by the session that has it on loan */
	struct poe_keepalive *manager; /* a reference while on loan */
	struct pool_slot *slot;       /* NULL once closed */
	struct poe_watch *watch;      /* weak in the manager's session, or at work in the wheel's */
	struct poe_readwrite *wheel;  /* owned; NULL before start */
	char *peer;                   /* owned; NULL until somebody asks */
	double born;                  /* of this loan: when it was connected */
	int fd;                       /* owned; -1 once closed */
	unsigned lent;                /* loans, this one included */
	bool on_loan;
	bool retired;
	bool deaf;                    /* has something to read that nobody wants yet: the watch is paused */
};

/* Takes descriptor and watch over from a dial, in the manager's session.  NULL with ENOMEM. */
struct poe_connection *ka_connection_new(struct poe_keepalive *ka, struct pool_slot *slot,
					 struct poe_watch *watch);

/* To the current session, before pool_take.  -1 with ESRCH. */
int ka_connection_lend(struct poe_connection *c);

/* The pool closes it; the struct goes too, unless it is on loan. */
void ka_connection_closed(struct poe_connection *c);

/* probe.c: one look at the socket, which takes nothing out of it. */
enum pool_health ka_probe(int fd);

#endif
