/*
 * Drain: the end with notice.  Nobody new is taken in, who waits is served, and
 * when nobody does, or the time for it is over, the pool is shut.
 */
#include "parts.h"
#include <errno.h>
#include <math.h>

bool pool_is_closed(const struct pool *pool)
{
	return pool->shut || pool->draining;
}

bool pool_is_over_and_done(const struct pool *pool)
{
	return pool->shut && pool->using == 0;
}

static void close_idle(struct pool *pool)
{
	struct link *l;

	while ((l = list_first(&pool->cared)) != NULL)
		pool_care_drop(pool, LIST_ENTRY(l, struct pool_care, in_pool));
	while ((l = list_first(&pool->idle)) != NULL || (l = list_first(&pool->pinging)) != NULL) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);
		struct pool_key *key = slot->key;

		pool_slot_close(pool, slot);
		pool_touch(pool, key);
	}
}

/* What comes back from here on is for those who wait, or for nobody. */
void pool_drain(struct pool *pool, double seconds)
{
	double ends = pool->world->now(pool) + seconds;

	if (!(seconds > 0)) {
		pool_shutdown(pool);
		return;
	}
	if (pool->shut)
		return;
	pool->drain_ends = pool->draining ? fmin(pool->drain_ends, ends) : ends;
	pool->draining = true;
	pool->plan.keep_alive = -1;
	close_idle(pool);
	if (isfinite(pool->drain_ends))
		pool_wake_at(pool, pool->drain_ends);
	pool_settle(pool);
}

static void fail_place(struct pool *pool, enum pool_place place)
{
	struct pool_failure failure = { .function = "shutdown", .error_num = ESHUTDOWN };
	struct link *l;

	while ((l = list_first(&pool->places[place])) != NULL) {
		struct pool_key *key = LIST_ENTRY(l, struct pool_key, in_place);

		pool_fail_all(pool, key, &failure);
		pool_touch(pool, key);
	}
}

void pool_shutdown(struct pool *pool)
{
	struct link *l;

	if (pool->shut)
		return;
	pool->shut = true;
	pool->cut_off = pool->waiting;
	while ((l = list_first(&pool->dials)) != NULL) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);
		struct pool_key *key = slot->key;

		pool_slot_cancel(pool, slot);
		pool_touch(pool, key);
	}
	close_idle(pool);
	pool_group_unblock(pool);
	fail_place(pool, PLACE_HUNGRY);
	fail_place(pool, PLACE_STARVING);
	fail_place(pool, PLACE_WAITING);
	pool_settle(pool);
}
