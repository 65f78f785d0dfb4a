/*
 * Pool: which request gets which connection, and when one is dialled, kept or
 * closed.  Plain data and policy: it knows neither sockets nor the kernel, and
 * reaches the world through a table of functions, so that the same code runs
 * on real sockets and, in tests, on none.
 *
 * What holds at the end of each verb (pool_check counts it all anew):
 * - a key with waiters has no idle connection, and no room to dial that it does not use;
 * - no key has more than max_per_host connections, dials and idle ones counted, and
 *   all keys together not more than max_open;
 * - keys are blocked by max_open only while nothing idle and no surplus dial is left,
 *   and by max_dialing while no surplus dial is.
 * The pool's state is final before it calls out.  A verb called from within
 * such a call works; the rest of its consequences follow in the outer one.
 */
#ifndef KEEPALIVE_POOL_H
#define KEEPALIVE_POOL_H

#include "care.h"
#include "group.h"
#include "histogram.h"
#include "request.h"
#include "slot.h"

struct pool;

/* Why a request fails. */
struct pool_failure {
	const char *function;  /* "connect", "resolve", ... */
	int error_num;
	const char *error_str; /* NULL: strerror's words.  Lent for the call */
	const char *phase;     /* where a deadline hit, or NULL */
};

/* A granted slot, or else a failure. */
struct pool_answer {
	struct pool_slot *slot;
	const struct pool_failure *failure; /* lent for the call */
};

/* What the pool asks of the world.  None of these may run anybody else's code. */
struct pool_world {
	double (*now)(struct pool *pool);    /* seconds; never goes back */
	double (*recent)(struct pool *pool); /* the same, a little old but for nothing: for what is idle */

	/* A time has become known that is earlier than all before: call pool_expire then. */
	void (*wake_at)(struct pool *pool, double when);

	/* The world ends each dial with pool_dialled or pool_dial_failed, unless it is cancelled first. */
	void (*start_dial)(struct pool *pool, struct pool_slot *slot);
	void (*cancel_dial)(struct pool *pool, struct pool_slot *slot);
	void (*dial_late)(struct pool *pool, struct pool_slot *slot); /* pool_dial_bound's time has come */

	enum pool_health (*probe)(struct pool *pool, struct pool_slot *slot);
	void (*close)(struct pool *pool, struct pool_slot *slot); /* the slot is gone after this */

	/*
	 * Asks an idle connection whether it is alive; the world calls pool_ping_answered when it is.  0; 1 if
	 * this one cannot be asked; -1 if it is not alive.
	 */
	int (*ping)(struct pool *pool, struct pool_slot *slot);

	/* A connection is on loan for longer than leak_after; and it has come back after all. */
	void (*overdue)(struct pool *pool, struct pool_slot *slot);
	void (*returned)(struct pool *pool, struct pool_slot *slot);

	/* The one answer of a request. */
	void (*answer)(struct pool *pool, struct pool_request *r, const struct pool_answer *answer);
};

/* Which of a key's idle connections is lent next. */
enum pool_order {
	ORDER_LIFO,       /* the one freed last */
	ORDER_FIFO,       /* the one that is idle for longest */
	ORDER_ROUND_ROBIN /* none twice before each one that is idle has had its turn */
};

struct pool_plan {
	unsigned max_per_host, max_open;
	unsigned max_dialing; /* 0: any number, as in the five below */
	unsigned max_per_proxy;
	unsigned max_uses;
	unsigned max_idle, max_idle_per_key;
	size_t max_queue_per_key;
	size_t max_queue;     /* 0: none */
	enum pool_order order;
	double keep_alive; /* seconds; negative: nothing is kept */
	double max_age;    /* seconds, less up to a tenth; 0: any */
	double ping_every, ping_timeout; /* seconds idle until it is asked whether it is alive, 0: never; and to answer */
	double leak_after; /* seconds of a loan until it is overdue; 0: never */
	unsigned breaker_after; /* dials of a key that fail, one after the other; 0: no breaker */
	double breaker_base, breaker_most; /* seconds that a breaker is open at first, and at most */
	uint64_t seed;     /* of the ids and of that tenth */
};

struct pool {
	const struct pool_world *world;
	struct pool_plan plan;
	struct pool_table keys;
	struct pool_tickets tickets;
	struct link places[PLACES];  /* keys, by what they wait for */
	struct link groups, crowded; /* pool_group; the second: those where something is to be done */
	struct link dials;           /* slots, the oldest first */
	struct link idle;            /* slots, the one idle for longest first: order of expiry and of eviction */
	struct link used;            /* slots, the one granted first first */
	struct link pinging;         /* slots */
	struct link overdue;         /* slots on loan that have been reported */
	struct link cared;           /* pool_care, in any order */
	struct link low;             /* pool_care of keys below their floor that may dial now */
	struct deadlines requests;
	struct deadlines slots;
	struct deadlines pauses;     /* of pool_care */
	double wake;                 /* the time last given to wake_at; infinite if none is pending */
	uint64_t random;
	size_t waiting, dialing, using, idling;
	uint64_t accepted;
	uint64_t ended[ENDINGS];
	double drain_ends;           /* if it is draining */
	size_t cut_off;              /* requests that waited when it was shut */
	uint64_t leaks;              /* loans reported */
	uint64_t broken;             /* breakers opened */
	uint64_t opened, closed, detached, evicted, expired, stale, dirty;
	struct histogram waited;     /* requests that got a connection, from their question on */
	struct histogram dialled[SLOT_IDLE]; /* parts of dials that came to something */
	bool lowered;                /* a limit has been: what is in use may be over it */
	bool settling;               /* a verb further out is at work on the hungry keys */
	bool draining;
	bool shut;
};

/* A limit of 0 is kept in pool->plan as the highest number there is. */
void pool_init(struct pool *pool, const struct pool_world *world, const struct pool_plan *plan);

/*
 * Other limits, from now on; the seed stays.  Where one is lower, what is idle
 * and what nobody waits for goes at once, the rest when it comes back.  Looks at
 * every key.
 */
void pool_set(struct pool *pool, const struct pool_plan *plan);

/* After pool_shutdown, when the last used slot has come back. */
void pool_free(struct pool *pool);

/*
 * The same for one that has been served once, with something that was no good:
 * it goes before all others, and gets nothing but what has just been dialled.
 * No queue is too full for it.  The bad one is closed, and not the caller's any
 * more, unless this fails; NULL: it is gone already.
 */
int pool_allocate_fresh(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout,
			struct pool_slot *bad);

/* An idle connection, leased; NULL if there is none, or if others wait for one. */
struct pool_slot *pool_checkout(struct pool *pool, const struct pool_name *name);

/*
 * Accepts a request, zeroed by the world but for its own part: one answer
 * follows, perhaps from within.  Timeout in seconds; not above zero: answered
 * at once, with what is idle or ETIMEDOUT.  0; -1 with EAGAIN (a queue is full),
 * ESHUTDOWN, ENOMEM, and no answer will come.
 */
int pool_allocate(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout);

/*
 * Dials until so many connections are idle, or will be, as far as the limits
 * have room for them.  How many there are then; -1 with ESHUTDOWN, ENOMEM.
 */
int pool_prewarm(struct pool *pool, const struct pool_name *name, unsigned count);

/*
 * So many connections of this key are to be idle from now on, as far as there
 * is room; they are not closed for their idleness.  0 ends it.  0; -1 with
 * ESHUTDOWN, ENOMEM.
 */
int pool_set_floor(struct pool *pool, const struct pool_name *name, unsigned count);

/* The asker sees the answer: too late to cancel.  The slot stays granted. */
void pool_seen(struct pool *pool, struct pool_request *r);

/* The asker takes the connection. */
struct pool_slot *pool_take(struct pool *pool, struct pool_request *r);

/* The answer is let go, seen or not; a connection in it comes back. */
void pool_let_go(struct pool *pool, struct pool_request *r);

/*
 * Takes a request back: no answer will come; if one is under way the world must
 * not deliver it, and its connection has come back already.  NULL with
 * EALREADY (seen or ended), ESRCH (not of this pool).
 */
struct pool_request *pool_cancel(struct pool *pool, uint64_t id);

/* A used connection comes back.  The slot is no longer the caller's. */
void pool_release(struct pool *pool, struct pool_slot *slot, enum pool_verdict verdict);

/*
 * A connection that somebody else has made comes in, leased; its body is the
 * caller's to set.  NULL with EAGAIN (no room), ESHUTDOWN, ENOMEM.
 */
struct pool_slot *pool_adopt(struct pool *pool, const struct pool_name *name);

/* A used connection leaves the books, open. */
void pool_detach(struct pool *pool, struct pool_slot *slot);

/* An idle connection, perhaps one that is asked whether it is alive, turned out bad. */
void pool_idle_ended(struct pool *pool, struct pool_slot *slot, enum pool_health health);

/*
 * The peer of a used connection has said for how many seconds it keeps it, and
 * for how many loans after this one; negative: it has not.
 */
void pool_hint(struct pool_slot *slot, double seconds, int uses);

/* An idle connection that was asked has answered. */
void pool_ping_answered(struct pool *pool, struct pool_slot *slot);

/* A dial has come so far. */
void pool_dial_phase(struct pool *pool, struct pool_slot *slot, enum pool_slot_state phase);

/* Sets when dial_late is called, in seconds from now, once.  -1 with ENOMEM. */
int pool_dial_bound(struct pool *pool, struct pool_slot *slot, double seconds);

/* The dial is a connection. */
void pool_dialled(struct pool *pool, struct pool_slot *slot);

/*
 * The dial has come to nothing.  An attempt's failure concerns the request it
 * was made for, if that one still waits, and nobody else; what fails for the
 * name concerns all that wait for it now.
 */
enum pool_scope { SCOPE_ATTEMPT, SCOPE_NAME };
void pool_dial_failed(struct pool *pool, struct pool_slot *slot, enum pool_scope scope,
		      const struct pool_failure *failure);

/* pool_expire is to be called at that time too. */
void pool_wake_at(struct pool *pool, double when);

/* Answers, closes and ends what is due, and asks to be woken for the next. */
void pool_expire(struct pool *pool);

/*
 * Refuses what comes, and goes on serving those who wait, or ask anew, for so
 * many seconds at most; then, or when nobody does any more, as pool_shutdown.
 */
void pool_drain(struct pool *pool, double seconds);

/* Nothing new is taken in.  The other: and nothing is left, used or not. */
bool pool_is_closed(const struct pool *pool);
bool pool_is_over_and_done(const struct pool *pool);

/* Refuses what comes, answers all that wait, cancels dials, closes what is idle.  Twice is harmless. */
void pool_shutdown(struct pool *pool);

/* NULL if the books are in order. */
const char *pool_check(const struct pool *pool);

/* why.c: the field in which this name differs from the nearest of the last idle ones to its host, or NULL. */
const char *pool_why_not(const struct pool *pool, const struct pool_name *name);

#endif
