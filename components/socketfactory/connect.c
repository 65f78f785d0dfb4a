/*
 * The SocketFactory that connects: a name is looked up, then each of its
 * addresses is tried in turn until one answers.  One deadline for all of it.
 * POE looks the name up while everything waits, and tries the first address only.
 */
#include "socketfactory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

void socketfactory_dial_end(struct poe_socketfactory *f)
{
	struct socketfactory_dial *d = &f->dial;

	if (d->lookup.v != 0)
		poe_resolver_cancel(d->resolver, d->lookup);
	d->lookup.v = 0;
	if (d->resolver != NULL)
		poe_resolver_unref(d->resolver);
	d->resolver = NULL;
}

static int next_address(struct poe_socketfactory *f);

static void connected(struct poe_socketfactory *f)
{
	int fd = f->fd;

	f->fd = -1;
	socketfactory_close(f);
	socketfactory_cancel_alarm(f);
	if (socketfactory_tell_success(f, fd, &f->dial.endpoints[f->dial.next - 1]) < 0) {
		socketfactory_failed(f, "socket");
		socketfactory_give_up(f, NULL);
	}
}

/* The outcome of a connect that was under way. */
static int outcome(const struct poe_socketfactory *f)
{
	int error_num = 0;
	socklen_t length = sizeof error_num;

	return getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &error_num, &length) < 0 ? errno : error_num;
}

static void ready(struct poe_event *ev)
{
	struct poe_socketfactory *me = ev->object;
	int error_num = outcome(me);

	socketfactory_enter(me);
	if (error_num == 0) {
		connected(me);
	} else {
		errno = error_num;
		socketfactory_failed(me, "connect");
		if (next_address(me) < 0)
			socketfactory_give_up(me, NULL);
	}
	socketfactory_leave(me);
}

/* Connected at once or soon: either way the loop says so, by the socket's being writable. */
static int try_address(struct poe_socketfactory *f, const struct poe_endpoint *e)
{
	int family = e->address.ss_family;

	if (socketfactory_open(f, family) < 0 || socketfactory_bind(f, family) < 0)
		return -1;
	if (connect(f->fd, (const struct sockaddr *)&e->address, e->length) < 0 && errno != EINPROGRESS &&
	    errno != EINTR)
		return socketfactory_failed(f, "connect");
	f->watch = poe_watch_new(f->kernel, f->fd, &(struct poe_watch_plan){
		.modes = POE_WRITE, .handler = ready, .object = f });
	return f->watch != NULL ? 0 : socketfactory_failed(f, "connect");
}

/* 0 when one is under way; -1 when all have failed, and what the last one met is noted. */
static int next_address(struct poe_socketfactory *f)
{
	struct socketfactory_dial *d = &f->dial;

	while (d->next < d->count) {
		socketfactory_close(f);
		if (try_address(f, &d->endpoints[d->next++]) == 0)
			return 0;
	}
	return -1;
}

static int set_endpoints(struct poe_socketfactory *f, const struct poe_endpoint *endpoints, size_t count)
{
	struct socketfactory_dial *d = &f->dial;

	d->endpoints = malloc(count * sizeof *endpoints);
	if (d->endpoints == NULL)
		return socketfactory_failed(f, "connect");
	memcpy(d->endpoints, endpoints, count * sizeof *endpoints);
	d->count = count;
	return next_address(f);
}

static void resolved(struct poe_event *ev)
{
	struct poe_resolve_response *response = poe_resolve_response(ev);
	struct poe_socketfactory *me = wheel_of_value(&response->context);

	if (me == NULL)
		return;
	me->dial.lookup.v = 0;
	socketfactory_dial_end(me);
	socketfactory_enter(me);
	if (response->count == 0) {
		errno = response->error_num;
		socketfactory_failed(me, "resolve");
		socketfactory_give_up(me, response->error_str);
	} else if (set_endpoints(me, response->endpoints, response->count) < 0) {
		socketfactory_give_up(me, NULL);
	}
	socketfactory_leave(me);
}

static int look_up(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	struct socketfactory_dial *d = &f->dial;

	if (poe_state_set(f->kernel, "poe.socketfactory.resolved(o)", resolved, NULL) < 0)
		return -1;
	d->resolver = plan->resolver != NULL ? poe_resolver_ref(plan->resolver)
					     : poe_resolver_shared(f->kernel);
	if (d->resolver == NULL)
		return socketfactory_failed(f, "resolve");
	d->lookup = poe_resolver_resolve(d->resolver,
		&(struct poe_resolve_request){ .host = plan->remote_address, .port = plan->remote_port,
					       .family = plan->domain, .event = "poe.socketfactory.resolved",
					       .context = wheel_ticket_value(f->ticket) });
	return d->lookup.v != 0 ? 0 : socketfactory_failed(f, "resolve");
}

static void timed_out(struct poe_event *ev)
{
	struct poe_socketfactory *me = wheel_of(ev);

	if (me == NULL)
		return;
	me->alarm.v = 0;
	errno = ETIMEDOUT;
	socketfactory_failed(me, "connect");
	socketfactory_enter(me);
	socketfactory_give_up(me, NULL);
	socketfactory_leave(me);
}

/* Weak: the connect itself is what the session and the program wait for. */
static int set_deadline(struct poe_socketfactory *f, double seconds)
{
	if (poe_state_set(f->kernel, "poe.socketfactory.timeout(o)", timed_out, NULL) < 0)
		return -1;
	f->alarm = poe_delay_set(f->kernel, "poe.socketfactory.timeout", seconds,
				 wheel_ticket_value(f->ticket));
	if (f->alarm.v == 0)
		return -1;
	return poe_alarm_weaken(f->kernel, f->alarm);
}

int socketfactory_connect(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	struct poe_endpoint numeric;
	int kind = socketfactory_address_read(&numeric, plan->remote_address, plan->remote_port,
					      plan->domain);

	if (kind < 0 || (plan->timeout > 0 && set_deadline(f, plan->timeout) < 0))
		return -1;
	return kind == 1 ? set_endpoints(f, &numeric, 1) : look_up(f, plan);
}
