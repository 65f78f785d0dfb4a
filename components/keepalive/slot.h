/*
 * Slot: one connection's place in the limits, from the start of its dial until
 * it is closed.
 */
#ifndef KEEPALIVE_SLOT_H
#define KEEPALIVE_SLOT_H

#include "deadline.h"
#include "key.h"

struct pool_request;

enum pool_slot_state {
	SLOT_RESOLVING,  /* a dial; the address is not known yet */
	SLOT_CONNECTING, /* a dial */
	SLOT_PROXY,      /* a dial; the proxy has been asked and has not agreed */
	SLOT_TLS,        /* a dial; the handshake, which is over before anybody is told */
	SLOT_IDLE,       /* on its key's list and on the pool's, for the next asker */
	SLOT_PINGING,    /* idle, but asked whether it is alive: nobody gets it before it has answered */
	SLOT_GRANTED,    /* the answer is under way to the asker */
	SLOT_LEASED      /* the asker has it */
};

/* What a look at a connection's socket shows. */
enum pool_health {
	HEALTH_GOOD,  /* nothing to read: the peer is there, as far as this side can know */
	HEALTH_STALE, /* the peer has closed or reset it */
	HEALTH_DIRTY  /* octets that nobody asked for: whatever is read next would be wrong */
};

/* What the one who gives a connection back says of it. */
enum pool_verdict { VERDICT_CLEAN, VERDICT_SPOILT };

/* What each loan touches stands first. */
struct pool_slot {
	struct pool_key *key;
	void *body;                  /* the world's: its dial, then its connection */
	struct link in_key;          /* a loose dial's on key->loose, an idle one's on key->idle */
	struct link in_pool;         /* on pool->dials, pool->idle, pool->pinging, pool->used or pool->overdue */
	double idle_since;           /* for the timer; what its key is to keep begins anew when it has run */
	double rested;               /* when it became idle */
	double ends;                 /* of its life; 0: never */
	double stay;                 /* seconds of idleness that the peer allows; 0: it has not said */
	unsigned uses;               /* loans begun */
	unsigned last_use;           /* the last one that the peer allows; 0: it has not said */
	unsigned turn;               /* key->turn when it was lent last */
	enum pool_slot_state state;
	bool overdue;                /* on pool->overdue: its loan has been reported */
	bool too_old;                /* its life ended during a loan, or its peer says so: closed when it comes back */
	struct deadline deadline;    /* a dial's: the end of this attempt; a connection's: of its life or its rest */
	struct link in_group;        /* an idle one's, on its group's list */
	double lent;                 /* when it was granted last, while the pool looks for overdue loans */
	double born;                 /* when it was connected */
	struct pool_request *waiter; /* a dial's: whom it was started for, while he waits */
	double began;                /* when it was opened, as a dial */
	double entered;              /* a dial's: when this part of it began */
	double spent[SLOT_IDLE];     /* seconds in each part of the dial */
};

static inline bool pool_slot_is_dial(const struct pool_slot *slot)
{
	return slot->state < SLOT_IDLE;
}

static inline bool pool_slot_is_used(const struct pool_slot *slot)
{
	return slot->state > SLOT_IDLE;
}

#endif
