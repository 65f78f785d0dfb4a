/*
 * Connection: a socket of the manager's, from the moment it is connected until
 * it is closed and nobody holds it.  One struct for the whole time, idle and on
 * loan, and one watch.
 */
#ifndef KEEPALIVE_CONNECTION_H
#define KEEPALIVE_CONNECTION_H

#include "manager.h"
#include <poe/connection.h>

/* One loan; seconds, on the kernel's clock. */
struct loan {
	double began;
	double ends;            /* the deadline of the request that it answers, for the next try */
	double queue;           /* waited for without a dial */
	double idle;            /* before it began */
	const char *from_cache; /* as in the response */
	const char *from;       /* source position of the question; NULL: asked by call */
	poe_sid borrower;
	bool reported;          /* as one that lasts too long */
};

struct poe_connection {
	struct poe_owned owned;       /* by the session that has it on loan */
	struct poe_keepalive *manager; /* a reference while on loan */
	struct pool_slot *slot;       /* NULL once closed */
	struct poe_driver *tls;       /* owned; NULL: the socket itself.  A wheel has it on loan */
	struct poe_watch *watch;      /* weak in the manager's session, or at work in the wheel's */
	struct poe_readwrite *wheel;  /* owned; NULL before start */
	const struct poe_driver_ops *own; /* of the driver that we gave the wheel; NULL: it came with another */
	char *peer;                   /* owned; NULL until somebody asks */
	struct loan loan;             /* the last one */
	double born;                  /* of this loan: when it was connected */
	double spent[SLOT_IDLE];      /* as the slot's, once that is gone */
	int fd;                       /* owned; -1 once closed */
	unsigned lent;                /* loans, this one included */
	bool on_loan;
	bool retired;
	bool asked;                   /* a wheel before this one has spoken, and none has heard anything since */
	bool deaf;                    /* has something to read that nobody wants yet: the watch is paused */
};

/* Takes descriptor and watch over from a dial, in the manager's session.  NULL with ENOMEM. */
struct poe_connection *ka_connection_new(struct poe_keepalive *ka, struct pool_slot *slot,
					 struct poe_watch *watch);

/* To the current session, before pool_take.  -1 with ESRCH. */
int ka_connection_lend(struct poe_connection *c);

/* loan.c: whoever asked at that time, and would have waited so long, has it now. */
void ka_loan_begin(struct poe_connection *c, double asked, double timeout, const char *from_cache);

/* leak.c: tells of a loan that lasts too long, and of its end. */
void ka_loan_overdue(struct poe_connection *c);
void ka_loan_returned(const struct poe_connection *c);

/* The slot goes, the socket stays: its watch and its wheel are gone.  The descriptor is the caller's. */
int ka_connection_let_out(struct poe_connection *c);

/* The struct alone, which has no socket any more. */
void ka_connection_free(struct poe_connection *c);

/* Stops the program with one line, for a borrower's mistake: freed already, or never taken. */
void ka_must_be_on_loan(const struct poe_connection *c, const char *function);

/* unasked.c: the probe, but that the user may have what nobody asked for; asks whether it is alive, as pool_world says. */
enum pool_health ka_unasked_look(const struct poe_connection *c);
int ka_unasked_ping(const struct poe_connection *c);

/* The pool closes it; the struct goes too, unless it is on loan. */
void ka_connection_closed(struct poe_connection *c);

/* probe.c: one look at the socket, which takes nothing out of it but what TLS has to say to itself. */
enum pool_health ka_probe(const struct poe_connection *c);

#endif
