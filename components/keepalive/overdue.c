/*
 * Overdue: loans that last longer than loans should.  They are reported once,
 * and once more when they end after all; nothing is taken away from anybody.
 */
#include "parts.h"
#include <math.h>

static struct pool_slot *oldest_loan(const struct pool *pool)
{
	struct link *l = list_first(&pool->used);

	return l ? LIST_ENTRY(l, struct pool_slot, in_pool) : NULL;
}

void pool_overdue_begin(struct pool *pool, struct pool_slot *slot)
{
	slot->lent = pool->world->recent(pool);
	pool_wake_at(pool, slot->lent + pool->plan.leak_after);
}

void pool_overdue_begin_all(struct pool *pool)
{
	double now = pool->world->recent(pool);
	struct link *l;

	for (l = pool->used.next; l != &pool->used; l = l->next)
		LIST_ENTRY(l, struct pool_slot, in_pool)->lent = now;
}

double pool_overdue_next(const struct pool *pool)
{
	const struct pool_slot *slot = oldest_loan(pool);

	return slot ? slot->lent + pool->plan.leak_after : (double)INFINITY;
}

void pool_overdue_find(struct pool *pool, double now)
{
	struct pool_slot *slot;

	while (pool_overdue_next(pool) <= now) {
		slot = oldest_loan(pool);
		slot->overdue = true;
		list_remove(&slot->in_pool);
		list_append(&pool->overdue, &slot->in_pool);
		pool->leaks++;
		pool->world->overdue(pool, slot);
	}
}

void pool_overdue_ended(struct pool *pool, struct pool_slot *slot)
{
	slot->overdue = false;
	pool->world->returned(pool, slot);
}
