/*
 * The session that listens: it lets visitors in and counts them.  Its
 * heap is the user's, so its states have the listener as their object.
 */
#include "farewell.h"
#include "peer.h"
#include "listener.h"
#include "visitor.h"

#include <errno.h>
#include <poe/kernel.h>

static bool has(const struct tcp_listener *listener, enum tcp_listener_row row)
{
	return listener->rows >> row & 1;
}

static void tell(const struct tcp_listener *listener, const char *row, const struct poe_value *values)
{
	poe_callv(listener->kernel, listener->session, row, POE_HERE, values);
}

static void tell_error(const struct tcp_listener *listener, const struct poe_value *values)
{
	if (has(listener, TCP_LISTENER_ERROR))
		tell(listener, "error", values);
	else
		tcp_report(listener->alias != NULL ? listener->alias : "tcp server", values);
}

static bool is_full(const struct tcp_listener *listener)
{
	return listener->concurrency >= 0 && listener->connections >= listener->concurrency;
}

static void regulate(struct tcp_listener *listener)
{
	if (listener->door == NULL)
		return;
	if (is_full(listener))
		poe_socketfactory_pause_accept(listener->door);
	else
		poe_socketfactory_resume_accept(listener->door);
}

static void one_fewer(struct tcp_listener *listener)
{
	if (listener->connections > 0)
		listener->connections--;
	if (listener->concurrency >= 0)
		regulate(listener);
}

/* Told once the session's making is over: until then the visitor is nobody's. */
static void refused(struct tcp_listener *listener, int error_num, int64_t id)
{
	struct poe_value values[5];

	errno = error_num;
	tcp_failure(values, "accept", id);
	tell_error(listener, values);
}

static poe_sid make_session(struct tcp_listener *listener, void *heap)
{
	const struct poe_array *args = listener->client_args;

	listener->refusal = 0;
	return poe_session_create(listener->kernel, &(struct poe_session_plan){
		.states = listener->client_states, .base = tcp_visitor_states, .heap = heap,
		.free_heap = tcp_visitor_free, .args = args != NULL ? args->values : NULL });
}

/* A socket that is not taken closes with its event. */
static void let_in(struct tcp_listener *listener, struct poe_event *ev)
{
	int64_t id = poe_arg_int(ev, 3);
	void *heap = tcp_visitor_new(listener, ev);
	poe_sid session = heap != NULL ? make_session(listener, heap) : (poe_sid){ 0 };

	if (session.v == 0) {
		listener->refusal = errno;
		one_fewer(listener);
	}
	if (listener->refusal != 0)
		refused(listener, listener->refusal, id);
}

/* The socket moves on with its event; what is left of it there is nothing. */
static void hand_over(const struct tcp_listener *listener, struct poe_event *ev)
{
	struct poe_value values[TCP_VALUES + 1];

	tcp_values(ev, 0, values);
	poe_arg_take(ev, 0, values[0].as.o->type);
	tell(listener, "acceptor", values);
}

static void accepted(struct poe_event *ev)
{
	struct tcp_listener *me = ev->object;

	me->connections++;
	if (is_full(me))
		regulate(me);
	if (has(me, TCP_LISTENER_ACCEPTOR))
		hand_over(me, ev);
	else
		let_in(me, ev);
}

/* What the wheel itself gets over. */
static bool is_passing(const struct poe_event *ev)
{
	if (strcmp(poe_arg_str(ev, 0), "accept") != 0)
		return false;
	switch (poe_arg_int(ev, 1)) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return true;
	default:
		return false;
	}
}

static void failed(struct poe_event *ev)
{
	struct tcp_listener *me = ev->object;
	struct poe_value values[TCP_VALUES + 1];

	if (!is_passing(ev)) {
		poe_socketfactory_free(me->door);
		me->door = NULL;
	}
	tcp_values(ev, 0, values);
	tell_error(me, values);
}

static void disconnected(struct poe_event *ev)
{
	one_fewer(ev->object);
}

static void set_concurrency(struct poe_event *ev)
{
	struct tcp_listener *me = ev->object;

	me->concurrency = poe_arg_int(ev, 0);
	regulate(me);
}

static void answer_port(struct poe_event *ev)
{
	const struct tcp_listener *me = ev->object;

	poe_return(ev, poe_int(me->door != NULL ? poe_socketfactory_port(me->door) : -1));
}

static void answer_connections(struct poe_event *ev)
{
	const struct tcp_listener *me = ev->object;

	poe_return(ev, poe_int(me->connections));
}

static void stop(struct poe_event *ev)
{
	const struct tcp_listener *me = ev->object;

	if (has(me, TCP_LISTENER_STOPPED))
		tell(me, "stopped", poe_list(poe_none()));
}

static void release(struct poe_owned *owned)
{
	tcp_listener_free((struct tcp_listener *)((char *)owned - offsetof(struct tcp_listener, owned)));
}

static const struct poe_owned_kind listener_kind = { .name = "tcp server", .release = release };

/* _stop comes last, so that a session whose start has failed ends without a word. */
static const struct poe_state bound_states[] = {
	{ "poe.tcp.accepted(osii)", accepted },
	{ "poe.tcp.failed(sisi)", failed },
	{ "poe.tcp.deadline", tcp_farewell_deadline },
	{ "poe.tcp.port", answer_port },
	{ "poe.tcp.connections", answer_connections },
	{ "disconnected", disconnected },
	{ "set_concurrency(i)", set_concurrency },
	{ "shutdown", tcp_farewell_begin },
	{ "_stop", stop },
	{ 0 },
};

static int set_states(struct tcp_listener *listener)
{
	for (const struct poe_state *s = bound_states; s->name != NULL; s++)
		if (poe_state_set(listener->kernel, s->name, s->handler, listener) < 0)
			return -1;
	return 0;
}

static int begin(struct tcp_listener *listener, const struct poe_tcp_server_plan *plan)
{
	listener->door = poe_socketfactory_new(listener->kernel, &(struct poe_socketfactory_plan){
		.success_event = "poe.tcp.accepted", .failure_event = "poe.tcp.failed", .reuse = 1,
		.bind_address = plan->address, .bind_port = plan->port, .domain = plan->domain,
		.listen_queue = plan->listen_queue });
	if (listener->door == NULL || set_states(listener) < 0)
		return -1;
	listener->stream = (struct tcp_stream){ .filter = plan->client_filter,
					      .output_filter = plan->client_output_filter,
					      .high_mark = plan->high_mark, .low_mark = plan->low_mark,
					      .tls = plan->tls != NULL ? poe_tls_ref(plan->tls) : NULL };
	return 0;
}

static void start(struct poe_event *ev)
{
	struct tcp_opening *opening = poe_arg_ptr(ev, 0);
	struct tcp_listener *listener = opening->listener;
	struct poe_value values[TCP_VALUES + 1];

	listener->session = ev->session;
	poe_own(ev->kernel, ev->session, &listener->owned, &listener_kind);
	opening->is_owned = true;
	if (begin(listener, opening->plan) < 0) {
		opening->error_num = errno;
		tcp_farewell_close(listener);
		return;
	}
	tcp_values(ev, 0, values);
	values[0] = poe_int(poe_socketfactory_port(listener->door));
	if (has(listener, TCP_LISTENER_STARTED))
		tell(listener, "started", values);
}

const struct poe_state tcp_listener_states[] = {
	{ "_start(p)", start },
	{ 0 },
};
