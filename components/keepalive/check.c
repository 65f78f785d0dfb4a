/*
 * The books, counted anew: every list walked, every count compared, and what
 * pool.h says always holds held against it.  Tests call it; so may a debugger.
 */
#include "parts.h"

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

static const char *check_line(const struct pool *pool, const struct pool_key *key, const struct link *line,
			      size_t *paired)
{
	const struct link *l;
	const char *wrong;

	for (l = line->next; l != line; l = l->next) {
		const struct pool_request *r = LIST_ENTRY(l, struct pool_request, waiting);

		if ((wrong = check_waiter(pool, key, r)) != NULL)
			return wrong;
		if (r->fresh != (line == &key->fresh))
			return "a waiter stands in the wrong line";
		*paired += r->dial != NULL;
	}
	return NULL;
}

static const char *check_waiters(const struct pool *pool, const struct pool_key *key, size_t *paired)
{
	const char *wrong;

	*paired = 0;
	if ((wrong = check_line(pool, key, &key->waiters, paired)) != NULL ||
	    (wrong = check_line(pool, key, &key->fresh, paired)) != NULL)
		return wrong;
	if (length(&key->waiters) + length(&key->fresh) != key->waiting || length(&key->fresh) != key->fresh_waiting)
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

/* A key in line does not notice that its group has become full, before its turn. */
static bool is_in_place(const struct pool *pool, const struct pool_key *key)
{
	enum pool_place place = pool_place_of(pool, key);
	bool in_line = key->place == PLACE_HUNGRY || key->place == PLACE_STARVING;

	return key->place == place || (in_line && place == PLACE_GROUPED);
}

static const char *check_groups(const struct pool *pool)
{
	const struct link *l;
	size_t i;

	for (l = pool->groups.next; l != &pool->groups; l = l->next) {
		const struct pool_group *group = LIST_ENTRY(l, struct pool_group, in_pool);
		unsigned open = 0, idle = 0;

		for (i = 0; i < pool->keys.size; i++)
			if (pool->keys.cells[i] != NULL && pool->keys.cells[i]->group == group) {
				open += pool_key_open(pool->keys.cells[i]);
				idle += pool->keys.cells[i]->idling;
			}
		if (open != group->open || length(&group->idle) != idle)
			return "a group's keys do not add up to it";
		if (group->open > pool->plan.max_per_proxy && (!pool->lowered || idle > 0))
			return "a group is over max_per_proxy";
		if (!list_empty(&group->blocked) && (idle > 0 || group->open < pool->plan.max_per_proxy))
			return "a key waits for room in its group that is there, or could be made";
	}
	return NULL;
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
	if (pool_key_open(key) > pool->plan.max_per_host && (!pool->lowered || key->idling > 0))
		return "a key is over max_per_host";
	if (key->idling > pool->plan.max_idle_per_key)
		return "a key is over max_idle_per_key";
	if (key->waiting > key->fresh_waiting && key->idling > 0)
		return "somebody waits while a connection is idle";
	if (key->care != NULL && key->care->breaker == BREAKER_OPEN && key->waiting > 0)
		return "somebody waits behind an open breaker";
	if (!is_in_place(pool, key) || list_empty(&key->in_place))
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
	if (length(&pool->dials) != pool->dialing || length(&pool->used) + length(&pool->overdue) + length(&pool->pinging) != pool->using ||
	    length(&pool->idle) != pool->idling)
		return "the pool's lists of connections do not have the lengths counted";
	if (pool_deadlines_count(&pool->requests) != pool->waiting)
		return "not as many deadlines as waiters";
	for (i = 0; i < ENDINGS; i++)
		ended += pool->ended[i];
	if (ended + pool->waiting != pool->accepted)
		return "requests were accepted that neither wait nor have ended";
	if (pool->opened - pool->closed - pool->detached != pool->idling + pool->using)
		return "connections were opened that are neither there nor closed";
	return NULL;
}

static bool are_used(const struct link *list, bool overdue)
{
	const struct link *l;

	for (l = list->next; l != list; l = l->next) {
		const struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);

		if (!pool_slot_is_used(slot) || slot->overdue != overdue)
			return false;
	}
	return true;
}

static const char *check_states(const struct pool *pool)
{
	double last = -1;
	const struct link *l;

	for (l = pool->dials.next; l != &pool->dials; l = l->next)
		if (!pool_slot_is_dial(LIST_ENTRY(l, struct pool_slot, in_pool)))
			return "a connection stands among the dials";
	if (!are_used(&pool->used, false) || !are_used(&pool->overdue, true))
		return "an unused connection stands among the used, or one is in the wrong list of them";
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
	bool may_dial = pool->dialing < pool->plan.max_dialing;
	bool blocked = !list_empty(&pool->places[PLACE_HUNGRY]) || !list_empty(&pool->places[PLACE_STARVING]);

	if (open > pool->plan.max_open && (!pool->lowered || pool->idling > 0))
		return "the pool is over max_open";
	if (!list_empty(&pool->places[PLACE_UNUSED]))
		return "a key is kept that nobody uses";
	if (pool->dialing > pool->plan.max_dialing && !pool->lowered)
		return "the pool is over max_dialing";
	if (blocked && open < pool->plan.max_open && may_dial)
		return "a key waits for room while there is room";
	if (blocked && ((pool->idling > 0 && may_dial) || !list_empty(&pool->places[PLACE_SURPLUS])))
		return "a key waits for room that could be made";
	if (pool->idling > pool->plan.max_idle)
		return "the pool is over max_idle";
	if (pool->draining && !pool->shut && (pool->waiting == 0 || pool->idling > 0))
		return "a pool that drains has nobody left to serve, or keeps something";
	if ((pool->shut || pool->draining) && !list_empty(&pool->pinging))
		return "a closed pool asks whether a connection is alive";
	if (pool->shut && pool->waiting + pool->dialing + pool->idling > 0)
		return "a pool that is shut still does something";
	return NULL;
}

static const char *check_wake(const struct pool *pool)
{
	const struct deadline *r = pool_deadlines_first(&pool->requests);
	const struct deadline *s = pool_deadlines_first(&pool->slots);
	const struct deadline *p = pool_deadlines_first(&pool->pauses);
	const struct link *l = list_first(&pool->idle);

	if (pool->plan.leak_after > 0 && pool_overdue_next(pool) < pool->wake)
		return "a loan becomes overdue before the timer";
	if ((p != NULL && p->at < pool->wake) || (r != NULL && r->at < pool->wake) || (s != NULL && s->at < pool->wake))
		return "a deadline comes before the timer";
	if (l != NULL &&
	    LIST_ENTRY(l, struct pool_slot, in_pool)->idle_since + pool_span(pool) < pool->wake)
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
	    (wrong = check_limits(pool)) != NULL || (wrong = check_groups(pool)) != NULL)
		return wrong;
	return check_wake(pool);
}
