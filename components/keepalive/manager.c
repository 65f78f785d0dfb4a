/*
 * Managers: made from a plan, named, counted, freed.
 */
#include "manager.h"
#include "dial.h"
#include <errno.h>
#include <math.h>
#include <poe/trace.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ka_ref(struct poe_keepalive *ka)
{
	ka->references++;
}

void ka_unref(struct poe_keepalive *ka)
{
	if (--ka->references > 0)
		return;
	pool_free(&ka->pool);
	free(ka->bind_address);
	free(ka);
}

struct pool_name ka_name(const struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	struct pool_name name = { .scheme = request->scheme, .address = request->address,
				  .port = request->port, .bind = ka->bind_address };
	bool is_for = request->for_scheme || request->for_address || request->for_port;

	if (!is_for)
		return name;
	name.for_scheme = request->for_scheme ? request->for_scheme : request->scheme;
	name.for_address = request->for_address ? request->for_address : request->address;
	name.for_port = request->for_port ? request->for_port : request->port;
	if (name.for_port != name.port || strcmp(name.for_scheme, name.scheme) != 0 ||
	    strcmp(name.for_address, name.address) != 0)
		return name;
	name.for_scheme = name.for_address = NULL;
	name.for_port = 0;
	return name;
}

void ka_note(struct poe_keepalive *ka, const char *what, const struct pool_name *name, int64_t number)
{
	char about[28];

	if (!poe_trace_on(ka->kernel))
		return;
	snprintf(about, sizeof about, "%s:%s:%d", name->scheme, name->address, name->port);
	poe_trace_note(ka->kernel, what, about, number);
}

static unsigned limit(int said, unsigned usual)
{
	return said != 0 ? (unsigned)said : usual;
}

static struct pool_plan pool_plan(const struct poe_keepalive *ka, const struct poe_keepalive_plan *plan)
{
	double born = poe_now(ka->kernel);
	uint64_t seed;

	memcpy(&seed, &born, sizeof seed);
	return (struct pool_plan){
		.max_per_host = limit(plan->max_per_host, 4),
		.max_open = limit(plan->max_open, 128),
		.max_queue = plan->max_queue < 0 ? 0 : limit(plan->max_queue, 10000),
		.max_uses = plan->max_uses > 0 ? (unsigned)plan->max_uses : 0,
		.keep_alive = plan->keep_alive != 0 ? plan->keep_alive : 15,
		.max_age = plan->max_age,
		/* Managers that live at the same time have different addresses, and so different ids. */
		.seed = seed ^ (uintptr_t)ka,
	};
}

static int read_bind(struct poe_keepalive *ka, const char *text)
{
	if (text == NULL)
		return 0;
	if (ka_address_read(&ka->bind, text, 0) != 1) {
		errno = EINVAL;
		return -1;
	}
	ka->bind_address = strdup(text);
	return ka->bind_address ? 0 : -1;
}

static int check_plan(const struct poe_keepalive_plan *plan)
{
	bool is_number = !isnan(plan->keep_alive) && !isnan(plan->timeout) && !isnan(plan->max_age);

	if (is_number && plan->max_per_host >= 0 && plan->max_open >= 0)
		return 0;
	errno = EINVAL;
	return -1;
}

static struct poe_keepalive *make(struct poe_kernel *k, const struct poe_keepalive_plan *plan)
{
	size_t room = plan->alias ? strlen(plan->alias) + 1 : sizeof "keepalive 0x0123456789abcdef";
	struct poe_keepalive *ka = calloc(1, sizeof *ka + room);

	if (ka == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	if (plan->alias != NULL)
		memcpy(ka->alias, plan->alias, room);
	else
		snprintf(ka->alias, room, "keepalive %p", (void *)ka);
	ka->kernel = k;
	ka->references = 1;
	ka->timeout = plan->timeout != 0 ? plan->timeout : 120;
	list_init(&ka->starting);
	list_init(&ka->outbox);
	if (read_bind(ka, plan->bind_address) == 0)
		return ka;
	free(ka);
	return NULL;
}

struct poe_keepalive *ka_manager_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan)
{
	struct poe_keepalive *ka = check_plan(plan) == 0 ? make(k, plan) : NULL;
	struct pool_plan limits;
	int error;

	if (ka == NULL)
		return NULL;
	limits = pool_plan(ka, plan);
	pool_init(&ka->pool, &ka_world, &limits);
	ka_ref(ka);
	if (poe_session_create(k, &(struct poe_session_plan){ .states = ka_states, .heap = ka,
							      .free_heap = ka_session_ended, .alias = ka->alias }).v != 0) {
		ka->resolver = plan->resolver ? poe_resolver_ref(plan->resolver) : NULL;
		return ka;
	}
	error = errno;
	ka_unref(ka);
	errno = error;
	return NULL;
}
