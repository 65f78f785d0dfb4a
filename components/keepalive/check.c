/*
 * The books, counted anew: every list walked, every count compared, and what
 * pool.h says always holds held against it.  Tests call it; so may a debugger.
 */
#include "pool.h"

struct sums {
	size_t waiting, dialing, used, idling, keys;
};

static size_t length(const struct link *list)
{
	const struct link *l;
	size_t n = 0;

	for (l = list->next; l != list; l = l->next)
		n++;
	return n;
}

static const char *check_waiter(const struct pool *pool, const struct pool_key *key,
				const struct pool_request *r)
{
	if (r->key != key || r->state != REQUEST_WAITING)
		return "a request stands on a list of waiters and does not wait there";
	if (r->slot != NULL)
		return "a waiter has a connection";
	if (r->dial != NULL ? r->dial->waiter != r : list_empty(&r->unpaired))
		return "a waiter is neither paired with its dial nor unpaired";
	if (!pool_deadline_is_set(&r->deadline))
		return "a waiter has no deadline";
	if (pool_ticket_holder(&pool->tickets, pool_ticket_id(&pool->tickets, r)) != r)
		return "a waiter's ticket is not its own";
	return NULL;
}

static const char *check_waiters(const struct pool *pool, const struct pool_key *key, size_t *paired)
{
	const struct link *l;
	const char *wrong;

	*paired = 0;
	for (l = key->waiters.next; l != &key->waiters; l = l->next) {
		const struct pool_request *r = LIST_ENTRY(l, struct pool_request, waiting);

		if ((wrong = check_waiter(pool, key, r)) != NULL)
			return wrong;
		*paired += r->dial != NULL;
	}
	if (length(&key->waiters) != key->waiting)
		return "a key's count of waiters is wrong";
	if (length(&key->unpaired) != key->waiting - *paired)
		return "a key's list of unpaired waiters is wrong";
	return NULL;
}

static const char *check_key_slots(const struct pool_key *key, size_t paired)
{
	const struct link *l;

	for (l = key->loose.next; l != &key->loose; l = l->next) {
		const struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_key);

		if (slot->key != key || slot->waiter != NULL || !pool_slot_is_dial(slot))
			return "a loose dial is not loose, or no dial";
	}
	for (l = key->idle.next; l != &key->idle; l = l->next) {
		const struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_key);

		if (slot->key != key || slot->state != SLOT_IDLE)
			return "a connection on an idle list is not idle";
	}
	if (length(&key->loose) + paired != key->dialing)
		return "a key's count of dials is wrong";
	return length(&key->idle) == key->idling ? NULL : "a key's count of idle connections is wrong";
}

static const char *check_key(const struct pool *pool, const struct pool_key *key, struct sums *sums)
{
	const char *wrong;
	size_t paired;

	if (pool_key_find(&pool->keys, &key->name) != key)
		return "a key is in the table and cannot be found";
	if ((wrong = check_waiters(pool, key, &paired)) != NULL ||
	    (wrong = check_key_slots(key, paired)) != NULL)
		return wrong;
	if (pool_key_open(key) > pool->plan.max_per_host)
		return "a key is over max_per_host";
	if (key->waiting > 0 && key->idling > 0)
		return "somebody waits while a connection is idle";
	if (key->place != pool_place_of(pool, key) || list_empty(&key->in_place))
		return "a key is not in its place";
	sums->waiting += key->waiting;
	sums->dialing += key->dialing;
	sums->used += key->used;
	sums->idling += key->idling;
	sums->keys++;
	return NULL;
}

static const char *check_sums(const struct pool *pool, const struct sums *sums)
{
	uint64_t ended = 0;
	size_t i;

	if (sums->waiting != pool->waiting || sums->dialing != pool->dialing || sums->used != pool->using ||
	    sums->idling != pool->idling || sums->keys != pool->keys.count)
		return "the keys do not add up to the pool";
	if (length(&pool->dials) != pool->dialing || length(&pool->used) != pool->using ||
	    length(&pool->idle) != pool->idling)
		return "the pool's lists of connections do not have the lengths counted";
	if (pool_deadlines_count(&pool->requests) != pool->waiting)
		return "not as many deadlines as waiters";
	for (i = 0; i < ENDINGS; i++)
		ended += pool->ended[i];
	if (ended + pool->waiting != pool->accepted)
		return "requests were accepted that neither wait nor have ended";
	if (pool->opened - pool->closed != pool->idling + pool->using)
		return "connections were opened that are neither there nor closed";
	return NULL;
}

static const char *check_states(const struct pool *pool)
{
	double last = -1;
	const struct link *l;

	for (l = pool->dials.next; l != &pool->dials; l = l->next)
		if (!pool_slot_is_dial(LIST_ENTRY(l, struct pool_slot, in_pool)))
			return "a connection stands among the dials";
	for (l = pool->used.next; l != &pool->used; l = l->next)
		if (!pool_slot_is_used(LIST_ENTRY(l, struct pool_slot, in_pool)))
			return "an unused connection stands among the used";
	for (l = pool->idle.next; l != &pool->idle; l = l->next) {
		const struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);

		if (slot->state != SLOT_IDLE || slot->idle_since < last)
			return "idle connections are out of order";
		last = slot->idle_since;
	}
	return NULL;
}

/* Whoever is blocked is blocked for a reason. */
static const char *check_limits(const struct pool *pool)
{
	size_t open = pool->dialing + pool->using + pool->idling;
	bool blocked = !list_empty(&pool->places[PLACE_HUNGRY]) || !list_empty(&pool->places[PLACE_STARVING]);

	if (open > pool->plan.max_open)
		return "the pool is over max_open";
	if (!list_empty(&pool->places[PLACE_UNUSED]))
		return "a key is kept that nobody uses";
	if (blocked && open < pool->plan.max_open)
		return "a key waits for room while there is room";
	if (blocked && (pool->idling > 0 || !list_empty(&pool->places[PLACE_SURPLUS])))
		return "a key waits for room that could be made";
	if (pool->shut && pool->waiting + pool->dialing + pool->idling > 0)
		return "a pool that is shut still does something";
	return NULL;
}

static const char *check_wake(const struct pool *pool)
{
	const struct deadline *r = pool_deadlines_first(&pool->requests);
	const struct deadline *s = pool_deadlines_first(&pool->slots);
	const struct link *l = list_first(&pool->idle);

	if ((r != NULL && r->at < pool->wake) || (s != NULL && s->at < pool->wake))
		return "a deadline comes before the timer";
	if (l != NULL &&
	    LIST_ENTRY(l, struct pool_slot, in_pool)->idle_since + pool->plan.keep_alive < pool->wake)
		return "an idle connection's end comes before the timer";
	return NULL;
}

const char *pool_check(const struct pool *pool)
{
	struct sums sums = { .keys = 0 };
	const char *wrong;
	size_t i;

	for (i = 0; i < pool->keys.size; i++)
		if (pool->keys.cells[i] != NULL && (wrong = check_key(pool, pool->keys.cells[i], &sums)) != NULL)
			return wrong;
	if ((wrong = check_sums(pool, &sums)) != NULL || (wrong = check_states(pool)) != NULL ||
	    (wrong = check_limits(pool)) != NULL)
		return wrong;
	return check_wake(pool);
}
