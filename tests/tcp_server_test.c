#include "lobby.h"
#include "yard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A server with one client that has said something. */
static struct lobby *with_client(struct harness *h, int *client, const char *text)
{
	struct lobby *l = lobby_new(h);

	lobby_open(l);
	*client = lobby_knock(l);
	lobby_say(*client, text);
	return l;
}

/* As the Perl original tells it, but that a put is written at once, so flushed comes sooner. */
static void the_rows_of_a_client_are_called_in_order(void **state)
{
	int client;
	struct lobby *l = with_client(*state, &client, "a\nb\n");

	lobby_settle(l);
	shutdown(client, SHUT_WR);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected client_input:a client_input:b "
			     "client_flushed client_error:read:0 client_disconnected ");
	assert_int_equal(l->released, 1);
	close(client);
	lobby_free(l);
}

static void a_listener_stops_after_its_last_client(void **state)
{
	int client;
	struct lobby *l = with_client(*state, &client, "");

	lobby_settle(l);
	poe_post(l->kernel, l->server, "shutdown");
	lobby_settle(l);
	assert_int_equal(poe_alias_resolve(l->kernel, "lobby").v, 0);
	lobby_assert_told(l, "started client_pre_connect client_connected ");
	lobby_say(client, "still here\n");
	lobby_settle(l);
	shutdown(client, SHUT_WR);
	lobby_settle(l);
	lobby_assert_told(l, "client_input:still here client_flushed client_error:read:0 client_disconnected stopped ");
	close(client);
	lobby_free(l);
}

static void refuse(struct poe_event *ev)
{
	poe_return(ev, poe_int(0));
}

static void a_client_that_is_refused_is_closed_without_a_word(void **state)
{
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->hook_row = "client_pre_connect";
	l->hook = refuse;
	lobby_open(l);
	client = lobby_knock(l);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect ");
	assert_string_equal(lobby_hear(client, text), "(end)");
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), 0);
	close(client);
	lobby_free(l);
}

static void accept_it(struct poe_event *ev)
{
	poe_return(ev, poe_int(1));
}

static void a_client_that_is_not_refused_is_connected(void **state)
{
	struct lobby *l = lobby_new(*state);
	int client;

	l->hook_row = "client_pre_connect";
	l->hook = accept_it;
	lobby_open(l);
	client = lobby_knock(l);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected ");
	close(client);
	lobby_free(l);
}

static void shutdown_called_before_the_connection_refuses_it(void **state)
{
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->hook_row = "client_pre_connect";
	l->hook = lobby_call_shutdown;
	lobby_open(l);
	client = lobby_knock(l);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect ");
	assert_string_equal(lobby_hear(client, text), "(end)");
	close(client);
	lobby_free(l);
}

static void the_heap_knows_who_it_is(void **state)
{
	struct sockaddr_in own = { .sin_port = 0 };
	socklen_t length = sizeof own;
	int client;
	struct lobby *l = with_client(*state, &client, "");
	struct guest *guest;

	lobby_settle(l);
	getsockname(client, (struct sockaddr *)&own, &length);
	guest = lobby_guest(l);
	assert_string_equal(guest->tcp.remote_address, "127.0.0.1");
	assert_int_equal(guest->tcp.remote_port, ntohs(own.sin_port));
	assert_int_equal(guest->tcp.shutdown_on_error, 1);
	assert_int_equal(guest->tcp.shutdown, 0);
	close(client);
	lobby_free(l);
}

static void port_and_connections_can_be_asked_for(void **state)
{
	int client;
	struct lobby *l = with_client(*state, &client, "");

	lobby_settle(l);
	assert_int_equal(poe_tcp_server_port(l->kernel, l->server), l->port);
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), 1);
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->clock), -1);
	assert_int_equal(errno, ESRCH);
	poe_call(l->kernel, l->server, "shutdown");
	assert_int_equal(poe_tcp_server_port(l->kernel, l->server), -1);
	assert_int_equal(errno, ENOTCONN);
	close(client);
	lobby_free(l);
}

static void arguments_come_in_started_and_connected(void **state)
{
	static const struct poe_state states[] = { { "started", lobby_told }, { "error", lobby_told }, { 0 } };
	static const struct poe_state clients[] = {
		{ "client_connected(s)", lobby_told }, { "client_input", lobby_told }, { 0 } };
	struct lobby *l = lobby_new(*state);
	int client;

	l->plan.states = states;
	l->plan.client_states = clients;
	l->plan.client_args = poe_list(poe_str("an argument"), poe_int(2));
	lobby_open(l);
	client = yard_client(poe_tcp_server_port(l->kernel, l->server));
	lobby_settle(l);
	lobby_assert_told(l, "started client_connected:an argument ");
	close(client);
	lobby_free(l);
}

static void assert_refused(struct lobby *l, int error_num)
{
	errno = 0;
	assert_int_equal(poe_tcp_server_new(l->kernel, &l->plan).v, 0);
	assert_int_equal(errno, error_num);
}

static void a_bad_plan_is_einval(void **state)
{
	static const struct poe_state no_input[] = { { "client_connected", lobby_told }, { 0 } };
	static const struct poe_state taken[] = { { "client_input", lobby_told }, { "_stop", lobby_told }, { 0 } };
	static const struct poe_state private[] = { { "started", lobby_told }, { "poe.x", lobby_told }, { 0 } };
	static const struct poe_state raw[] = { { "acceptor(o)", lobby_told }, { 0 } };
	struct harness *h = *state;
	struct lobby *l = lobby_new(h);
	const struct poe_tcp_server_plan good = l->plan;
	const struct poe_tcp_server_plan bad[] = {
		{ .client_states = no_input }, { .client_states = taken },
		{ .client_states = good.client_states, .states = private },
		{ .client_states = good.client_states, .states = raw },
		{ .client_states = no_input, .states = raw },
		{ .client_states = good.client_states, .client_size = 8 },
		{ .client_states = good.client_states, .high_mark = 10, .low_mark = 10 },
		{ .client_states = good.client_states, .high_mark = 10 },
		{ .client_states = good.client_states, .port = 65536 },
		{ .client_states = good.client_states, .address = "localhost" },
		{ 0 },
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		l->plan = bad[i];
		assert_refused(l, EINVAL);
	}
	lobby_free(l);
}

static void an_object_among_the_arguments_is_einval(void **state)
{
	struct harness *h = *state;
	struct lobby *l = lobby_new(h);
	struct poe_value object = harness_object(h);

	l->plan.client_args = poe_list(object);
	assert_refused(l, EINVAL);
	l->plan.client_args = NULL;
	l->plan.args = poe_list(object);
	assert_refused(l, EINVAL);
	object.as.o->type->release(object.as.o);
	lobby_free(l);
}

static void a_taken_alias_is_eexist_and_the_filter_stays_the_callers(void **state)
{
	struct lobby *l = lobby_new(*state);

	lobby_open(l);
	l->plan.client_filter = poe_filter_stream();
	assert_refused(l, EEXIST);
	poe_filter_free(l->plan.client_filter);
	lobby_free(l);
}

static void a_port_in_use_is_told_by_the_queue(void **state)
{
	struct lobby *l = lobby_new(*state);
	poe_sid first;

	lobby_open(l);
	first = l->server;
	l->plan.alias = NULL;
	l->plan.port = l->port;
	lobby_open(l);
	lobby_assert_told(l, "started started ");
	lobby_settle(l);
	lobby_assert_told(l, "error:bind:EADDRINUSE stopped ");
	l->server = first;
	lobby_free(l);
}

static void without_an_error_row_a_line_says_it(void **state)
{
	struct harness *h = *state;
	struct lobby *l = lobby_new(h);
	char said[512];

	l->plan.states = NULL;
	l->plan.address = "192.0.2.1";
	lobby_open(l);
	poe_refcount_decrement(l->kernel, l->clock, "test");
	harness_run_listening(h, said, sizeof said);
	assert_string_equal(said, "libpoe: lobby: bind: Cannot assign requested address\n");
	free(l);
}

static void rows_that_are_not_there_are_not_called(void **state)
{
	static const struct poe_state states[] = {
		{ "client_input(s)", lobby_told }, { "_default", lobby_told }, { 0 } };
	struct lobby *l = lobby_new(*state);
	int client;

	l->plan.client_states = states;
	lobby_open(l);
	client = lobby_knock(l);
	lobby_say(client, "hello\n");
	lobby_settle(l);
	close(client);
	lobby_settle(l);
	lobby_assert_told(l, "started client_input:hello ");
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), 0);
	lobby_free(l);
}

static void the_end_of_a_clients_input_is_not_worth_a_line(void **state)
{
	static const struct poe_state states[] = { { "client_input(s)", lobby_told }, { 0 } };
	struct harness *h = *state;
	struct lobby *l = lobby_new(h);
	char said[512];

	l->plan.client_states = states;
	lobby_open(l);
	close(lobby_knock(l));
	while (poe_tcp_server_connections(l->kernel, l->server) == 0)
		poe_run_one_timeslice(l->kernel);
	poe_post(l->kernel, l->server, "shutdown");
	poe_refcount_decrement(l->kernel, l->clock, "test");
	harness_run_listening(h, said, sizeof said);
	assert_string_equal(said, "");
	free(l);
}

static void put_it_back(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	poe_put(me->wheel, poe_arg(ev, 0));
	poe_yield(ev->kernel, "shutdown");
}

static void a_client_without_a_size_has_a_heap_all_the_same(void **state)
{
	static const struct poe_state states[] = { { "client_input", put_it_back }, { 0 } };
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->plan = (struct poe_tcp_server_plan){ .client_states = states, .client_filter = poe_filter_stream() };
	lobby_open(l);
	client = yard_client(poe_tcp_server_port(l->kernel, l->server));
	lobby_say(client, "no line");
	lobby_settle(l);
	assert_string_equal(lobby_hear(client, text), "no line(end)");
	close(client);
	lobby_free(l);
}

static void a_path_has_local_clients(void **state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct lobby *l = lobby_new(*state);
	char path[64];
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	l->plan.address = yard_path(path);
	strcpy(to.sun_path, path);
	lobby_open(l);
	assert_int_equal(poe_tcp_server_port(l->kernel, l->server), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&to, sizeof to), 0);
	lobby_settle(l);
	assert_string_equal(lobby_guest(l)->tcp.remote_address, "LOCAL");
	close(client);
	lobby_free(l);
	yard_remove_path(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(the_rows_of_a_client_are_called_in_order),
		HARNESS_TEST(a_listener_stops_after_its_last_client),
		HARNESS_TEST(a_client_that_is_refused_is_closed_without_a_word),
		HARNESS_TEST(a_client_that_is_not_refused_is_connected),
		HARNESS_TEST(shutdown_called_before_the_connection_refuses_it),
		HARNESS_TEST(the_heap_knows_who_it_is),
		HARNESS_TEST(port_and_connections_can_be_asked_for),
		HARNESS_TEST(arguments_come_in_started_and_connected),
		HARNESS_TEST(a_bad_plan_is_einval),
		HARNESS_TEST(an_object_among_the_arguments_is_einval),
		HARNESS_TEST(a_taken_alias_is_eexist_and_the_filter_stays_the_callers),
		HARNESS_TEST(a_port_in_use_is_told_by_the_queue),
		HARNESS_TEST(without_an_error_row_a_line_says_it),
		HARNESS_TEST(rows_that_are_not_there_are_not_called),
		HARNESS_TEST(the_end_of_a_clients_input_is_not_worth_a_line),
		HARNESS_TEST(a_client_without_a_size_has_a_heap_all_the_same),
		HARNESS_TEST(a_path_has_local_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
