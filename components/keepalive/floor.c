/*
 * Floors: connections that are dialled before anybody asks.  They take room
 * that is free and never anybody's place; who needs theirs gets it.
 */
#include "parts.h"
#include <errno.h>

bool pool_is_floor(const struct pool_key *key)
{
	return key->care != NULL && key->idling <= key->care->floor;
}

/* Idle, or on the way to it. */
static unsigned ready(const struct pool_key *key)
{
	return key->idling + key->pinging + (key->dialing > key->waiting ? key->dialing - key->waiting : 0);
}

static bool may_have_more(const struct pool *pool, const struct pool_key *key)
{
	return pool_key_open(key) < pool->plan.max_per_host && pool->plan.keep_alive > 0 &&
	       key->idling < pool->plan.max_idle_per_key && !pool->shut;
}

/* A breaker that is half open lets one through; a pause is then what it remembers for. */
static bool must_pause(const struct pool_key *key)
{
	if (key->care->breaker == BREAKER_HALF_OPEN)
		return key->dialing > 0;
	return pool_deadline_is_set(&key->care->pause);
}

static bool lacks(const struct pool *pool, const struct pool_key *key)
{
	return ready(key) < key->care->floor && may_have_more(pool, key) && !must_pause(key);
}

void pool_floor_touch(struct pool *pool, struct pool_key *key)
{
	struct link *low = &key->care->in_low;

	if (!lacks(pool, key))
		list_remove(low);
	else if (list_empty(low))
		list_append(&pool->low, low);
}

/* A dial without a waiter.  -1 with ENOMEM. */
static int dial_ahead(struct pool *pool, struct pool_key *key)
{
	struct pool_slot *slot = pool_slot_open(pool, key);

	if (slot == NULL)
		return -1;
	list_append(&key->loose, &slot->in_key);
	pool_touch(pool, key);
	pool->world->start_dial(pool, slot);
	return 0;
}

/* Each key in turn.  One whose group is full is looked at again after a while. */
void pool_refill(struct pool *pool)
{
	struct link *l;

	while (pool_has_room(pool) && (l = list_first(&pool->low)) != NULL) {
		struct pool_key *key = LIST_ENTRY(l, struct pool_care, in_low)->key;

		list_remove(l);
		if (pool_group_is_full(pool, key))
			pool_care_pause(pool, key->care, 1);
		else if (dial_ahead(pool, key) < 0)
			pool_care_failed(pool, key, ENOMEM);
	}
}

static struct pool_key *key_for(struct pool *pool, const struct pool_name *name)
{
	if (!pool_is_closed(pool))
		return pool_group_key(pool, name);
	errno = ESHUTDOWN;
	return NULL;
}

int pool_prewarm(struct pool *pool, const struct pool_name *name, unsigned count)
{
	struct pool_key *key = key_for(pool, name);
	unsigned tries = count;
	int result = 0;

	if (key == NULL)
		return -1;
	/* A dial may fail at once: the key must outlive it. */
	pool->settling = true;
	while (tries-- > 0 && result == 0 && ready(key) < count && may_have_more(pool, key) &&
	       !pool_group_is_full(pool, key) && pool_has_room(pool))
		result = dial_ahead(pool, key);
	pool->settling = false;
	result = result < 0 ? -1 : (int)ready(key);
	pool_touch(pool, key);
	pool_settle(pool);
	return result;
}

int pool_set_floor(struct pool *pool, const struct pool_name *name, unsigned count)
{
	struct pool_key *key = key_for(pool, name);
	struct pool_care *care = key && count > 0 ? pool_care_get(pool, key) : NULL;
	int error = key == NULL || (count > 0 && care == NULL) ? errno : 0;

	if (care != NULL)
		care->floor = count;
	if (key != NULL && key->care != NULL && count == 0) {
		key->care->floor = 0;
		pool_care_tidy(pool, key);
	}
	if (key != NULL)
		pool_touch(pool, key);
	pool_settle(pool);
	errno = error;
	return error ? -1 : 0;
}
