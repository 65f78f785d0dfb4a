/*
 * The pool as its askers see it: from the question to the answer, and the end
 * of the whole.
 */
#include "pool.h"
#include <errno.h>
#include <math.h>

void pool_init(struct pool *pool, const struct pool_world *world, const struct pool_plan *plan)
{
	size_t i;

	*pool = (struct pool){ .world = world, .plan = *plan, .wake = INFINITY, .random = plan->seed };
	pool_tickets_init(&pool->tickets, plan->seed);
	pool_deadlines_init(&pool->requests);
	pool_deadlines_init(&pool->slots);
	for (i = 0; i < PLACES; i++)
		list_init(&pool->places[i]);
	list_init(&pool->dials);
	list_init(&pool->idle);
	list_init(&pool->used);
}

void pool_free(struct pool *pool)
{
	pool_table_free(&pool->keys);
	pool_tickets_free(&pool->tickets);
	pool_deadlines_free(&pool->requests);
	pool_deadlines_free(&pool->slots);
}

/* The timer may be late: the clock decides, not whether it has fired. */
static bool idle_is_over(struct pool *pool, const struct pool_slot *slot)
{
	if (pool->world->recent(pool) < slot->idle_since + pool->plan.keep_alive && !pool_is_worn(pool, slot))
		return false;
	pool->expired++;
	return true;
}

/*
 * The connection freed last that is still good.  Whatever is not is closed on
 * the way.  Nobody is overtaken: where one waits nothing is idle.
 */
static struct pool_slot *find_idle(struct pool *pool, struct pool_key *key)
{
	struct link *l;

	while ((l = list_first(&key->idle)) != NULL) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_key);

		if (!idle_is_over(pool, slot) && pool_is_good(pool, slot))
			return slot;
		pool_slot_close(pool, slot);
		pool_touch(pool, key);
	}
	return NULL;
}

static void lease(struct pool_slot *slot)
{
	slot->state = SLOT_LEASED;
	slot->uses++;
}

struct pool_slot *pool_checkout(struct pool *pool, const struct pool_name *name)
{
	struct pool_key *key = pool_key_find(&pool->keys, name);
	struct pool_slot *slot;

	if (key == NULL || pool->shut)
		return NULL;
	slot = find_idle(pool, key);
	if (slot == NULL) {
		pool_settle(pool);
		return NULL;
	}
	pool_slot_use(pool, slot);
	lease(slot);
	pool->accepted++;
	pool->ended[ENDED_IMMEDIATE]++;
	return slot;
}

static void prepare(struct pool_request *r)
{
	list_init(&r->waiting);
	list_init(&r->unpaired);
	pool_deadline_init(&r->deadline);
	r->key = NULL;
	r->dial = NULL;
	r->slot = NULL;
	r->state = REQUEST_NEW;
}

/* With a ticket and a key: to what is idle, to its end, or to the queue. */
static int admit(struct pool *pool, struct pool_request *r, struct pool_key *key, double timeout)
{
	struct pool_slot *slot = find_idle(pool, key);

	if (slot != NULL) {
		pool_grant(pool, r, slot, ENDED_IMMEDIATE);
		return 0;
	}
	if (!(timeout > 0)) {
		pool_fail(pool, r, ENDED_TIMED_OUT,
			  &(struct pool_failure){
				  .function = "connect", .error_num = ETIMEDOUT, .phase = "queue" });
		return 0;
	}
	if (pool->waiting >= pool->plan.max_queue) {
		errno = EAGAIN;
		return -1;
	}
	return pool_wait(pool, r, key, timeout);
}

int pool_allocate(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout)
{
	struct pool_key *key;
	int error = 0;

	prepare(r);
	if (pool->shut) {
		errno = ESHUTDOWN;
		return -1;
	}
	if ((key = pool_key_get(&pool->keys, name)) == NULL)
		return -1;
	pool->accepted++;
	if (pool_ticket_take(&pool->tickets, r) < 0) {
		error = errno;
	} else if (admit(pool, r, key, timeout) < 0) {
		error = errno;
		pool_ticket_void(&pool->tickets, r);
	}
	pool->accepted -= error != 0;
	pool_touch(pool, key);
	pool_settle(pool);
	errno = error;
	return error ? -1 : 0;
}

void pool_seen(struct pool *pool, struct pool_request *r)
{
	if (r->state != REQUEST_ANSWERED)
		return;
	pool_ticket_void(&pool->tickets, r);
	r->state = REQUEST_DONE;
}

struct pool_slot *pool_take(struct pool *pool, struct pool_request *r)
{
	struct pool_slot *slot = r->slot;

	pool_seen(pool, r);
	r->slot = NULL;
	if (slot != NULL)
		lease(slot);
	return slot;
}

static void give_back(struct pool *pool, struct pool_request *r)
{
	struct pool_slot *slot = r->slot;

	r->slot = NULL;
	if (slot != NULL)
		pool_release(pool, slot, VERDICT_CLEAN);
}

void pool_let_go(struct pool *pool, struct pool_request *r)
{
	pool_seen(pool, r);
	give_back(pool, r);
}

struct pool_request *pool_cancel(struct pool *pool, uint64_t id)
{
	struct pool_request *r = pool_ticket_holder(&pool->tickets, id);

	if (r == NULL)
		return NULL;
	pool_ticket_void(&pool->tickets, r);
	pool->ended[ENDED_CANCELLED]++;
	if (r->state == REQUEST_WAITING) {
		pool_abandon(pool, r);
		pool_settle(pool);
	} else {
		pool->ended[r->ending]--;
		give_back(pool, r);
	}
	r->state = REQUEST_DONE;
	return r;
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
	while ((l = list_first(&pool->dials)) != NULL) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);
		struct pool_key *key = slot->key;

		pool_slot_cancel(pool, slot);
		pool_touch(pool, key);
	}
	while ((l = list_first(&pool->idle)) != NULL) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);
		struct pool_key *key = slot->key;

		pool_slot_close(pool, slot);
		pool_touch(pool, key);
	}
	fail_place(pool, PLACE_HUNGRY);
	fail_place(pool, PLACE_STARVING);
	fail_place(pool, PLACE_WAITING);
	pool_settle(pool);
}
