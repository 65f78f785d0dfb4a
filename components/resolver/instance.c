/*
 * What a resolver consists of, and what its plan means.
 */
#include "instance.h"
#include "ares_channel.h"
#include "cache.h"
#include "hosts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* Zero means the usual value; below zero means none, whose value the caller names. */
static double time_of(double asked, double usual, double none)
{
	if (asked == 0)
		return usual;
	return asked < 0 ? none : asked;
}

/* NaN is no time at all. */
static int lacks_number(const struct poe_resolver_plan *plan)
{
	return isnan(plan->timeout) || isnan(plan->min_ttl) || isnan(plan->max_ttl) ||
	       isnan(plan->negative_ttl);
}

static int make_parts(struct poe_resolver *r, const struct poe_resolver_plan *plan)
{
	struct resolver_cache_bounds bounds = {
		.min_ttl = time_of(plan->min_ttl, 1, 0),
		.max_ttl = time_of(plan->max_ttl, 300, (double)INFINITY),
		.negative_ttl = time_of(plan->negative_ttl, 2, 0),
		.max_names = plan->max_cached ? plan->max_cached : 4096,
	};

	r->timeout = time_of(plan->timeout, 5, (double)INFINITY);
	resolver_requests_init(&r->requests, r->kernel, r->seed);
	r->cache = resolver_cache_new(&bounds);
	r->hosts = resolver_hosts_new(plan->hosts ? plan->hosts : "/etc/hosts", r->seed);
	if (r->cache == NULL || r->hosts == NULL || resolver_table_init(&r->lookups.names) < 0)
		return -1;
	r->channel = resolver_channel_new(r->kernel, plan->servers, r->timeout);
	r->lookups.channel = r->channel;
	r->lookups.cache = r->cache;
	r->lookups.kernel = r->kernel;
	r->lookups.timeout = r->timeout;
	return r->channel ? 0 : -1;
}

/* A machine that has no random numbers yet has no enemies that guess its hashes either. */
static uint64_t random_seed(const struct poe_resolver *r)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
		seed = (uintptr_t)r * 0x9e3779b97f4a7c15u;
	return seed;
}

static void set_alias(struct poe_resolver *r, const char *alias)
{
	if (alias)
		snprintf(r->alias, sizeof r->alias, "%s", alias);
	else
		snprintf(r->alias, sizeof r->alias, "resolver-%p", (void *)r);
}

static int is_plan(const struct poe_resolver_plan *plan)
{
	if (!lacks_number(plan))
		return 1;
	errno = EINVAL;
	return 0;
}

static void free_parts(struct poe_resolver *r)
{
	resolver_channel_free(r->channel);
	resolver_cache_free(r->cache);
	resolver_hosts_free(r->hosts);
	resolver_table_free(&r->lookups.names);
	resolver_requests_free(&r->requests);
}

struct poe_resolver *resolver_instance_new(struct poe_kernel *k, const struct poe_resolver_plan *plan,
					   const char *alias)
{
	struct poe_resolver *r = is_plan(plan) ? calloc(1, sizeof *r) : NULL;
	int error;

	if (r == NULL)
		return NULL;
	r->kernel = k;
	r->references = 1;
	r->seed = random_seed(r);
	set_alias(r, alias);
	if (make_parts(r, plan) == 0)
		return r;
	error = errno;
	free_parts(r);
	free(r);
	errno = error;
	return NULL;
}

static void free_if_unused(struct poe_resolver *r)
{
	if (r->references == 0 && !r->has_session)
		free(r);
}

void resolver_instance_close(void *instance)
{
	struct poe_resolver *r = instance;

	free_parts(r);
	r->kernel = NULL;
	r->has_session = 0;
	free_if_unused(r);
}

void resolver_instance_drop(struct poe_resolver *r)
{
	r->references--;
	free_if_unused(r);
}
