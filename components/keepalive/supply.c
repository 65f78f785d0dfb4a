/*
 * Supply: what happens when a connection comes back, comes into being, or turns
 * out bad.  It goes to the oldest waiter of its key, or is kept, or is closed.
 */
#include "pool.h"

bool pool_is_worn(struct pool *pool, const struct pool_slot *slot)
{
	return slot->too_old || (pool->plan.max_uses != 0 && slot->uses >= pool->plan.max_uses) ||
	       (pool->plan.max_age > 0 && pool->world->now(pool) >= slot->deadline.at);
}

static void count_ill(struct pool *pool, enum pool_health health)
{
	if (health == HEALTH_STALE)
		pool->stale++;
	else if (health == HEALTH_DIRTY)
		pool->dirty++;
}

bool pool_is_good(struct pool *pool, struct pool_slot *slot)
{
	enum pool_health health = pool->world->probe(pool, slot);

	count_ill(pool, health);
	return health == HEALTH_GOOD;
}

/* Nobody of its key waits.  If another key does, for room, the pump evicts this one in a moment. */
static void park(struct pool *pool, struct pool_slot *slot)
{
	if (pool->plan.keep_alive > 0)
		pool_slot_rest(pool, slot);
	else
		pool_slot_close(pool, slot);
}

/* From one user to the oldest waiter, past the idle list. */
static void hand_over(struct pool *pool, struct pool_key *key, struct pool_slot *slot)
{
	bool yields = pool_must_yield(pool, key);

	pool->evicted += yields;
	if (yields || !pool_is_good(pool, slot)) {
		pool_slot_close(pool, slot);
		return;
	}
	pool_grant(pool, pool_oldest(key), slot, ENDED_DEFERRED);
	pool_rotate(pool, key);
}

void pool_release(struct pool *pool, struct pool_slot *slot, enum pool_verdict verdict)
{
	struct pool_key *key = slot->key;

	if (verdict == VERDICT_SPOILT || pool->shut || pool_is_worn(pool, slot))
		pool_slot_close(pool, slot);
	else if (key->waiting > 0)
		hand_over(pool, key, slot);
	else
		park(pool, slot);
	pool_touch(pool, key);
	pool_settle(pool);
}

void pool_idle_ended(struct pool *pool, struct pool_slot *slot, enum pool_health health)
{
	struct pool_key *key = slot->key;

	count_ill(pool, health);
	pool_slot_close(pool, slot);
	pool_touch(pool, key);
	pool_settle(pool);
}

void pool_dial_connecting(struct pool_slot *slot)
{
	slot->state = SLOT_CONNECTING;
}

int pool_dial_bound(struct pool *pool, struct pool_slot *slot, double seconds)
{
	if (pool_deadline_set(&pool->slots, &slot->deadline, pool->world->now(pool), seconds) < 0)
		return -1;
	pool_wake_at(pool, slot->deadline.at);
	return 0;
}

/* From 0 to 1.  So that connections made together do not all end together. */
static double chance(struct pool *pool)
{
	pool->random = pool->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(pool->random >> 11) / 9007199254740992.0;
}

/* Without memory for the deadline the age is still seen at each loan's beginning and end. */
static void begin_life(struct pool *pool, struct pool_slot *slot)
{
	pool_deadline_clear(&pool->slots, &slot->deadline);
	slot->born = pool->world->now(pool);
	pool->opened++;
	if (pool->plan.max_age > 0)
		(void)pool_dial_bound(pool, slot, pool->plan.max_age * (1 - chance(pool) / 10));
}

void pool_dialled(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	begin_life(pool, slot);
	if (key->waiting > 0)
		pool_grant(pool, pool_oldest(key), slot, ENDED_CONNECTED);
	else
		park(pool, slot);
	pool_touch(pool, key);
	pool_settle(pool);
}

void pool_dial_failed(struct pool *pool, struct pool_slot *slot, enum pool_scope scope,
		      const struct pool_failure *failure)
{
	struct pool_key *key = slot->key;
	struct pool_request *waiter = slot->waiter;

	pool_slot_forget(pool, slot);
	if (scope == SCOPE_NAME)
		pool_fail_all(pool, key, failure);
	else if (waiter != NULL)
		pool_fail(pool, waiter, ENDED_FAILED, failure);
	pool_touch(pool, key);
	pool_settle(pool);
}
