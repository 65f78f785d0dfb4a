/*
 * What the sessions hear that Server::TCP and Client::TCP lend, and a machine:
 * anything may be done in it.  See harness/stage.h.
 */
#include "stage.h"

#include <poe/nfa.h>
#include <poe/tcp_client.h>
#include <poe/tcp_server.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The heap of a session that is lent: found by the argument of the first row it is called by. */
struct guest {
	struct poe_tcp tcp; /* first */
	struct stage *stage;
};

static void meet(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	if (poe_args(ev) > 0)
		me->stage = poe_arg_ptr(ev, 0);
	me->stage->tcp = &me->tcp;
}

static void callback(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	me->stage->wheel = me->tcp.wheel;
	stage_callback(me->stage, ev);
}

static void meet_and_call_back(struct poe_event *ev)
{
	meet(ev);
	callback(ev);
}

/* It is the user's to free, and the component sees that it has gone. */
static void drop_wheel(struct stage *s)
{
	if (s->tcp == NULL)
		return;
	poe_readwrite_free(s->tcp->wheel);
	s->tcp->wheel = NULL;
	s->wheel = NULL;
}

static void release(void *heap)
{
	struct guest *guest = heap;

	if (guest->stage != NULL && guest->stage->tcp == &guest->tcp) {
		guest->stage->tcp = NULL;
		guest->stage->wheel = NULL;
	}
}

static void serve(struct stage *s, const struct poe_state *client_states)
{
	s->server = poe_tcp_server_new(s->kernel, &(struct poe_tcp_server_plan){
		.address = "127.0.0.1", .client_states = client_states, .client_size = sizeof(struct guest),
		.client_release = release, .client_args = poe_list(poe_ptr(s)) });
	assert_int_not_equal(s->server.v, 0);
}

static void on_nothing(struct poe_event *ev)
{
	(void)ev;
}

static void arrange_client_connected(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "client_connected", meet_and_call_back }, { "client_input", on_nothing }, { 0 }
	};

	serve(s, states);
}

static void arrange_client_input(struct stage *s)
{
	static const struct poe_state states[] = { { "client_connected", meet }, { "client_input", callback }, { 0 } };

	serve(s, states);
}

static void arrange_client_error(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "client_connected", meet }, { "client_input", on_nothing }, { "client_error", callback }, { 0 }
	};

	serve(s, states);
}

static void arrange_client_disconnected(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "client_connected", meet }, { "client_input", on_nothing },
		{ "client_disconnected", callback }, { 0 }
	};

	serve(s, states);
}

static void on_connected_put(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	meet(ev);
	poe_put(me->tcp.wheel, poe_str("welcome"));
}

static void arrange_client_flushed(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "client_connected", on_connected_put }, { "client_input", on_nothing },
		{ "client_flushed", callback }, { 0 }
	};

	serve(s, states);
}

/* A client that says something and hangs up. */
static void visit(struct stage *s)
{
	stage_dial(s, poe_tcp_server_port(s->kernel, s->server));
	stage_send(s->peers[s->peer_count - 1], "one\ntwo\n");
	shutdown(s->peers[s->peer_count - 1], SHUT_WR);
}

/* Once all is quiet; whoever has been detached goes too. */
static void end_server(struct stage *s)
{
	poe_post(s->kernel, s->server, "shutdown", poe_double(1));
}

static void on_server_row(struct poe_event *ev)
{
	stage_callback(ev->heap, ev);
}

static void arrange_server_started(struct stage *s)
{
	static const struct poe_state states[] = { { "started", on_server_row }, { 0 } };
	static const struct poe_state client_states[] = { { "client_input", on_nothing }, { 0 } };

	s->server = poe_tcp_server_new(s->kernel, &(struct poe_tcp_server_plan){
		.address = "127.0.0.1", .states = states, .heap = s, .client_states = client_states });
}

static void arrange_acceptor(struct stage *s)
{
	static const struct poe_state states[] = { { "acceptor", on_server_row }, { 0 } };

	s->server = poe_tcp_server_new(s->kernel, &(struct poe_tcp_server_plan){
		.address = "127.0.0.1", .states = states, .heap = s });
	assert_int_not_equal(s->server.v, 0);
}

static void connect_to(struct stage *s, const struct poe_state *states)
{
	s->server = poe_tcp_client_new(s->kernel, &(struct poe_tcp_client_plan){
		.states = states, .size = sizeof(struct guest), .release = release,
		.args = poe_list(poe_ptr(s)), .remote_address = "127.0.0.1", .remote_port = s->port,
		.connect_timeout = 5 });
	assert_int_not_equal(s->server.v, 0);
}

static void arrange_connected(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "started", meet }, { "connected", callback }, { "server_input", on_nothing }, { 0 }
	};

	s->peer = stage_listen(s, &s->port);
	connect_to(s, states);
}

/* The other side says something and hangs up. */
static void on_connected_answer(struct poe_event *ev)
{
	struct guest *me = ev->heap;
	struct stage *s = me->stage;
	int fd = stage_keep(s, accept4(s->peer, NULL, NULL, SOCK_CLOEXEC));

	stage_send(fd, "one\ntwo\n");
	shutdown(fd, SHUT_WR);
}

static void arrange_server_input(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "started", meet }, { "connected", on_connected_answer }, { "server_input", callback }, { 0 }
	};

	s->peer = stage_listen(s, &s->port);
	connect_to(s, states);
}

static void arrange_disconnected(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "started", meet }, { "connected", on_connected_answer }, { "server_input", on_nothing },
		{ "disconnected", callback }, { 0 }
	};

	s->peer = stage_listen(s, &s->port);
	connect_to(s, states);
}

static void arrange_connect_error(struct stage *s)
{
	static const struct poe_state states[] = {
		{ "started", meet }, { "connect_error", callback }, { "server_input", on_nothing }, { 0 }
	};

	stage_bind(s, &s->port);
	connect_to(s, states);
}

static void end_client(struct stage *s)
{
	poe_post(s->kernel, s->server, "shutdown");
}

static void on_machine(struct poe_event *ev)
{
	stage_callback(ev->heap, ev);
}

/* In a state that it enters, and in one that it leaves at the same time. */
static void on_enter(struct poe_event *ev)
{
	poe_nfa_goto_state(ev->kernel, "second", "enter");
	poe_alias_set(ev->kernel, "machine");
}

static void arrange_machine(struct stage *s)
{
	static const struct poe_state first[] = { { "enter", on_enter }, { "leave", on_machine }, { 0 } };
	static const struct poe_state second[] = { { "enter", on_nothing }, { "end", on_nothing }, { 0 } };
	static const struct poe_nfa_state states[] = { { "first", first }, { "second", second }, { 0 } };

	s->server = poe_nfa_spawn(s->kernel, &(struct poe_nfa_plan){
		.states = states, .state = "first", .event = "enter", .heap = s });
}

static void end_machine(struct stage *s)
{
	poe_signal(s->kernel, s->server, "KILL");
}

#define LENT .elsewhere = true
static const struct stage_row rows[] = {
	{ "in client_connected of Server::TCP", LENT, .arrange = arrange_client_connected, .provoke = visit,
	  .drop = drop_wheel, .end = end_server },
	{ "in client_input of Server::TCP", LENT, .arrange = arrange_client_input, .provoke = visit,
	  .drop = drop_wheel, .end = end_server },
	{ "in client_error of Server::TCP", LENT, .arrange = arrange_client_error, .provoke = visit,
	  .drop = drop_wheel, .end = end_server },
	{ "in client_flushed of Server::TCP", LENT, .arrange = arrange_client_flushed, .provoke = visit,
	  .drop = drop_wheel, .end = end_server },
	{ "in client_disconnected of Server::TCP", LENT, .arrange = arrange_client_disconnected, .provoke = visit,
	  .end = end_server },
	{ "in started of Server::TCP", LENT, .arrange = arrange_server_started, .end = end_server },
	{ "in acceptor of Server::TCP", LENT, .arrange = arrange_acceptor, .provoke = visit, .end = end_server },
	{ "in connected of Client::TCP", LENT, .arrange = arrange_connected, .drop = drop_wheel, .end = end_client },
	{ "in server_input of Client::TCP", LENT, .arrange = arrange_server_input, .drop = drop_wheel,
	  .end = end_client },
	{ "in disconnected of Client::TCP", LENT, .arrange = arrange_disconnected, .end = end_client },
	{ "in connect_error of Client::TCP", LENT, .arrange = arrange_connect_error, .end = end_client },
	{ "in a state that a machine leaves", LENT, .arrange = arrange_machine, .end = end_machine },
};

int main(void)
{
	struct CMUnitTest tests[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[i] = (struct CMUnitTest)STAGE_TEST(rows[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
