/*
 * Slots in the books: every change of a slot's state, with the counts and lists
 * that go with it.  Nothing else changes them.
 */
#include "parts.h"
#include <errno.h>
#include <stdlib.h>

struct pool_slot *pool_slot_open(struct pool *pool, struct pool_key *key)
{
	struct pool_slot *slot = calloc(1, sizeof *slot);

	if (slot == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	slot->key = key;
	list_init(&slot->in_key);
	list_init(&slot->in_group);
	pool_deadline_init(&slot->deadline);
	slot->began = slot->entered = pool->world->now(pool);
	list_append(&pool->dials, &slot->in_pool);
	key->dialing++;
	pool->dialing++;
	pool_group_count(pool, key, 1);
	return slot;
}

/* A dial leaves its waiter, who is older than all that never had a dial. */
static void unpair(struct pool_slot *slot)
{
	if (slot->waiter == NULL)
		return;
	slot->waiter->dial = NULL;
	list_prepend(&slot->key->unpaired, &slot->waiter->unpaired);
	slot->waiter = NULL;
}

/* Off every list and out of the counts; its state no longer means anything. */
static void leave(struct pool *pool, struct pool_slot *slot)
{
	list_remove(&slot->in_key);
	list_remove(&slot->in_pool);
	list_remove(&slot->in_group);
	if (pool_slot_is_dial(slot)) {
		unpair(slot);
		slot->key->dialing--;
		pool->dialing--;
	} else if (pool_slot_is_used(slot)) {
		slot->key->used--;
		pool->using--;
		slot->key->pinging -= slot->state == SLOT_PINGING;
		if (slot->overdue)
			pool_overdue_ended(pool, slot);
	} else {
		slot->key->idling--;
		pool->idling--;
	}
}

/* For ever. */
static void go(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	pool_deadline_clear(&pool->slots, &slot->deadline);
	pool_group_count(pool, slot->key, -1);
}

void pool_slot_forget(struct pool *pool, struct pool_slot *slot)
{
	go(pool, slot);
	free(slot);
}

void pool_slot_close(struct pool *pool, struct pool_slot *slot)
{
	go(pool, slot);
	pool->closed++;
	pool->world->close(pool, slot);
	free(slot);
}

void pool_slot_cancel(struct pool *pool, struct pool_slot *slot)
{
	go(pool, slot);
	pool->world->cancel_dial(pool, slot);
	free(slot);
}

void pool_slot_use(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	slot->key->turn += slot->state == SLOT_IDLE && slot->turn == slot->key->turn;
	slot->turn = slot->key->turn;
	slot->state = SLOT_GRANTED;
	list_append(&pool->used, &slot->in_pool);
	slot->key->used++;
	pool->using++;
	if (pool->plan.leak_after > 0)
		pool_overdue_begin(pool, slot);
}

/* A round begins when whoever is next was lent in this one already. */
static void line_up(const struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	if (pool->plan.order == ORDER_LIFO || (pool->plan.order == ORDER_ROUND_ROBIN && slot->turn != key->turn))
		list_prepend(&key->idle, &slot->in_key);
	else
		list_append(&key->idle, &slot->in_key);
}

void pool_slot_rest(struct pool *pool, struct pool_slot *slot)
{
	bool was_idle = slot->state == SLOT_PINGING;

	leave(pool, slot);
	slot->state = SLOT_IDLE;
	slot->idle_since = pool->world->recent(pool);
	if (!was_idle)
		slot->rested = slot->idle_since;
	line_up(pool, slot);
	list_append(&pool->idle, &slot->in_pool);
	slot->key->idling++;
	pool->idling++;
	if (slot->key->group != NULL) {
		list_append(&slot->key->group->idle, &slot->in_group);
		pool_group_touch(pool, slot->key->group);
	}
	pool_wake_at(pool, slot->idle_since + pool_span(pool));
}

void pool_slot_ping(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	slot->state = SLOT_PINGING;
	list_append(&pool->pinging, &slot->in_pool);
	slot->key->pinging++;
	slot->key->used++;
	pool->using++;
}
