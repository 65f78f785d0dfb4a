/*
 * Dials: a name is looked up, then each address is tried until one answers.
 * Each attempt but the last one has a few seconds, so that one address that
 * swallows everything does not swallow the whole deadline.
 */
#include "dial.h"
#include "connection.h"
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds for an address that is not the last: two lost SYNs and their echo. */
static const double patience = 3;

struct dial *ka_dial_new(struct poe_keepalive *ka, struct pool_slot *slot)
{
	struct dial *d = calloc(1, sizeof *d);

	if (d == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	d->manager = ka;
	d->slot = slot;
	d->endpoints = &d->one;
	list_append(&ka->starting, &d->starting);
	return d;
}

static void drop_attempt(struct dial *d)
{
	int fd;

	if (d->watch == NULL)
		return;
	fd = poe_watch_fd(d->watch);
	poe_watch_free(d->watch);
	d->watch = NULL;
	close(fd);
}

void ka_dial_free(struct dial *d)
{
	list_remove(&d->starting);
	if (d->lookup.v != 0)
		(void)poe_resolver_cancel(d->manager->resolver, d->lookup);
	drop_attempt(d);
	if (d->endpoints != &d->one)
		free(d->endpoints);
	free(d);
}

static void fail(struct dial *d, enum pool_scope scope, const struct pool_failure *failure)
{
	struct pool *pool = &d->manager->pool;
	struct pool_slot *slot = d->slot;

	ka_dial_free(d);
	pool_dial_failed(pool, slot, scope, failure);
}

/* A peer that answers "no" tells more than a network that has no way to it. */
static bool tells_more(int error_num, int than)
{
	bool heard = error_num == ECONNREFUSED || error_num == ECONNRESET;

	return than == 0 || (heard && than != ECONNREFUSED && than != ECONNRESET);
}

static void note_failure(struct dial *d, const char *function, int error_num)
{
	if (!tells_more(error_num, d->error_num))
		return;
	d->function = function;
	d->error_num = error_num;
}

static void succeed(struct dial *d)
{
	struct poe_keepalive *ka = d->manager;
	struct pool_slot *slot = d->slot;
	struct poe_connection *c = ka_connection_new(ka, slot, d->watch);

	if (c == NULL) {
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "connect", .error_num = ENOMEM });
		return;
	}
	d->watch = NULL;
	ka_dial_free(d);
	slot->body = c;
	pool_dialled(&ka->pool, slot);
}

static void try_next(struct dial *d);

/* Readable or writable: the attempt is over, one way or the other. */
static void attempt_ended(struct poe_event *ev)
{
	struct dial *me = ev->object;
	struct poe_keepalive *ka = me->manager;
	socklen_t length = sizeof(int);
	int error = 0;

	if (getsockopt(poe_watch_fd(me->watch), SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		error = errno;
	if (error == 0) {
		succeed(me);
	} else {
		drop_attempt(me);
		note_failure(me, "connect", error);
		try_next(me);
	}
	ka_work(ka);
}

/* The socket is made for the watch's sake too: it has one from here on for all its life. */
static int open_socket(struct dial *d, int family)
{
	const struct poe_watch_plan plan = { .modes = POE_WRITE, .handler = attempt_ended, .object = d };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	d->watch = poe_watch_new(d->manager->kernel, fd, &plan);
	if (d->watch == NULL) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	poe_watch_weaken(d->watch);
	if (family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static const struct sockaddr *generic(const struct poe_endpoint *e)
{
	return (const struct sockaddr *)(const void *)&e->address;
}

static int bind_socket(const struct poe_endpoint *local, int fd, int family)
{
	if (local->length == 0 || family == AF_UNIX)
		return 0;
	if (local->address.ss_family == family)
		return bind(fd, generic(local), local->length);
	errno = EAFNOSUPPORT;
	return -1;
}

/* NULL and the attempt is under way (0) or over already (1); else the function that failed, with errno. */
static const char *attempt(struct dial *d, const struct poe_endpoint *e, int *connected)
{
	int family = e->address.ss_family;
	int fd = open_socket(d, family);

	if (fd < 0)
		return "socket";
	if (bind_socket(&d->manager->bind, fd, family) < 0)
		return "bind";
	*connected = connect(fd, generic(e), e->length) == 0;
	return *connected || errno == EINPROGRESS || errno == EINTR ? NULL : "connect";
}

static double seconds_left(const struct dial *d)
{
	return d->ends - poe_now(d->manager->kernel);
}

static int bound_attempt(struct dial *d)
{
	double left = seconds_left(d), share = left / (double)(d->count - d->next + 1);

	return pool_dial_bound(&d->manager->pool, d->slot, d->next < d->count ? fmin(patience, share) : left);
}

static void try_next(struct dial *d)
{
	while (d->next < d->count) {
		const struct poe_endpoint *e = &d->endpoints[d->next++];
		int connected = 0;
		const char *failed = attempt(d, e, &connected);

		if (failed == NULL && connected) {
			succeed(d);
			return;
		}
		if (failed == NULL && bound_attempt(d) == 0)
			return;
		note_failure(d, failed ? failed : "connect", errno);
		drop_attempt(d);
	}
	fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = d->function, .error_num = d->error_num });
}

static void connect_to(struct dial *d, size_t count)
{
	d->count = count;
	pool_dial_connecting(d->slot);
	try_next(d);
}

static void look_up(struct dial *d)
{
	struct poe_keepalive *ka = d->manager;
	const struct pool_name *name = &d->slot->key->name;

	if (ka->resolver == NULL)
		ka->resolver = poe_resolver_shared(ka->kernel);
	if (ka->resolver != NULL)
		d->lookup = poe_resolver_resolve(ka->resolver, &(struct poe_resolve_request){
			.host = name->address, .port = name->port, .event = "ka_resolved",
			.context = poe_ptr(d), .family = ka->bind.length ? ka->bind.address.ss_family : 0 });
	if (d->lookup.v == 0)
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = errno });
	else if (pool_dial_bound(&ka->pool, d->slot, seconds_left(d)) < 0)
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = ENOMEM });
}

/* Its own time is the manager's usual one, or its waiter's if that is longer. */
static double time_for(const struct dial *d)
{
	const struct poe_keepalive *ka = d->manager;
	double ends = poe_now(ka->kernel) + fmax(ka->timeout, 0);

	return d->slot->waiter ? fmax(ends, d->slot->waiter->deadline.at) : ends;
}

void ka_dial_begin(struct dial *d)
{
	const struct pool_name *name = &d->slot->key->name;
	bool is_unix = strcmp(name->scheme, "unix") == 0;
	int known = is_unix ? ka_address_unix(&d->one, name->address)
			    : ka_address_read(&d->one, name->address, name->port);

	list_remove(&d->starting);
	d->ends = time_for(d);
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
	d->lookup.v = 0;
	if (answer->count == 0) {
		fail(d, SCOPE_NAME,
		     &(struct pool_failure){ .function = "resolve", .error_num = answer->error_num,
					     .error_str = answer->error_str });
		return;
	}
	d->endpoints = malloc(answer->count * sizeof *d->endpoints);
	if (d->endpoints == NULL) {
		d->endpoints = &d->one;
		fail(d, SCOPE_ATTEMPT, &(struct pool_failure){ .function = "resolve", .error_num = ENOMEM });
		return;
	}
	memcpy(d->endpoints, answer->endpoints, answer->count * sizeof *d->endpoints);
	connect_to(d, answer->count);
}

void ka_dial_late(struct dial *d)
{
	note_failure(d, "connect", ETIMEDOUT);
	if (d->lookup.v != 0 || seconds_left(d) <= 0)
		d->next = d->count;
	drop_attempt(d);
	try_next(d);
}
