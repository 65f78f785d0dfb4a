/*
 * Managers: made from a plan, named, counted, freed.
 */
#include "manager.h"
#include "dial.h"
#include "settings.h"
#include <errno.h>
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
	ka_usual_free(&ka->usual);
	free(ka);
}

void ka_note(struct poe_keepalive *ka, const char *what, const struct pool_name *name, int64_t number)
{
	char about[28];

	if (!poe_trace_on(ka->kernel))
		return;
	snprintf(about, sizeof about, "%s:%s:%d", name->scheme, name->address, name->port);
	poe_trace_note(ka->kernel, what, about, number);
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
	ka_settings_take(ka, plan);
	list_init(&ka->starting);
	list_init(&ka->outbox);
	list_init(&ka->farewells);
	if (ka_usual_read(&ka->usual, plan) == 0)
		return ka;
	free(ka);
	return NULL;
}

struct poe_keepalive *ka_manager_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan)
{
	struct poe_keepalive *ka = ka_settings_check(plan) == 0 ? make(k, plan) : NULL;
	struct pool_plan limits;
	int error;

	if (ka == NULL)
		return NULL;
	limits = ka_settings_pool(ka);
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
