/*
 * Pings: idle connections that are asked from time to time whether they are
 * alive.  While one is asked it counts as used, and is nobody's.
 */
#include "parts.h"
#include <errno.h>

void pool_ping_failed(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool->stale++;
	pool_slot_close(pool, slot);
	pool_touch(pool, key);
}

/* The deadline of its life gives way to that of the answer. */
static void ping(struct pool *pool, struct pool_slot *slot)
{
	int asked;

	pool_slot_ping(pool, slot);
	pool_touch(pool, slot->key);
	asked = pool_dial_bound(pool, slot, pool->plan.ping_timeout) < 0 ? -1 : pool->world->ping(pool, slot);
	if (asked < 0)
		pool_ping_failed(pool, slot);
	else if (asked > 0)
		pool_ping_answered(pool, slot);
}

void pool_ping_answered(struct pool *pool, struct pool_slot *slot)
{
	pool_deadline_clear(&pool->slots, &slot->deadline);
	if (slot->ends > 0)
		(void)pool_dial_bound(pool, slot, slot->ends - pool->world->now(pool));
	pool_release(pool, slot, VERDICT_CLEAN);
}

/* To the end of the list, as if it rested from now on. */
static void begin_anew(struct pool *pool, struct pool_slot *slot, double now)
{
	slot->idle_since = now;
	list_remove(&slot->in_pool);
	list_append(&pool->idle, &slot->in_pool);
}

/*
 * A ping does not make it younger.  One that its key is to keep stays however
 * old it is.
 */
void pool_rest_due(struct pool *pool, struct pool_slot *slot, double now)
{
	double recent = pool->world->recent(pool);
	bool is_over = slot->rested + pool->plan.keep_alive <= now && !pool_is_floor(slot->key);

	if (is_over || recent + pool_span(pool) <= now)
		pool_rest_expired(pool, slot);
	else if (pool->plan.ping_every > 0)
		ping(pool, slot);
	else
		begin_anew(pool, slot, recent);
}
