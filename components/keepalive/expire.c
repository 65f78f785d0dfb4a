/*
 * What time does to a pool: requests run out of it, dials take too long, idle
 * connections and old ones are closed.  One timer serves all of them.
 */
#include "pool.h"
#include <errno.h>
#include <math.h>

void pool_wake_at(struct pool *pool, double when)
{
	if (when >= pool->wake)
		return;
	pool->wake = when;
	pool->world->wake_at(pool, when);
}

static const char *phase_of_dial(const struct pool_slot *dial)
{
	return dial->state == SLOT_RESOLVING ? "resolve" : "connect";
}

/* What a waiter waits for: its own dial, or one that others have left, or somebody's release. */
static const char *phase_of(const struct pool_request *r)
{
	struct link *loose = list_first(&r->key->loose);

	if (r->dial != NULL)
		return phase_of_dial(r->dial);
	return loose ? phase_of_dial(LIST_ENTRY(loose, struct pool_slot, in_key)) : "queue";
}

static void time_out(struct pool *pool, struct pool_request *r)
{
	const char *phase = phase_of(r);

	pool_abandon(pool, r);
	pool_fail(pool, r, ENDED_TIMED_OUT,
		  &(struct pool_failure){ .function = "connect", .error_num = ETIMEDOUT, .phase = phase });
}

static void close_idle(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool->expired++;
	pool_slot_close(pool, slot);
	pool_touch(pool, key);
}

/* A slot's own time is up: a dial's attempt, or a connection's life. */
static void slot_is_due(struct pool *pool, struct pool_slot *slot)
{
	if (pool_slot_is_dial(slot))
		pool->world->dial_late(pool, slot);
	else if (slot->state == SLOT_IDLE)
		close_idle(pool, slot);
	else
		slot->too_old = true;
}

static struct pool_slot *longest_idle(const struct pool *pool)
{
	struct link *l = list_first(&pool->idle);

	return l ? LIST_ENTRY(l, struct pool_slot, in_pool) : NULL;
}

static void wake_for_next(struct pool *pool)
{
	struct pool_slot *idle = longest_idle(pool);
	struct deadline *d;

	if (idle != NULL)
		pool_wake_at(pool, idle->idle_since + pool->plan.keep_alive);
	if ((d = pool_deadlines_first(&pool->requests)) != NULL)
		pool_wake_at(pool, d->at);
	if ((d = pool_deadlines_first(&pool->slots)) != NULL)
		pool_wake_at(pool, d->at);
}

void pool_expire(struct pool *pool)
{
	double now = pool->world->now(pool);
	struct pool_slot *idle;
	struct deadline *d;

	pool->wake = INFINITY;
	while ((d = pool_deadlines_due(&pool->requests, now)) != NULL)
		time_out(pool, LIST_ENTRY(d, struct pool_request, deadline));
	while ((d = pool_deadlines_due(&pool->slots, now)) != NULL)
		slot_is_due(pool, LIST_ENTRY(d, struct pool_slot, deadline));
	while ((idle = longest_idle(pool)) != NULL && idle->idle_since + pool->plan.keep_alive <= now)
		close_idle(pool, idle);
	pool_settle(pool);
	wake_for_next(pool);
}
