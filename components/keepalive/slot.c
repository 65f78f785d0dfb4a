/*
 * Slots in the books: every change of a slot's state, with the counts and lists
 * that go with it.  Nothing else changes them.
 */
#include "pool.h"
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
	pool_deadline_init(&slot->deadline);
	list_append(&pool->dials, &slot->in_pool);
	key->dialing++;
	pool->dialing++;
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
	if (pool_slot_is_dial(slot)) {
		unpair(slot);
		slot->key->dialing--;
		pool->dialing--;
	} else if (pool_slot_is_used(slot)) {
		slot->key->used--;
		pool->using--;
	} else {
		slot->key->idling--;
		pool->idling--;
	}
}

void pool_slot_forget(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	pool_deadline_clear(&pool->slots, &slot->deadline);
	free(slot);
}

void pool_slot_close(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	pool_deadline_clear(&pool->slots, &slot->deadline);
	pool->closed++;
	pool->world->close(pool, slot);
	free(slot);
}

void pool_slot_cancel(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	pool_deadline_clear(&pool->slots, &slot->deadline);
	pool->world->cancel_dial(pool, slot);
	free(slot);
}

void pool_slot_use(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	slot->state = SLOT_GRANTED;
	list_append(&pool->used, &slot->in_pool);
	slot->key->used++;
	pool->using++;
}

void pool_slot_rest(struct pool *pool, struct pool_slot *slot)
{
	leave(pool, slot);
	slot->state = SLOT_IDLE;
	slot->idle_since = pool->world->recent(pool);
	list_prepend(&slot->key->idle, &slot->in_key);
	list_append(&pool->idle, &slot->in_pool);
	slot->key->idling++;
	pool->idling++;
	pool_wake_at(pool, slot->idle_since + pool->plan.keep_alive);
}
