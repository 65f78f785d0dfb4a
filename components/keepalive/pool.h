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
 * - keys are blocked by max_open only while nothing idle and no surplus dial is left.
 * The pool's state is final before it calls out.  A verb called from within
 * such a call works; the rest of its consequences follow in the outer one.
 */
#ifndef KEEPALIVE_POOL_H
#define KEEPALIVE_POOL_H

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

	/* The one answer of a request. */
	void (*answer)(struct pool *pool, struct pool_request *r, const struct pool_answer *answer);
};

struct pool_plan {
	unsigned max_per_host, max_open;
	size_t max_queue;
	unsigned max_uses; /* 0: any number */
	double keep_alive; /* seconds; negative: nothing is kept */
	double max_age;    /* seconds, less up to a tenth; 0: any */
	uint64_t seed;     /* of the ids and of that tenth */
};

struct pool {
	const struct pool_world *world;
	struct pool_plan plan;
	struct pool_table keys;
	struct pool_tickets tickets;
	struct link places[PLACES];  /* keys, by what they wait for */
	struct link dials;           /* slots, the oldest first */
	struct link idle;            /* slots, the one idle for longest first: order of expiry and of eviction */
	struct link used;            /* slots */
	struct deadlines requests;
	struct deadlines slots;
	double wake;                 /* the time last given to wake_at; infinite if none is pending */
	uint64_t random;
	size_t waiting, dialing, using, idling;
	uint64_t accepted;
	uint64_t ended[ENDINGS];
	uint64_t opened, closed, evicted, expired, stale, dirty;
	bool settling;               /* a verb further out is at work on the hungry keys */
	bool shut;
};

void pool_init(struct pool *pool, const struct pool_world *world, const struct pool_plan *plan);

/* After pool_shutdown, when the last used slot has come back. */
void pool_free(struct pool *pool);

/* An idle connection, leased; NULL if there is none, or if others wait for one. */
struct pool_slot *pool_checkout(struct pool *pool, const struct pool_name *name);

/*
 * Accepts a request, zeroed by the world but for its own part: one answer
 * follows, perhaps from within.  Timeout in seconds; not above zero: answered
 * at once, with what is idle or ETIMEDOUT.  0; -1 with EAGAIN (queue full),
 * ESHUTDOWN, ENOMEM, and no answer will come.
 */
int pool_allocate(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout);

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

/* An idle connection turned out bad. */
void pool_idle_ended(struct pool *pool, struct pool_slot *slot, enum pool_health health);

/* A dial knows its address, and connects. */
void pool_dial_connecting(struct pool_slot *slot);

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

/* Answers, closes and ends what is due, and asks to be woken for the next. */
void pool_expire(struct pool *pool);

/* Refuses what comes, answers all that wait, cancels dials, closes what is idle.  Twice is harmless. */
void pool_shutdown(struct pool *pool);

/* NULL if the books are in order. */
const char *pool_check(const struct pool *pool);

/*
 * The parts that the pool's own files share.
 */

/* pump.c: where a key belongs, by its counts; puts it there, when they have changed. */
enum pool_place pool_place_of(const struct pool *pool, const struct pool_key *key);
void pool_touch(struct pool *pool, struct pool_key *key);

/* pump.c: starts every dial that somebody wants and the limits allow.  Frees unused keys. */
void pool_settle(struct pool *pool);

/* pump.c: whether a freed connection of this key should rather make room for another key. */
bool pool_must_yield(const struct pool *pool, const struct pool_key *key);

/* pump.c: this key has been served; it, and one that is hungry but has its share, go to the end. */
void pool_rotate(struct pool *pool, struct pool_key *key);

/* slot.c: a slot for a dial, in the books; NULL with ENOMEM. */
struct pool_slot *pool_slot_open(struct pool *pool, struct pool_key *key);

/* slot.c: takes a slot of any state out of the books and frees it; the world has closed or is told to. */
void pool_slot_forget(struct pool *pool, struct pool_slot *slot);
void pool_slot_close(struct pool *pool, struct pool_slot *slot);
void pool_slot_cancel(struct pool *pool, struct pool_slot *slot);

/* slot.c: from a dial or idle to used; from a dial or used to idle. */
void pool_slot_use(struct pool *pool, struct pool_slot *slot);
void pool_slot_rest(struct pool *pool, struct pool_slot *slot);

/* supply.c: whether its loans or its life are over; the last look before it goes to somebody else. */
bool pool_is_worn(struct pool *pool, const struct pool_slot *slot);
bool pool_is_good(struct pool *pool, struct pool_slot *slot);

/* waiter.c: a request on and off its key's list. */
int pool_wait(struct pool *pool, struct pool_request *r, struct pool_key *key, double timeout);
void pool_grant(struct pool *pool, struct pool_request *r, struct pool_slot *slot, enum pool_ending ending);
void pool_fail(struct pool *pool, struct pool_request *r, enum pool_ending ending,
	       const struct pool_failure *failure);
void pool_withdraw(struct pool *pool, struct pool_request *r);
/* Withdraws a request that gave up: a dial that nobody waits for any longer is not worth finishing. */
void pool_abandon(struct pool *pool, struct pool_request *r);
/* Those that wait now: whoever asks again while these are answered is not among them. */
void pool_fail_all(struct pool *pool, struct pool_key *key, const struct pool_failure *failure);
struct pool_request *pool_oldest(const struct pool_key *key);

/* expire.c: asks the world to be woken, if this is earlier than what it knows. */
void pool_wake_at(struct pool *pool, double when);

#endif
