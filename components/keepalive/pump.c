/*
 * The pump: which key may dial next.  Keys that would dial stand in one of two
 * lines, those without any connection in the first; each turn is one dial, and
 * a key that wants more goes to the end.  So one key's crowd never holds up
 * another key, and no work depends on how many wait.
 */
#include "parts.h"
#include <errno.h>

static bool wants_dial(const struct pool *pool, const struct pool_key *key)
{
	return key->dialing < key->waiting && pool_key_open(key) < pool->plan.max_per_host && !pool->shut;
}

static enum pool_place line_of(const struct pool_key *key)
{
	return pool_key_open(key) == 0 ? PLACE_STARVING : PLACE_HUNGRY;
}

enum pool_place pool_place_of(const struct pool *pool, const struct pool_key *key)
{
	if (wants_dial(pool, key))
		return pool_group_blocks(pool, key) ? PLACE_GROUPED : line_of(key);
	if (key->dialing > key->waiting)
		return PLACE_SURPLUS;
	if (key->waiting > 0)
		return PLACE_WAITING;
	return pool_key_open(key) == 0 && key->care == NULL ? PLACE_UNUSED : PLACE_QUIET;
}

/* A key that stays in its line keeps its place there. */
void pool_touch(struct pool *pool, struct pool_key *key)
{
	enum pool_place place = pool_place_of(pool, key);

	if (key->care != NULL)
		pool_floor_touch(pool, key);
	if (place == key->place && !list_empty(&key->in_place))
		return;
	list_remove(&key->in_place);
	list_append(place == PLACE_GROUPED ? &key->group->blocked : &pool->places[place], &key->in_place);
	key->place = place;
	if (key->group != NULL)
		pool_group_touch(pool, key->group);
}

void pool_line_up(struct pool *pool, struct pool_key *key)
{
	list_remove(&key->in_place);
	key->place = line_of(key);
	list_append(&pool->places[key->place], &key->in_place);
}

static struct pool_key *first_key(const struct pool *pool, enum pool_place place)
{
	struct link *l = list_first(&pool->places[place]);

	return l ? LIST_ENTRY(l, struct pool_key, in_place) : NULL;
}

/* A key with more dials than waiters has a loose one: a waiter is paired with one dial at most. */
static void give_up_surplus(struct pool *pool, struct pool_key *key)
{
	struct link *l = list_last(&key->loose);

	pool_slot_cancel(pool, LIST_ENTRY(l, struct pool_slot, in_key));
	pool_touch(pool, key);
}

static void give_up_idle(struct pool *pool, struct pool_slot *slot)
{
	struct pool_key *key = slot->key;

	pool_slot_close(pool, slot);
	pool_touch(pool, key);
}

static bool may_dial(const struct pool *pool)
{
	return pool->dialing < pool->plan.max_dialing;
}

bool pool_has_room(const struct pool *pool)
{
	return pool->dialing + pool->using + pool->idling < pool->plan.max_open && may_dial(pool);
}

/* What is granted or on loan is never evicted; a dial that nobody waits for goes before a connection that is made. */
bool pool_evict_one(struct pool *pool)
{
	struct pool_key *surplus = first_key(pool, PLACE_SURPLUS);
	struct link *oldest = list_first(&pool->idle);

	if (surplus != NULL)
		give_up_surplus(pool, surplus);
	else if (oldest != NULL)
		give_up_idle(pool, LIST_ENTRY(oldest, struct pool_slot, in_pool));
	else
		return false;
	pool->evicted++;
	return true;
}

bool pool_open_for_one(struct pool *pool)
{
	while (pool->dialing + pool->using + pool->idling >= pool->plan.max_open)
		if (!pool_evict_one(pool))
			return false;
	return true;
}

/* Room for one more connection.  To close one that is made is no help against max_dialing. */
static bool make_room(struct pool *pool)
{
	while (!pool_has_room(pool)) {
		if (!may_dial(pool) && first_key(pool, PLACE_SURPLUS) == NULL)
			return false;
		if (!pool_evict_one(pool))
			return false;
	}
	return true;
}

/* The oldest waiter without a dial.  There is one: a key dials only while it has more waiters than dials. */
static struct pool_request *next_to_pair(const struct pool_key *key)
{
	return LIST_ENTRY(list_first(&key->unpaired), struct pool_request, unpaired);
}

static void dial(struct pool *pool, struct pool_key *key)
{
	struct pool_request *r = next_to_pair(key);
	struct pool_slot *slot = pool_slot_open(pool, key);

	list_remove(&key->in_place);
	if (slot == NULL) {
		pool_touch(pool, key);
		pool_fail(pool, r, ENDED_FAILED,
			  &(struct pool_failure){ .function = "connect", .error_num = ENOMEM });
		return;
	}
	list_remove(&r->unpaired);
	r->dial = slot;
	slot->waiter = r;
	pool_touch(pool, key);
	pool->world->start_dial(pool, slot);
}

static void free_unused(struct pool *pool)
{
	struct pool_key *key;

	while ((key = first_key(pool, PLACE_UNUSED)) != NULL) {
		pool_group_leave(key);
		pool_key_free(&pool->keys, key);
	}
}

/* One in line whose group has become full meanwhile goes to wait there. */
static struct pool_key *next_to_dial(struct pool *pool)
{
	struct pool_key *key;

	for (;;) {
		if (!list_empty(&pool->crowded))
			pool_group_relieve(pool);
		key = first_key(pool, PLACE_STARVING);
		if (key == NULL)
			key = first_key(pool, PLACE_HUNGRY);
		if (key == NULL || !pool_group_is_full(pool, key))
			return key;
		pool_touch(pool, key);
	}
}

void pool_settle(struct pool *pool)
{
	struct pool_key *key;

	if (pool->settling)
		return;
	pool->settling = true;
	while ((key = next_to_dial(pool)) != NULL && make_room(pool))
		dial(pool, key);
	if (!list_empty(&pool->low))
		pool_refill(pool);
	pool->settling = false;
	free_unused(pool);
	if (pool->draining && pool->waiting == 0)
		pool_shutdown(pool);
}

/*
 * A key without any connection gets the next one that is freed, whoever's it
 * was.  Among those that have some, a connection changes hands only where that
 * makes them more equal: else two busy keys at the limit would close each
 * other's connections for ever and reuse none.
 */
bool pool_must_yield(const struct pool *pool, const struct pool_key *key)
{
	const struct pool_key *next = first_key(pool, PLACE_HUNGRY);

	if (!may_dial(pool))
		return false;
	if (first_key(pool, PLACE_STARVING) != NULL || pool_group_must_yield(key))
		return true;
	return next != NULL && next != key && pool_key_open(next) + 1 < pool_key_open(key);
}

static void to_the_end(struct pool *pool, struct pool_key *key)
{
	list_remove(&key->in_place);
	list_append(&pool->places[PLACE_HUNGRY], &key->in_place);
}

void pool_rotate(struct pool *pool, struct pool_key *key)
{
	struct pool_key *next = first_key(pool, PLACE_HUNGRY);

	if (next != NULL)
		to_the_end(pool, next);
	if (key->place == PLACE_HUNGRY)
		to_the_end(pool, key);
}
