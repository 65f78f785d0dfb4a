/*
 * Shoppers: sessions that want one answer each of a chaos server, through one
 * connection manager; on a kernel of their own, with the virtual clock.  A
 * shopper asks the manager for a connection, puts its request, waits for the
 * answer, gives the connection back and ends.
 *
 * A case opens a shop, sends shoppers in, looks at how they ended, and closes
 * it.  What is wrong is told with the case that it is wrong in.
 */
#ifndef SHOP_H
#define SHOP_H

#include "chaos.h"

#include <poe.h>

enum { SHOPPERS = 16 };

/* Seconds: for the manager to answer, and then for the server. */
#define SHOP_DEADLINE 60.0
#define SHOP_PATIENCE 30.0

enum shopper_end {
	SHOPPER_WAITS,
	SHOPPER_SERVED,  /* its own answer, to the letter */
	SHOPPER_WRONGED, /* another one */
	SHOPPER_BROKEN,  /* the connection ended, or failed */
	SHOPPER_LATE,    /* SHOP_PATIENCE is over */
	SHOPPER_REFUSED, /* no connection */
	SHOPPER_LEFT,    /* the test has taken it away */
	SHOPPER_ENDS
};

struct shop;

struct shopper {
	struct shop *shop;
	int number;                 /* from 1; what it asks for */
	poe_sid session;
	poe_request_id id;
	struct poe_connection *connection;
	poe_alarm_id alarm;
	enum shopper_end end;
	int responses;              /* of the manager */
	double asked, answered;     /* when; the manager's answer */
	char from_cache[16], function[16], phase[16];
	int error_num;
	char heard[CHAOS_ANSWER];
	size_t length;              /* of what was heard of the answer */
};

struct shop {
	struct chaos *chaos;
	struct poe_kernel *kernel;
	struct poe_keepalive *ka;
	struct poe_tls *trust;      /* the shoppers' policy; NULL: in clear */
	const char *address;        /* whom they ask; "127.0.0.1" */
	int port;                   /* the server's */
	double now;                 /* poe_now, as the last turn began */
	bool may_pass;              /* time passes, if else nothing happens and the wrong is done */
	bool piecemeal;             /* shoppers take the answer as it comes; else nothing of it before all is there */
	int count, waiting;         /* shoppers */
	struct shopper shoppers[SHOPPERS];
	int open_before;            /* descriptors */
};

/* The server's wrong, the policy of the shoppers (lent), how many connections there may be. */
struct shop *shop_open(const struct chaos_plan *wrong, struct poe_tls *trust, int max_per_host);

/* Asserts that everybody had one answer of the manager and that nothing is left. */
void shop_close(struct shop *s);

/* One more shopper, who asks at once. */
struct shopper *shop_enter(struct shop *s);

/* Lets everybody come to an end; or so many turns pass. */
void shop_serve(struct shop *s);
void shop_turns(struct shop *s, int turns);

/* How many have ended so. */
int shop_count(const struct shop *s, enum shopper_end end);

/* Fails with the case and every shopper's end, unless it holds. */
void shop_assert(const struct shop *s, bool holds, const char *what);

/*
 * How a shopper leaves before the end: giving its connection up as the function does; by the end of its session,
 * which then owns the connection; or while it still waits for one, with its request taken back.
 */
void shopper_leave(struct shopper *me, void (*give_up)(struct poe_connection *c));
void shopper_be_stopped(struct shopper *me);
void shopper_take_back(struct shopper *me);

#endif
