/*
 * Waiters: requests on their key's list, and the three ways off it: a
 * connection, a failure, or the asker's own withdrawal.
 */
#include "parts.h"

static struct pool_request *first_of(const struct link *list)
{
	struct link *l = list_first(list);

	return l ? LIST_ENTRY(l, struct pool_request, waiting) : NULL;
}

struct pool_request *pool_oldest(const struct pool_key *key)
{
	return first_of(key->fresh_waiting > 0 ? &key->fresh : &key->waiters);
}

struct pool_request *pool_oldest_for_used(const struct pool_key *key)
{
	return first_of(&key->waiters);
}

/* Who wants a new one has waited once already. */
static void line_up(struct pool_request *r, struct pool_key *key)
{
	list_append(r->fresh ? &key->fresh : &key->waiters, &r->waiting);
	if (r->fresh)
		list_prepend(&key->unpaired, &r->unpaired);
	else
		list_append(&key->unpaired, &r->unpaired);
	key->fresh_waiting += r->fresh;
	key->waiting++;
}

int pool_wait(struct pool *pool, struct pool_request *r, struct pool_key *key, double timeout)
{
	if (pool_deadline_set(&pool->requests, &r->deadline, pool->world->now(pool), timeout) < 0)
		return -1;
	r->key = key;
	r->state = REQUEST_WAITING;
	line_up(r, key);
	pool->waiting++;
	pool_wake_at(pool, r->deadline.at);
	return 0;
}

void pool_withdraw(struct pool *pool, struct pool_request *r)
{
	list_remove(&r->waiting);
	list_remove(&r->unpaired);
	pool_deadline_clear(&pool->requests, &r->deadline);
	r->key->waiting--;
	r->key->fresh_waiting -= r->fresh;
	pool->waiting--;
	if (r->dial != NULL) {
		r->dial->waiter = NULL;
		list_append(&r->key->loose, &r->dial->in_key);
		r->dial = NULL;
	}
	pool_touch(pool, r->key);
	r->key = NULL;
	r->state = REQUEST_NEW;
}

void pool_abandon(struct pool *pool, struct pool_request *r)
{
	struct pool_key *key = r->key;
	struct pool_slot *dial = r->dial;

	pool_withdraw(pool, r);
	if (key->dialing <= key->waiting)
		return;
	if (dial == NULL)
		dial = LIST_ENTRY(list_last(&key->loose), struct pool_slot, in_key);
	pool_slot_cancel(pool, dial);
	pool_touch(pool, key);
}

/* The request is answered, and off its key, before the world hears of it. */
static void answer(struct pool *pool, struct pool_request *r, enum pool_ending ending,
		   const struct pool_answer *words)
{
	if (r->state == REQUEST_WAITING)
		pool_withdraw(pool, r);
	r->state = REQUEST_ANSWERED;
	r->slot = words->slot;
	r->ending = ending;
	pool->ended[ending]++;
	pool->world->answer(pool, r, words);
}

void pool_grant(struct pool *pool, struct pool_request *r, struct pool_slot *slot, enum pool_ending ending)
{
	pool_slot_use(pool, slot);
	pool_histogram_add(&pool->waited, pool->world->recent(pool) - r->asked);
	answer(pool, r, ending, &(struct pool_answer){ .slot = slot });
}

void pool_fail(struct pool *pool, struct pool_request *r, enum pool_ending ending,
	       const struct pool_failure *failure)
{
	answer(pool, r, ending, &(struct pool_answer){ .failure = failure });
}

void pool_fail_all(struct pool *pool, struct pool_key *key, const struct pool_failure *failure)
{
	unsigned n = key->waiting;

	while (n-- > 0 && key->waiting > 0)
		pool_fail(pool, pool_oldest(key), ENDED_FAILED, failure);
}
