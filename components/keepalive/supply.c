/*
 * Supply: what happens when a connection comes back, comes into being, or turns
 * out bad.  It goes to the oldest waiter of its key, or is kept, or is closed.
 */
#include "parts.h"
#include <errno.h>

bool pool_is_worn(struct pool *pool, const struct pool_slot *slot)
{
	return slot->too_old || (pool->lowered && pool_is_over(pool, slot->key)) || slot->uses >= pool->plan.max_uses ||
	       (slot->last_use != 0 && slot->uses >= slot->last_use) ||
	       (slot->ends > 0 && pool->world->now(pool) >= slot->ends);
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

/* From one user to the oldest waiter, past the idle list. */
static void hand_over(struct pool *pool, struct pool_key *key, struct pool_slot *slot)
{
	bool yields;

	pool_group_rotate(key);
	yields = pool_must_yield(pool, key);
	pool->evicted += yields;
	if (yields || !pool_is_good(pool, slot)) {
		pool_slot_close(pool, slot);
		return;
	}
	pool_grant(pool, pool_oldest_for_used(key), slot, ENDED_DEFERRED);
	pool_rotate(pool, key);
}

/* Who waits for a new one, and has no dial, needs the place. */
void pool_release(struct pool *pool, struct pool_slot *slot, enum pool_verdict verdict)
{
	struct pool_key *key = slot->key;
	bool is_over = verdict == VERDICT_SPOILT || pool->shut || pool_is_worn(pool, slot);
	bool has_taker = key->waiting > key->fresh_waiting;

	if (is_over || (!has_taker && key->waiting > key->dialing))
		pool_slot_close(pool, slot);
	else if (has_taker)
		hand_over(pool, key, slot);
	else
		pool_rest(pool, slot);
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

void pool_detach(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool->detached++;
	pool_slot_forget(pool, slot);
	pool_touch(pool, key);
	pool_settle(pool);
}

static void end_phase(struct pool_slot *slot, double now)
{
	slot->spent[slot->state] += now - slot->entered;
	slot->entered = now;
}

void pool_dial_phase(struct pool *pool, struct pool_slot *slot, enum pool_slot_state phase)
{
	end_phase(slot, pool->world->now(pool));
	slot->state = phase;
}

int pool_dial_bound(struct pool *pool, struct pool_slot *slot, double seconds)
{
	if (pool_deadline_set(&pool->slots, &slot->deadline, pool->world->now(pool), seconds) < 0)
		return -1;
	pool_wake_at(pool, slot->deadline.at);
	return 0;
}

double pool_chance(struct pool *pool)
{
	pool->random = pool->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(pool->random >> 11) / 9007199254740992.0;
}

/* A dial need not have each of them. */
static void count_phases(struct pool *pool, const struct pool_slot *slot)
{
	enum pool_slot_state phase;

	for (phase = SLOT_RESOLVING; phase < SLOT_IDLE; phase++)
		if (slot->spent[phase] > 0)
			pool_histogram_add(&pool->dialled[phase], slot->spent[phase]);
}

/*
 * Connections made together shall not all end together.  Without memory for
 * the deadline the age is still seen at each loan's beginning and end.
 */
static void begin_life(struct pool *pool, struct pool_slot *slot)
{
	pool_deadline_clear(&pool->slots, &slot->deadline);
	slot->born = pool->world->now(pool);
	end_phase(slot, slot->born);
	count_phases(pool, slot);
	pool->opened++;
	if (!(pool->plan.max_age > 0))
		return;
	(void)pool_dial_bound(pool, slot, pool->plan.max_age * (1 - pool_chance(pool) / 10));
	slot->ends = slot->deadline.at;
}

struct pool_slot *pool_adopt(struct pool *pool, const struct pool_name *name)
{
	bool closed = pool_is_closed(pool);
	struct pool_key *key = closed ? NULL : pool_group_key(pool, name);
	struct pool_slot *slot = NULL;
	int error = closed ? ESHUTDOWN : ENOMEM;

	if (key != NULL && (pool_key_open(key) >= pool->plan.max_per_host || pool_group_is_full(pool, key) || !pool_open_for_one(pool)))
		error = EAGAIN;
	else if (key != NULL)
		slot = pool_slot_open(pool, key);
	if (slot != NULL) {
		begin_life(pool, slot);
		pool_slot_use(pool, slot);
		pool_lease(slot);
	}
	if (key != NULL)
		pool_touch(pool, key);
	pool_settle(pool);
	errno = error;
	return slot;
}

void pool_dialled(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	begin_life(pool, slot);
	if (key->care != NULL)
		pool_care_forget(pool, key->care);
	if (key->waiting > 0)
		pool_grant(pool, pool_oldest(key), slot, ENDED_CONNECTED);
	else if (pool_is_worn(pool, slot))
		pool_slot_close(pool, slot);
	else
		pool_rest(pool, slot);
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
	if (key->care != NULL || pool->plan.breaker_after > 0)
		pool_care_failed(pool, key, failure->error_num);
	pool_touch(pool, key);
	pool_settle(pool);
}
