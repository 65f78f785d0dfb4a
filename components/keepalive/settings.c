/*
 * Settings: what is left out of a plan, what cannot be meant, and how one
 * changes while the manager is at work.
 */
#include "settings.h"
#include <errno.h>
#include <math.h>
#include <string.h>

static bool are_numbers(const struct poe_keepalive_plan *plan)
{
	return plan->leak_after >= 0 && !isnan(plan->keep_alive) && !isnan(plan->timeout) && !isnan(plan->max_age) &&
	       plan->breaker_base >= 0 && plan->breaker_most >= 0;
}

/* Without either function an answer would spoil the connection. */
static bool may_ping(const struct poe_keepalive_plan *plan)
{
	return plan->ping_every == 0 || (plan->ping_every > 0 && plan->ping != NULL && plan->on_idle_data != NULL);
}

int ka_settings_check(const struct poe_keepalive_plan *plan)
{
	bool is_order = plan->order >= POE_IDLE_LIFO && plan->order <= POE_IDLE_ROUND_ROBIN;

	if (are_numbers(plan) && may_ping(plan) && is_order && plan->ping_timeout >= 0 &&
	    plan->max_per_host >= 0 && plan->max_open >= 0 && plan->max_dialing >= 0 &&
	    plan->breaker_after >= 0 && plan->max_queue_per_key >= 0)
		return 0;
	errno = EINVAL;
	return -1;
}

static int or_usual(int said, int usual)
{
	return said != 0 ? said : usual;
}

void ka_settings_take(struct poe_keepalive *ka, const struct poe_keepalive_plan *plan)
{
	ka->plan = *plan;
	ka->plan.alias = ka->alias;
	ka->plan.resolver = NULL;
	ka->plan.bind_address = ka->plan.interface = ka->plan.proxy = NULL;
	ka->plan.max_per_host = or_usual(plan->max_per_host, 4);
	ka->plan.max_open = or_usual(plan->max_open, 128);
	ka->plan.max_queue = or_usual(plan->max_queue, 10000);
	ka->plan.keep_alive = plan->keep_alive != 0 ? plan->keep_alive : 15;
	ka->plan.timeout = plan->timeout != 0 ? plan->timeout : 120;
	ka->plan.breaker_base = plan->breaker_base > 0 ? plan->breaker_base : 1;
	ka->plan.breaker_most = plan->breaker_most > 0 ? plan->breaker_most : 60;
	ka->plan.ping_timeout = plan->ping_timeout > 0 ? plan->ping_timeout : 5;
	ka->timeout = ka->plan.timeout;
}

static unsigned none_below_zero(int said)
{
	return said > 0 ? (unsigned)said : 0;
}

/* Managers that live at the same time have different addresses, and so different ids. */
static uint64_t seed_of(const struct poe_keepalive *ka)
{
	double born = poe_now(ka->kernel);
	uint64_t seed;

	memcpy(&seed, &born, sizeof seed);
	return seed ^ (uintptr_t)ka;
}

struct pool_plan ka_settings_pool(const struct poe_keepalive *ka)
{
	const struct poe_keepalive_plan *plan = &ka->plan;
	bool keeps_none = plan->max_idle < 0 || plan->max_idle_per_key < 0;

	return (struct pool_plan){
		.max_per_host = (unsigned)plan->max_per_host,
		.max_open = (unsigned)plan->max_open,
		.max_dialing = (unsigned)plan->max_dialing,
		.max_per_proxy = none_below_zero(plan->max_per_proxy),
		.max_queue = none_below_zero(plan->max_queue),
		.max_queue_per_key = (size_t)plan->max_queue_per_key,
		.max_uses = none_below_zero(plan->max_uses),
		.max_idle = none_below_zero(plan->max_idle),
		.max_idle_per_key = none_below_zero(plan->max_idle_per_key),
		.order = (enum pool_order)plan->order,
		.keep_alive = keeps_none ? -1 : plan->keep_alive,
		.max_age = plan->max_age,
		.ping_every = plan->ping_every,
		.ping_timeout = plan->ping_timeout,
		.leak_after = plan->leak_after,
		.breaker_after = (unsigned)plan->breaker_after,
		.breaker_base = plan->breaker_base,
		.breaker_most = plan->breaker_most,
		.seed = seed_of(ka),
	};
}

int poe_keepalive_set(struct poe_keepalive *ka, const struct poe_keepalive_plan *plan)
{
	struct pool_plan limits;

	if (ka_settings_check(plan) < 0)
		return -1;
	ka_settings_take(ka, plan);
	limits = ka_settings_pool(ka);
	pool_set(&ka->pool, &limits);
	ka_work(ka);
	return 0;
}

struct poe_keepalive_plan poe_keepalive_settings(const struct poe_keepalive *ka)
{
	return ka->plan;
}

/* A request that only names a key: nobody is answered. */
static int check_name(const struct poe_keepalive_request *request, int count)
{
	struct poe_keepalive_request whole = *request;

	whole.event = "none";
	errno = count < 0 ? EINVAL : ka_ask_fault(&whole);
	return errno ? -1 : 0;
}

int poe_keepalive_prewarm(struct poe_keepalive *ka, const struct poe_keepalive_request *request, int count)
{
	struct pool_name name = ka_usual_name(&ka->usual, request);
	int ready;

	if (check_name(request, count) < 0)
		return -1;
	ready = pool_prewarm(&ka->pool, &name, (unsigned)count);
	if (ready >= 0)
		ka_work(ka);
	return ready;
}

int poe_keepalive_min_idle(struct poe_keepalive *ka, const struct poe_keepalive_request *request, int count)
{
	struct pool_name name = ka_usual_name(&ka->usual, request);
	int result;

	if (check_name(request, count) < 0)
		return -1;
	result = pool_set_floor(&ka->pool, &name, (unsigned)count);
	if (result == 0)
		ka_work(ka);
	return result;
}
