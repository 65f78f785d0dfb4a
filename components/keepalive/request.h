/*
 * Request: someone who wants a connection, from the question to the answer.
 */
#ifndef KEEPALIVE_REQUEST_H
#define KEEPALIVE_REQUEST_H

#include "deadline.h"
#include "key.h"

struct pool_slot;

/* How a request ended; pool->ended counts each. */
enum pool_ending {
	ENDED_IMMEDIATE, /* an idle connection was there */
	ENDED_DEFERRED,  /* waited, and got one that somebody had used */
	ENDED_CONNECTED, /* waited, and got a new one */
	ENDED_FAILED,
	ENDED_CANCELLED,
	ENDED_TIMED_OUT,
	ENDINGS
};

enum pool_request_state {
	REQUEST_NEW,
	REQUEST_WAITING,  /* on its key's list of waiters */
	REQUEST_ANSWERED, /* the world has the answer; the asker has not seen it: may still be cancelled */
	REQUEST_DONE      /* its ticket is void */
};

/* Inside the world's own record of a request, which the world allocates and frees. */
struct pool_request {
	struct link waiting;  /* on key->waiters, or key->fresh */
	struct link unpaired; /* on key->unpaired, while it has no dial */
	struct deadline deadline;
	struct pool_key *key;   /* while it waits */
	struct pool_slot *dial; /* the one started for it, for as long as both are there */
	struct pool_slot *slot; /* granted, until it is taken or comes back */
	double asked;           /* when */
	bool fresh;             /* nothing that was used before will do */
	uint32_t ticket;        /* index into the tickets; its generation makes it an id */
	enum pool_request_state state;
	enum pool_ending ending;
};

/*
 * Tickets turn an id into a request without trusting it: an id is a place in
 * the table and that place's generation, under the salt of this one pool.
 */
struct pool_ticket {
	struct pool_request *request; /* NULL while nobody holds it */
	uint32_t generation;          /* of its holder, or of the next one */
	uint32_t next_free;
};

struct pool_tickets {
	struct pool_ticket *all;
	uint32_t count, room;
	uint32_t first_free; /* TICKET_NONE at the end */
	uint32_t held;
	uint64_t salt;       /* keeps one pool's ids from meaning anything to another */
};

void pool_tickets_init(struct pool_tickets *tickets, uint64_t salt);
void pool_tickets_free(struct pool_tickets *tickets);

/* Gives the request an id.  0, or -1 with ENOMEM. */
int pool_ticket_take(struct pool_tickets *tickets, struct pool_request *r);

/* Voids it: the id is never given again. */
void pool_ticket_void(struct pool_tickets *tickets, struct pool_request *r);

/* Of a request that holds a ticket.  Never zero. */
uint64_t pool_ticket_id(const struct pool_tickets *tickets, const struct pool_request *r);

/* NULL with EALREADY for an id that has been void for a while, ESRCH for one that never was. */
struct pool_request *pool_ticket_holder(const struct pool_tickets *tickets, uint64_t id);

#endif
