/*
 * Dials: their stages, in order, and what is reported when one comes to nothing.
 */
#include "dial.h"
#include "address.h"
#include "connection.h"
#include "detour.h"
#include "handshake.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dial *ka_dial_new(struct poe_keepalive *ka, struct pool_slot *slot)
{
	struct dial *d = calloc(1, sizeof *d);

	if (d == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	d->manager = ka;
	d->slot = slot;
	ka_race_init(&d->race, d);
	list_append(&ka->starting, &d->starting);
	return d;
}

static void close_watch(struct poe_watch *watch)
{
	int fd = poe_watch_fd(watch);

	poe_watch_free(watch);
	close(fd);
}

void ka_dial_free(struct dial *d)
{
	list_remove(&d->starting);
	if (d->lookup.v != 0)
		(void)poe_resolver_cancel(d->manager->resolver, d->lookup);
	ka_race_free(&d->race);
	poe_driver_free(d->tls);
	if (d->watch != NULL)
		close_watch(d->watch);
	ka_tunnel_free(d->tunnel);
	free(d);
}

static void fail(struct dial *d, enum pool_scope scope, const struct pool_failure *failure)
{
	struct pool *pool = &d->manager->pool;
	struct pool_slot *slot = d->slot;

	ka_dial_free(d);
	pool_dial_failed(pool, slot, scope, failure);
}

double ka_dial_left(const struct dial *d)
{
	return d->ends - poe_now(d->manager->kernel);
}

/* A peer that answers "no" tells more than silence, and that more than a network that has no way to it. */
static int weight(int error_num)
{
	switch (error_num) {
	case 0:
		return 0;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EAFNOSUPPORT:
		return 1;
	case ECONNREFUSED:
	case ECONNRESET:
		return 3;
	default:
		return 2;
	}
}

void ka_dial_note(struct dial *d, const char *function, int error_num)
{
	if (weight(error_num) <= weight(d->error_num))
		return;
	d->function = function;
	d->error_num = error_num;
}

void ka_dial_lost(struct dial *d)
{
	fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = d->function, .error_num = d->error_num });
}

/* Whoever is not who he should be is not so for all that wait for him. */
void ka_dial_refused(struct dial *d, const char *function, int error_num, const char *text)
{
	char words[sizeof d->tunnel->text];

	snprintf(words, sizeof words, "%s", text);
	fail(d, d->tls != NULL && error_num == EACCES ? SCOPE_NAME : SCOPE_ATTEMPT,
	     &(struct pool_failure){ .function = function, .error_num = error_num,
				     .error_str = *words != '\0' ? words : NULL });
}

void ka_dial_ready(struct dial *d)
{
	struct poe_keepalive *ka = d->manager;
	struct pool_slot *slot = d->slot;
	struct poe_connection *c = ka_connection_new(ka, slot, d->watch);

	if (c == NULL) {
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "connect", .error_num = ENOMEM });
		return;
	}
	c->tls = d->tls;
	d->tls = NULL;
	d->watch = NULL;
	ka_dial_free(d);
	slot->body = c;
	pool_dialled(&ka->pool, slot);
}

/* From here on one deadline is left: the dial's own. */
static int bound_rest(struct dial *d)
{
	return pool_dial_bound(&d->manager->pool, d->slot, ka_dial_left(d));
}

void ka_dial_connected(struct dial *d, struct poe_watch *watch, int family)
{
	bool goes_on = d->tunnel != NULL || d->slot->key->name.tls != NULL;

	d->watch = watch;
	if (d->race.endpoints != &d->race.one)
		ka_order_remember(&d->manager->families, d->host, family);
	if (goes_on && bound_rest(d) < 0)
		ka_dial_refused(d, "connect", ENOMEM, "");
	else if (d->tunnel != NULL)
		ka_detour_begin(d);
	else
		ka_dial_open(d);
}

void ka_dial_open(struct dial *d)
{
	if (d->slot->key->name.tls != NULL)
		ka_handshake_begin(d);
	else
		ka_dial_ready(d);
}

static void connect_to(struct dial *d, size_t count)
{
	d->race.count = count;
	pool_dial_phase(&d->manager->pool, d->slot, SLOT_CONNECTING);
	ka_race_on(d);
}

static void look_up(struct dial *d)
{
	struct poe_keepalive *ka = d->manager;

	if (ka->resolver == NULL)
		ka->resolver = poe_resolver_shared(ka->kernel);
	if (ka->resolver != NULL)
		d->lookup = poe_resolver_resolve(ka->resolver, &(struct poe_resolve_request){
			.host = d->host, .port = d->port, .event = "ka_resolved",
			.context = poe_ptr(d), .family = d->way.family });
	if (d->lookup.v == 0)
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = errno });
	else if (bound_rest(d) < 0)
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = ENOMEM });
}

/* Its own time is the manager's usual one, or its waiter's if that is longer. */
static double time_for(const struct dial *d)
{
	const struct poe_keepalive *ka = d->manager;
	double ends = poe_now(ka->kernel) + fmax(ka->timeout, 0);

	return d->slot->waiter ? fmax(ends, d->slot->waiter->deadline.at) : ends;
}

static int read_address(struct dial *d)
{
	if (strcmp(d->slot->key->name.scheme, "unix") == 0)
		return ka_address_unix(&d->race.one, d->host);
	return ka_address_read(&d->race.one, d->host, d->port);
}

void ka_dial_begin(struct dial *d)
{
	const struct pool_name *name = &d->slot->key->name;
	int known;

	list_remove(&d->starting);
	ka_way_read(&d->way, name);
	d->ends = time_for(d);
	d->host = name->address;
	d->port = name->port;
	if (name->proxy != NULL && ka_detour_plan(d) < 0) {
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "proxy", .error_num = errno });
		return;
	}
	known = read_address(d);
	if (known > 0)
		connect_to(d, 1);
	else if (known == 0)
		look_up(d);
	else
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "connect", .error_num = errno });
}

/* What the name gave belongs to this dial alone: the resolver has a cache of its own. */
void ka_dial_resolved(struct dial *d, const struct poe_resolve_response *answer)
{
	struct poe_endpoint *endpoints;

	d->lookup.v = 0;
	if (answer->count == 0) {
		fail(d, SCOPE_NAME,
		     &(struct pool_failure){ .function = "resolve", .error_num = answer->error_num,
					     .error_str = answer->error_str });
		return;
	}
	endpoints = ka_order(&d->manager->families, answer);
	if (endpoints == NULL) {
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = ENOMEM });
		return;
	}
	d->race.endpoints = endpoints;
	connect_to(d, answer->count);
}

void ka_dial_late(struct dial *d)
{
	if (d->watch != NULL) {
		ka_dial_refused(d, d->tls ? "tls" : "proxy", ETIMEDOUT, "");
		return;
	}
	if (d->lookup.v == 0 && ka_dial_left(d) > 0) {
		ka_race_late(d);
		return;
	}
	ka_dial_note(d, "connect", ETIMEDOUT);
	ka_dial_lost(d);
}
