/* See caller.h. */
#include "caller.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct room *room_of(const struct poe_event *ev)
{
	return ((struct caller *)ev->heap)->room;
}

void room_told(struct poe_event *ev)
{
	struct room *r = room_of(ev);
	size_t length = strlen(r->log);
	bool has_error = strstr(ev->name, "error") != NULL;
	bool has_text = poe_args(ev) > 0 && poe_arg(ev, 0).kind == POE_STR;

	if (has_error)
		snprintf(r->log + length, sizeof r->log - length, "%s:%s:%s ", ev->name, poe_arg_str(ev, 0),
			 poe_arg_int(ev, 1) == 0 ? "0" : strerrorname_np((int)poe_arg_int(ev, 1)));
	else
		snprintf(r->log + length, sizeof r->log - length, "%s%s%s ", ev->name, has_text ? ":" : "",
			 has_text ? poe_arg_str(ev, 0) : "");
	if (strcmp(ev->name, "connect_error") == 0 || strcmp(ev->name, "disconnected") == 0)
		r->told_at = poe_now(ev->kernel);
	if (r->hook_row != NULL && strcmp(r->hook_row, ev->name) == 0)
		r->hook(ev);
}

static void started(struct poe_event *ev)
{
	struct caller *me = ev->heap;

	me->room = poe_arg_ptr(ev, 0);
	room_told(ev);
}

static void connected(struct poe_event *ev)
{
	struct caller *me = ev->heap;

	assert_int_equal(me->tcp.connected, 1);
	assert_string_equal(me->tcp.remote_address, poe_arg_str(ev, 0));
	assert_int_equal(me->tcp.remote_port, poe_arg_int(ev, 1));
	poe_put(me->tcp.wheel, poe_str("hi"));
	room_told(ev);
}

static void disconnected(struct poe_event *ev)
{
	const struct caller *me = ev->heap;

	assert_null(me->tcp.wheel);
	assert_int_equal(me->tcp.connected, 0);
	room_told(ev);
}

static const struct poe_state states[] = {
	{ "started(p)", started },
	{ "pre_connect(isi)", room_told },
	{ "connected(si)", connected },
	{ "connect_error(sisi)", room_told },
	{ "server_input(s)", room_told },
	{ "server_error(sisi)", room_told },
	{ "server_flushed(i)", room_told },
	{ "disconnected", disconnected },
	{ "own", room_told },
	{ 0 },
};

static void released(void *heap)
{
	const struct caller *caller = heap;

	if (caller->room != NULL)
		caller->room->released++;
}

static void clock_start(struct poe_event *ev)
{
	struct room *me = ev->heap;

	me->clock = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void clock_wait(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "quiet", poe_arg_double(ev, 0));
}

static void clock_quiet(struct poe_event *ev)
{
	struct room *me = ev->heap;

	me->quiet++;
}

static const struct poe_state clock_states[] = {
	{ "_start", clock_start }, { "wait(d)", clock_wait }, { "quiet", clock_quiet }, { 0 }
};

struct room *room_new(struct harness *h)
{
	struct room *r = calloc(1, sizeof *r);

	r->kernel = h->kernel;
	r->server = tcp_server_new();
	r->plan = (struct poe_tcp_client_plan){
		.states = states, .size = sizeof(struct caller), .release = released, .alias = "caller",
		.remote_address = "127.0.0.1", .remote_port = tcp_server_port(r->server) };
	poe_session_create(r->kernel, &(struct poe_session_plan){ .states = clock_states, .heap = r });
	return r;
}

void room_wait(struct room *r, double seconds)
{
	int quiet = r->quiet;

	if (poe_post(r->kernel, r->clock, "wait", poe_double(seconds)) < 0)
		return;
	while (r->quiet == quiet && poe_run_one_timeslice(r->kernel) == 1)
		;
}

void room_settle(struct room *r)
{
	room_wait(r, 0.01);
}

void room_call(struct room *r)
{
	r->plan.args = poe_list(poe_ptr(r));
	r->client = poe_tcp_client_new(r->kernel, &r->plan);
	assert_int_not_equal(r->client.v, 0);
	assert_string_equal(r->log, "started ");
	room_settle(r);
}

void room_assert_told(struct room *r, const char *expected)
{
	assert_string_equal(r->log, expected);
	r->log[0] = '\0';
}

void room_set_server(struct room *r, struct tcp_server *server)
{
	tcp_server_free(r->server);
	r->server = server;
	r->plan.remote_port = tcp_server_port(server);
}

void room_free(struct room *r)
{
	poe_post(r->kernel, r->client, "shutdown");
	poe_refcount_decrement(r->kernel, r->clock, "test");
	assert_int_equal(poe_run(r->kernel), 0);
	assert_int_equal(r->released, r->client.v != 0);
	tcp_server_free(r->server);
	free(r);
}
