/*
 * The pool under a million random operations, against a model that is nothing
 * but arrays: who waits for which host in which order, and which connections
 * there are.  SOAK_SEED and SOAK_OPERATIONS in the environment choose another
 * run; a failure prints the seed.
 */
#include "keepalive/pool.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { HOSTS = 12, MAX_REQUESTS = 64, MAX_CONNECTIONS = 32, ROUND = 20000 };

enum phase { FREE, WAITING, ANSWERED, LEASED };

struct soak_request {
	struct pool_request request; /* first */
	struct pool_slot *slot;
	unsigned host, answers;
	uint64_t order;              /* of asking */
	enum phase phase;
};

struct model {
	struct pool pool; /* first */
	struct soak_request requests[MAX_REQUESTS];
	struct soak_request *asking; /* the one inside pool_allocate */
	struct pool_slot *open[MAX_CONNECTIONS];
	unsigned opened;
	char names[HOSTS][8];
	uint64_t random, asked;
	double now, wake;
	unsigned changes; /* not 0: limits change in this round */
};

static unsigned below(struct model *m, unsigned limit)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (unsigned)(m->random >> 33) % limit;
}

static struct model *model_of(struct pool *pool)
{
	return (struct model *)(void *)pool;
}

static unsigned host_of(const struct pool_slot *slot)
{
	return (unsigned)slot->key->name.port - 1;
}

static double model_now(struct pool *pool)
{
	return model_of(pool)->now;
}

static void model_wake_at(struct pool *pool, double when)
{
	model_of(pool)->wake = when;
}

static void remove_connection(struct model *m, const struct pool_slot *slot)
{
	unsigned i = 0;

	while (m->open[i] != slot)
		assert_true(++i < m->opened);
	m->open[i] = m->open[--m->opened];
}

static void model_start(struct pool *pool, struct pool_slot *slot)
{
	struct model *m = model_of(pool);

	assert_true(m->opened < MAX_CONNECTIONS);
	m->open[m->opened++] = slot;
	if (below(m, 50) != 0)
		return;
	remove_connection(m, slot);
	pool_dial_failed(pool, slot, SCOPE_ATTEMPT,
			 &(struct pool_failure){ .function = "socket", .error_num = EMFILE });
}

static void model_close(struct pool *pool, struct pool_slot *slot)
{
	remove_connection(model_of(pool), slot);
}

static void model_late(struct pool *pool, struct pool_slot *slot)
{
	remove_connection(model_of(pool), slot);
	pool_dial_failed(pool, slot, SCOPE_ATTEMPT,
			 &(struct pool_failure){ .function = "connect", .error_num = ETIMEDOUT });
}

static enum pool_health model_probe(struct pool *pool, struct pool_slot *slot)
{
	unsigned luck = below(model_of(pool), 40);

	(void)slot;
	return luck == 0 ? HEALTH_STALE : luck == 1 ? HEALTH_DIRTY : HEALTH_GOOD;
}

/* Who asks anew goes before all others. */
static bool comes_before(const struct soak_request *a, const struct soak_request *b)
{
	return a->request.fresh != b->request.fresh ? a->request.fresh : a->order < b->order;
}

/* Grants are first come, first served within a host; every answer comes once. */
static void model_answer(struct pool *pool, struct pool_request *request, const struct pool_answer *answer)
{
	struct model *m = model_of(pool);
	struct soak_request *r = (struct soak_request *)(void *)request;
	unsigned i;

	assert_int_equal(r->answers++, 0);
	assert_true(r == m->asking || r->phase == WAITING);
	r->phase = ANSWERED;
	r->slot = answer->slot;
	assert_true((answer->slot == NULL) != (answer->failure == NULL));
	if (r->slot == NULL)
		return;
	assert_int_equal(host_of(r->slot), r->host);
	for (i = 0; i < MAX_REQUESTS; i++)
		assert_false(m->requests[i].phase == WAITING && m->requests[i].host == r->host &&
			     (r->request.ending == ENDED_CONNECTED || !m->requests[i].request.fresh) &&
			     comes_before(&m->requests[i], r));
}

static void model_overdue(struct pool *pool, struct pool_slot *slot)
{
	assert_true(slot->overdue && model_of(pool)->now >= slot->lent + pool->plan.leak_after);
}

static void model_returned(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	assert_false(slot->overdue);
}

static int model_ping(struct pool *pool, struct pool_slot *slot)
{
	assert_int_equal(slot->state, SLOT_PINGING);
	return (int)below(model_of(pool), 3) - 1;
}

static const struct pool_world soak_functions = {
	.ping = model_ping,
	.overdue = model_overdue,
	.returned = model_returned,
	.now = model_now,
	.recent = model_now,
	.wake_at = model_wake_at,
	.start_dial = model_start,
	.cancel_dial = model_close,
	.dial_late = model_late,
	.probe = model_probe,
	.close = model_close,
	.answer = model_answer,
};

struct count {
	unsigned waiting, fresh, dialing, idle, open;
};

static void count_all(const struct model *m, struct count counts[HOSTS], struct count *sum)
{
	unsigned i;

	memset(counts, 0, HOSTS * sizeof *counts);
	*sum = (struct count){ .open = m->opened };
	for (i = 0; i < MAX_REQUESTS; i++)
		if (m->requests[i].phase == WAITING) {
			counts[m->requests[i].host].waiting++;
			counts[m->requests[i].host].fresh += m->requests[i].request.fresh;
		}
	for (i = 0; i < m->opened; i++) {
		struct count *c = &counts[host_of(m->open[i])];

		c->open++;
		c->dialing += pool_slot_is_dial(m->open[i]);
		c->idle += m->open[i]->state == SLOT_IDLE;
	}
	for (i = 0; i < HOSTS; i++) {
		sum->waiting += counts[i].waiting;
		sum->fresh += counts[i].fresh;
		sum->idle += counts[i].idle;
	}
}

/* The last hosts are reached through one of two proxies: 1, 2. */
static unsigned by_proxy(unsigned host)
{
	return host < HOSTS / 2 ? 0 : 1 + host % 2;
}

/* Limits hold, nobody waits beside an idle connection, and nobody waits for room that is there. */
static void judge(const struct model *m)
{
	const struct pool_plan *plan = &m->pool.plan;
	struct count counts[HOSTS], sum;
	unsigned open_by[3] = { 0 };
	unsigned i, surplus = 0, hungry = 0, dialing = 0;

	count_all(m, counts, &sum);
	for (i = 0; i < HOSTS; i++) {
		const struct count *c = &counts[i];

		assert_true(c->open <= plan->max_per_host || m->pool.lowered);
		assert_false(c->waiting > c->fresh && c->idle > 0);
		assert_in_range(c->waiting - c->fresh, 0, plan->max_queue_per_key);
		assert_in_range(c->idle, 0, plan->max_idle_per_key);
		dialing += c->dialing;
		surplus += c->dialing > c->waiting;
		open_by[by_proxy(i)] += c->open;
	}
	for (i = 0; i < HOSTS; i++) {
		bool full = by_proxy(i) != 0 && open_by[by_proxy(i)] >= plan->max_per_proxy;

		hungry += counts[i].dialing < counts[i].waiting && counts[i].open < plan->max_per_host && !full;
	}
	for (i = 1; i < 3; i++)
		assert_true(open_by[i] <= plan->max_per_proxy || m->pool.lowered);
	assert_true(sum.open <= plan->max_open || m->pool.lowered);
	assert_in_range(sum.waiting - sum.fresh, 0, plan->max_queue);
	assert_in_range(sum.idle, 0, plan->max_idle);
	assert_true(dialing <= plan->max_dialing || m->pool.lowered);
	assert_false(hungry > 0 && (surplus > 0 || (dialing < plan->max_dialing &&
						    (sum.open < plan->max_open || sum.idle > 0))));
	assert_int_equal(sum.waiting, m->pool.waiting);
}

static struct soak_request *some_request(struct model *m, enum phase phase)
{
	unsigned from = below(m, MAX_REQUESTS), i;

	for (i = 0; i < MAX_REQUESTS; i++)
		if (m->requests[(from + i) % MAX_REQUESTS].phase == phase)
			return &m->requests[(from + i) % MAX_REQUESTS];
	return NULL;
}

/* In one place, for all who name a host. */
static struct pool_name name_of(struct model *m, unsigned host)
{
	static const char *const proxies[] = { NULL, "http://p:1", "http://p:2" };

	return (struct pool_name){ .scheme = "http", .address = m->names[host], .port = (int)host + 1,
				   .proxy = proxies[by_proxy(host)] };
}

static double some_timeout(struct model *m)
{
	static const double usual[] = { 10, 10, 10, 5, 1, -1 };
	unsigned i = below(m, 8);

	return i < 6 ? usual[i] : 0.1 + below(m, 1000) / 100.0;
}

static void ask(struct model *m)
{
	struct soak_request *r = some_request(m, FREE);
	struct pool_name name;
	int result;

	if (r == NULL)
		return;
	*r = (struct soak_request){ .host = below(m, 1 + below(m, HOSTS)), .order = m->asked++ };
	name = name_of(m, r->host);
	m->asking = r;
	result = pool_allocate(&m->pool, &r->request, &name, some_timeout(m));
	m->asking = NULL;
	if (result < 0) {
		assert_int_equal(errno, EAGAIN);
		assert_int_equal(r->answers, 0);
	} else if (r->answers == 0) {
		r->phase = WAITING;
	}
}

static void end(struct soak_request *r)
{
	r->phase = FREE;
	r->slot = NULL;
}

/* The asker sees its answer, and takes the connection, or leaves it. */
static void receive(struct model *m)
{
	struct soak_request *r = some_request(m, ANSWERED);

	if (r == NULL)
		return;
	if (below(m, 4) != 0 && pool_take(&m->pool, &r->request) != NULL) {
		r->phase = LEASED;
		return;
	}
	end(r);
	pool_let_go(&m->pool, &r->request);
}

/* Its connection is no good: the same asks once more, for a new one. */
static void ask_anew(struct model *m)
{
	struct soak_request *r = some_request(m, LEASED), *anew = some_request(m, FREE);

	if (r == NULL || anew == NULL)
		return;
	*anew = (struct soak_request){ .host = r->host, .order = m->asked++ };
	m->asking = anew;
	r->phase = FREE;
	assert_int_equal(pool_allocate_fresh(&m->pool, &anew->request, &r->slot->key->name, some_timeout(m), r->slot),
			 0);
	m->asking = NULL;
	if (anew->answers == 0)
		anew->phase = WAITING;
}

static void release(struct model *m)
{
	struct soak_request *r = some_request(m, LEASED);
	struct pool_slot *slot;

	if (r == NULL)
		return;
	slot = r->slot;
	end(r);
	if (below(m, 8) == 0)
		pool_hint(slot, (int)below(m, 12) - 1, (int)below(m, 6) - 1);
	pool_release(&m->pool, slot, below(m, 10) ? VERDICT_CLEAN : VERDICT_SPOILT);
}

static void cancel(struct model *m)
{
	struct soak_request *r = some_request(m, below(m, 3) ? WAITING : ANSWERED);
	uint64_t id;

	if (r == NULL)
		return;
	id = pool_ticket_id(&m->pool.tickets, &r->request);
	end(r);
	assert_ptr_equal(pool_cancel(&m->pool, id), &r->request);
	assert_null(pool_cancel(&m->pool, id));
	assert_int_equal(errno, EALREADY);
}

static struct pool_slot *some_connection(struct model *m)
{
	return m->opened ? m->open[below(m, m->opened)] : NULL;
}

/* A dial makes progress or ends, an idle connection dies. */
static void change(struct model *m, struct pool_slot *slot, unsigned luck)
{
	if (slot->state == SLOT_IDLE) {
		if (luck < 2)
			pool_idle_ended(&m->pool, slot, luck ? HEALTH_STALE : HEALTH_DIRTY);
		return;
	}
	if (luck >= 8) {
		pool_dial_phase(&m->pool, slot, SLOT_CONNECTING);
		assert_int_equal(pool_dial_bound(&m->pool, slot, 3), 0);
	} else if (luck < 6) {
		pool_dialled(&m->pool, slot);
	} else {
		remove_connection(m, slot);
		pool_dial_failed(&m->pool, slot, luck == 6 ? SCOPE_NAME : SCOPE_ATTEMPT,
				 &(struct pool_failure){ .function = "connect", .error_num = ECONNREFUSED });
	}
}

static void happen(struct model *m)
{
	struct pool_slot *slot = some_connection(m);
	unsigned luck = below(m, 10);

	if (slot == NULL)
		return;
	if (slot->state == SLOT_PINGING && luck < 5)
		pool_ping_answered(&m->pool, slot);
	else if (slot->state == SLOT_PINGING)
		pool_idle_ended(&m->pool, slot, HEALTH_STALE);
	else if (!pool_slot_is_used(slot))
		change(m, slot, luck);
}

static void pass(struct model *m)
{
	m->now += below(m, 100) / 200.0;
	if (m->now < m->wake)
		return;
	m->wake = INFINITY;
	pool_expire(&m->pool);
}

/* What is dialled before anybody asks, and limits that change. */
static void arrange(struct model *m)
{
	unsigned host = below(m, HOSTS), count = below(m, 4);
	struct pool_name name = name_of(m, host);
	struct pool_plan plan = m->pool.plan;

	if (below(m, 2))
		(void)pool_prewarm(&m->pool, &name, count);
	else if (below(m, 2))
		(void)pool_set_floor(&m->pool, &name, count);
	else
		ask_anew(m);
	if (m->changes && below(m, 4) == 0) {
		plan.max_per_host = 1 + below(m, 4);
		plan.max_open = 1 + below(m, 16);
		plan.keep_alive = below(m, 5) ? 1 + below(m, 20) : -1.0;
		pool_set(&m->pool, &plan);
	}
}

static void operate(struct model *m)
{
	unsigned luck = below(m, 101);

	if (luck < 30)
		ask(m);
	else if (luck < 50)
		receive(m);
	else if (luck < 70)
		release(m);
	else if (luck < 75)
		cancel(m);
	else if (luck < 95)
		happen(m);
	else if (luck < 100)
		pass(m);
	else
		arrange(m);
}

static void begin(struct model *m)
{
	unsigned i;

	for (i = 0; i < HOSTS; i++)
		snprintf(m->names[i], sizeof m->names[i], "host%u", i);
	memset(m->requests, 0, sizeof m->requests);
	m->opened = 0;
	m->wake = INFINITY;
	m->changes = below(m, 2);
	pool_init(&m->pool, &soak_functions,
		  &(struct pool_plan){ .max_per_host = 1 + below(m, 4),
				       .max_open = 1 + below(m, 16),
				       .max_queue = 10 + below(m, 60),
				       .max_queue_per_key = below(m, 3) ? 0 : 6,
				       .max_dialing = below(m, 2) ? 0 : 1 + below(m, 3),
				       .max_per_proxy = below(m, 2) ? 0 : 1 + below(m, 5),
				       .max_idle = below(m, 3) ? 0 : 1 + below(m, 4),
				       .max_idle_per_key = below(m, 3) ? 0 : 1 + below(m, 2),
				       .max_uses = below(m, 3) ? 0 : 5,
				       .order = below(m, 3),
				       .ping_every = below(m, 2) ? 0 : 1,
				       .ping_timeout = 0.5,
				       .leak_after = below(m, 2) ? 0 : 3,
				       .breaker_after = below(m, 2) ? 0 : 1 + below(m, 3),
				       .breaker_base = 0.5,
				       .breaker_most = 4,
				       .keep_alive = below(m, 5) ? 15 : -1,
				       .max_age = below(m, 3) ? 0 : 20,
				       .seed = m->random });
}

/* Shut down in the middle of everything: all that waited are answered, all that is left comes back. */
static void finish(struct model *m)
{
	unsigned i;

	pool_shutdown(&m->pool);
	assert_null(pool_check(&m->pool));
	for (i = 0; i < MAX_REQUESTS; i++) {
		struct soak_request *r = &m->requests[i];

		assert_true(r->phase != WAITING);
		if (r->phase == ANSWERED)
			pool_let_go(&m->pool, &r->request);
		else if (r->phase == LEASED)
			pool_release(&m->pool, r->slot, VERDICT_CLEAN);
	}
	assert_null(pool_check(&m->pool));
	assert_int_equal(m->opened, 0);
	assert_int_equal(m->pool.keys.count, 0);
	assert_int_equal(m->pool.tickets.held, 0);
	pool_free(&m->pool);
}

static unsigned long number_from(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

static void a_million_operations_keep_every_promise(void **state)
{
	unsigned long operations = number_from("SOAK_OPERATIONS", 1000000), i;
	unsigned long seed = number_from("SOAK_SEED", 20041003);
	struct model *m = calloc(1, sizeof *m);
	const char *wrong;

	(void)state;
	assert_non_null(m);
	print_message("SOAK_SEED=%lu\n", seed);
	m->random = seed | 1;
	for (i = 0; i < operations; i++) {
		if (i % ROUND == 0) {
			if (i > 0)
				finish(m);
			begin(m);
		}
		operate(m);
		judge(m);
		if (i % 16 == 0 && (wrong = pool_check(&m->pool)) != NULL)
			fail_msg("after %lu operations: %s", i, wrong);
	}
	finish(m);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_operations_keep_every_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
