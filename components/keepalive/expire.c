/*
 * What time does to a pool: requests run out of it, dials take too long, idle
 * connections and old ones are closed.  One timer serves all of them.
 */
#include "parts.h"
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
	static const char *const words[] = {
		[SLOT_RESOLVING] = "resolve", [SLOT_CONNECTING] = "connect", [SLOT_PROXY] = "proxy", [SLOT_TLS] = "tls",
	};

	return words[dial->state];
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
	struct pool_key *key = r->key;
	bool was_dialling = r->dial != NULL;

	pool_abandon(pool, r);
	pool_fail(pool, r, ENDED_TIMED_OUT,
		  &(struct pool_failure){ .function = "connect", .error_num = ETIMEDOUT, .phase = phase });
	if (was_dialling && pool->plan.breaker_after > 0)
		pool_care_failed(pool, key, ETIMEDOUT);
}

/*
 * A slot's own time is up: a dial's attempt, a connection's life, or its rest,
 * which a new loan has ended without a word.
 */
static void slot_is_due(struct pool *pool, struct pool_slot *slot, double now)
{
	if (pool_slot_is_dial(slot))
		pool->world->dial_late(pool, slot);
	else if (slot->state == SLOT_IDLE)
		pool_rest_expired(pool, slot);
	else if (slot->state == SLOT_PINGING)
		pool_ping_failed(pool, slot);
	else if (slot->ends > 0 && slot->ends <= now)
		slot->too_old = true;
	else if (slot->ends > 0)
		(void)pool_dial_bound(pool, slot, slot->ends - now);
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
		pool_wake_at(pool, idle->idle_since + pool_span(pool));
	if ((d = pool_deadlines_first(&pool->requests)) != NULL)
		pool_wake_at(pool, d->at);
	if ((d = pool_deadlines_first(&pool->slots)) != NULL)
		pool_wake_at(pool, d->at);
	if ((d = pool_deadlines_first(&pool->pauses)) != NULL)
		pool_wake_at(pool, d->at);
	if (pool->plan.leak_after > 0 && isfinite(pool_overdue_next(pool)))
		pool_wake_at(pool, pool_overdue_next(pool));
	if (pool->draining && !pool->shut && isfinite(pool->drain_ends))
		pool_wake_at(pool, pool->drain_ends);
}

void pool_expire(struct pool *pool)
{
	double now = pool->world->now(pool);
	struct pool_slot *idle;
	struct deadline *d;

	pool->wake = INFINITY;
	if (pool->draining && pool->drain_ends <= now)
		pool_shutdown(pool);
	while ((d = pool_deadlines_due(&pool->requests, now)) != NULL)
		time_out(pool, LIST_ENTRY(d, struct pool_request, deadline));
	while ((d = pool_deadlines_due(&pool->slots, now)) != NULL)
		slot_is_due(pool, LIST_ENTRY(d, struct pool_slot, deadline), now);
	while ((d = pool_deadlines_due(&pool->pauses, now)) != NULL)
		pool_care_due(pool, LIST_ENTRY(d, struct pool_care, pause));
	while ((idle = longest_idle(pool)) != NULL && idle->idle_since + pool_span(pool) <= now)
		pool_rest_due(pool, idle, now);
	if (pool->plan.leak_after > 0)
		pool_overdue_find(pool, now);
	pool_settle(pool);
	wake_for_next(pool);
}
