/*
 * Rest: whether a connection that nobody wants now becomes idle, and for how
 * long.  The peer's own word on it counts where it is shorter than ours.
 */
#include "parts.h"

/* Seconds before the peer's time is up at which a connection is no longer used: what is sent then may cross its end. */
static const double margin = 1;

void pool_hint(struct pool_slot *slot, double seconds, int uses)
{
	if (uses >= 0)
		slot->last_use = slot->uses + (unsigned)uses;
	if (seconds >= 0)
		slot->stay = seconds - margin;
	if (slot->stay < 0 || (seconds >= 0 && slot->stay == 0) || uses == 0)
		slot->too_old = true;
}

bool pool_rest_is_over(const struct pool_slot *slot, double now)
{
	return slot->stay > 0 && now >= slot->idle_since + slot->stay;
}

void pool_rest_evict(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool->evicted++;
	pool_slot_close(pool, slot);
	pool_touch(pool, key);
}

void pool_rest_expired(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool->expired++;
	pool_slot_close(pool, slot);
	pool_touch(pool, key);
}

/* The one to go: the last in turn where the next is the newest, else the next, which is idle for longest. */
static struct pool_slot *oldest_of(const struct pool *pool, const struct pool_key *key)
{
	struct link *l = pool->plan.order == ORDER_LIFO ? list_last(&key->idle) : list_first(&key->idle);

	return LIST_ENTRY(l, struct pool_slot, in_key);
}

static void evict_down_to(struct pool *pool, struct pool_key *key, unsigned per_key, unsigned in_all)
{
	while (key->idling > per_key)
		pool_rest_evict(pool, oldest_of(pool, key));
	while (pool->idling > in_all)
		pool_rest_evict(pool, LIST_ENTRY(list_first(&pool->idle), struct pool_slot, in_pool));
}

void pool_rest_trim(struct pool *pool, struct pool_key *key)
{
	evict_down_to(pool, key, pool->plan.max_idle_per_key, pool->plan.max_idle);
}

/* The peer's time, unless ours or the end of its life comes first.  -1 with ENOMEM. */
static int bound_rest(struct pool *pool, struct pool_slot *slot)
{
	if (slot->stay >= pool->plan.keep_alive)
		return 0;
	if (slot->ends > 0 && slot->ends <= pool->world->now(pool) + slot->stay)
		return pool_dial_bound(pool, slot, slot->ends - pool->world->now(pool));
	return pool_dial_bound(pool, slot, slot->stay);
}

/* If another key waits for room, the pump evicts this one in a moment. */
void pool_rest(struct pool *pool, struct pool_slot *slot)
{
	if (!(pool->plan.keep_alive > 0) || (slot->stay > 0 && bound_rest(pool, slot) < 0)) {
		pool_slot_close(pool, slot);
		return;
	}
	evict_down_to(pool, slot->key, pool->plan.max_idle_per_key - 1, pool->plan.max_idle - 1);
	pool_slot_rest(pool, slot);
}
