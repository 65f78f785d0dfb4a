/*
 * Limits: what a zero stands for, and what follows when they change.
 */
#include "parts.h"
#include <limits.h>

static unsigned any(unsigned limit)
{
	return limit ? limit : UINT_MAX;
}

struct pool_plan pool_whole_plan(const struct pool_plan *plan)
{
	struct pool_plan whole = *plan;

	whole.max_dialing = any(plan->max_dialing);
	whole.max_per_proxy = any(plan->max_per_proxy);
	whole.max_uses = any(plan->max_uses);
	whole.max_idle = any(plan->max_idle);
	whole.max_idle_per_key = any(plan->max_idle_per_key);
	whole.max_queue_per_key = plan->max_queue_per_key ? plan->max_queue_per_key : SIZE_MAX;
	return whole;
}

static size_t open_in_all(const struct pool *pool)
{
	return pool->dialing + pool->using + pool->idling;
}

bool pool_is_over(const struct pool *pool, const struct pool_key *key)
{
	return pool_key_open(key) > pool->plan.max_per_host || open_in_all(pool) > pool->plan.max_open ||
	       (key->group != NULL && key->group->open > pool->plan.max_per_proxy);
}

/* Dials that nobody waits for, then what is idle. */
static void trim_key(struct pool *pool, struct pool_key *key)
{
	while (pool_key_open(key) > pool->plan.max_per_host && key->dialing > key->waiting)
		pool_slot_cancel(pool, LIST_ENTRY(list_last(&key->loose), struct pool_slot, in_key));
	while (pool_key_open(key) > pool->plan.max_per_host && key->idling > 0)
		pool_rest_evict(pool, LIST_ENTRY(list_last(&key->idle), struct pool_slot, in_key));
	pool_rest_trim(pool, key);
	pool_touch(pool, key);
}

static void trim_group(struct pool *pool, struct pool_group *group)
{
	while (group->open > pool->plan.max_per_proxy && !list_empty(&group->idle))
		pool_rest_evict(pool, LIST_ENTRY(list_first(&group->idle), struct pool_slot, in_group));
	pool_group_touch(pool, group);
}

static void trim_groups(struct pool *pool)
{
	struct link *l;

	for (l = pool->groups.next; l != &pool->groups; l = l->next)
		trim_group(pool, LIST_ENTRY(l, struct pool_group, in_pool));
}

void pool_set(struct pool *pool, const struct pool_plan *plan)
{
	size_t i;
	uint64_t seed = pool->plan.seed;

	if (!(pool->plan.leak_after > 0))
		pool_overdue_begin_all(pool);
	pool->plan = pool_whole_plan(plan);
	pool->plan.seed = seed;
	if (pool->draining)
		pool->plan.keep_alive = -1;
	pool->lowered = true;
	for (i = 0; i < pool->keys.size; i++)
		if (pool->keys.cells[i] != NULL)
			trim_key(pool, pool->keys.cells[i]);
	trim_groups(pool);
	while (open_in_all(pool) > pool->plan.max_open && pool_evict_one(pool))
		;
	pool_expire(pool);
}
