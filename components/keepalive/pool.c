/*
 * The pool as its askers see it: from the question to the answer.
 */
#include "parts.h"
#include <errno.h>
#include <math.h>

void pool_init(struct pool *pool, const struct pool_world *world, const struct pool_plan *plan)
{
	size_t i;

	*pool = (struct pool){ .world = world, .plan = pool_whole_plan(plan), .wake = INFINITY,
			       .random = plan->seed };
	pool_tickets_init(&pool->tickets, plan->seed);
	pool_deadlines_init(&pool->requests);
	pool_deadlines_init(&pool->slots);
	pool_deadlines_init(&pool->pauses);
	for (i = 0; i < PLACES; i++)
		list_init(&pool->places[i]);
	list_init(&pool->groups);
	list_init(&pool->crowded);
	list_init(&pool->dials);
	list_init(&pool->idle);
	list_init(&pool->used);
	list_init(&pool->pinging);
	list_init(&pool->overdue);
	list_init(&pool->cared);
	list_init(&pool->low);
}

void pool_free(struct pool *pool)
{
	pool_table_free(&pool->keys);
	pool_tickets_free(&pool->tickets);
	pool_deadlines_free(&pool->requests);
	pool_deadlines_free(&pool->slots);
	pool_deadlines_free(&pool->pauses);
}

/* The timer may be late: the clock decides, not whether it has fired. */
static bool idle_is_over(struct pool *pool, const struct pool_slot *slot)
{
	double now = pool->world->recent(pool);

	if ((now < slot->idle_since + pool->plan.keep_alive || pool_is_floor(slot->key)) &&
	    !pool_rest_is_over(slot, now) && !pool_is_worn(pool, slot))
		return false;
	pool->expired++;
	return true;
}

/*
 * The next connection in turn that is still good.  Whatever is not is closed on
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

void pool_lease(struct pool_slot *slot)
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
	if (key->care != NULL) {
		pool_touch(pool, key);
		pool_settle(pool);
	}
	pool_lease(slot);
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
	r->fresh = false;
}

static bool is_full(const struct pool *pool, const struct pool_key *key)
{
	return pool->waiting >= pool->plan.max_queue || key->waiting >= pool->plan.max_queue_per_key;
}

/* With a ticket and a key: to what is idle, to its end, or to the queue. */
static int admit(struct pool *pool, struct pool_request *r, struct pool_key *key, double timeout)
{
	struct pool_slot *slot = r->fresh ? NULL : find_idle(pool, key);

	if (slot != NULL) {
		pool_grant(pool, r, slot, ENDED_IMMEDIATE);
		return 0;
	}
	if (key->care != NULL && pool_breaker_refuses(pool, r, key))
		return 0;
	if (!(timeout > 0)) {
		pool_fail(pool, r, ENDED_TIMED_OUT,
			  &(struct pool_failure){
				  .function = "connect", .error_num = ETIMEDOUT, .phase = "queue" });
		return 0;
	}
	if (is_full(pool, key) && !r->fresh) {
		errno = EAGAIN;
		return -1;
	}
	return pool_wait(pool, r, key, timeout);
}

/* Who wants a new connection is not held up by idle ones of its key. */
static void make_place(struct pool *pool, struct pool_key *key)
{
	if (key->waiting > key->dialing && key->idling > 0 && pool_key_open(key) >= pool->plan.max_per_host)
		pool_rest_evict(pool, LIST_ENTRY(list_last(&key->idle), struct pool_slot, in_key));
}

/* A prepared request. */
static int accept_request(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout)
{
	struct pool_key *key;
	int error = 0;

	if (r->fresh ? pool->shut : pool_is_closed(pool)) {
		errno = ESHUTDOWN;
		return -1;
	}
	if ((key = pool_group_key(pool, name)) == NULL)
		return -1;
	r->asked = pool->world->recent(pool);
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

int pool_allocate(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout)
{
	prepare(r);
	return accept_request(pool, r, name, timeout);
}

int pool_allocate_fresh(struct pool *pool, struct pool_request *r, const struct pool_name *name, double timeout,
			struct pool_slot *bad)
{
	bool settling = pool->settling;
	int result, error;

	prepare(r);
	r->fresh = true;
	/* Nobody else gets the place that the bad one leaves. */
	pool->settling = true;
	result = accept_request(pool, r, name, timeout);
	error = errno;
	if (result == 0 && bad != NULL)
		pool_release(pool, bad, VERDICT_SPOILT);
	if (result == 0 && r->key != NULL)
		make_place(pool, r->key);
	pool->settling = settling;
	pool_settle(pool);
	errno = error;
	return result;
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
		pool_lease(slot);
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
