#include "caller.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void yield_own(struct poe_event *ev)
{
	poe_yield(ev->kernel, "own");
}

/* As the Perl original tells it. */
static void the_rows_are_called_in_order(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "started";
	r->hook = yield_own;
	room_call(r);
	room_assert_told(r, "started own pre_connect connected:127.0.0.1 server_flushed ");
	tcp_server_send(r->server, 0, "a\nb\n");
	room_settle(r);
	tcp_server_close(r->server, 0);
	room_settle(r);
	room_assert_told(r, "server_input:a server_input:b server_error:read:ECONNRESET disconnected ");
	assert_int_equal(r->released, 1);
	room_free(r);
}

static void refuse(struct poe_event *ev)
{
	poe_return(ev, poe_int(0));
}

static void a_connection_that_is_refused_is_closed_without_a_word(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "pre_connect";
	r->hook = refuse;
	room_call(r);
	room_assert_told(r, "started pre_connect ");
	assert_int_equal(tcp_server_count(r->server), 1);
	assert_string_equal(tcp_server_receive(r->server, 0), "(end)");
	room_free(r);
}

static void a_refused_connect_is_told(void **state)
{
	struct room *r = room_new(*state);

	room_set_server(r, tcp_server_refusing());
	room_call(r);
	room_assert_told(r, "started connect_error:connect:ECONNREFUSED ");
	room_free(r);
}

static void a_connect_that_takes_too_long_is_etimedout(void **state)
{
	struct room *r = room_new(*state);

	room_set_server(r, tcp_server_black_hole());
	r->plan.connect_timeout = 5;
	room_call(r);
	room_assert_told(r, "started ");
	room_wait(r, 6);
	room_assert_told(r, "connect_error:connect:ETIMEDOUT ");
	room_free(r);
}

static void names_are_looked_up(void **state)
{
	struct room *r = room_new(*state);

	r->plan.remote_address = "localhost";
	r->plan.domain = AF_INET;
	room_call(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed ");
	room_free(r);
}

static void put_and_shut_down(struct poe_event *ev)
{
	struct caller *me = ev->heap;

	poe_put(me->tcp.wheel, poe_str("bye"));
	poe_yield(ev->kernel, "shutdown");
}

static void shutdown_flushes_disconnects_and_ends_the_session(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "server_input";
	r->hook = put_and_shut_down;
	room_call(r);
	tcp_server_send(r->server, 0, "quit\n");
	room_settle(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed server_input:quit server_flushed "
		       "disconnected ");
	assert_string_equal(tcp_server_receive(r->server, 0), "hi\r\nbye\r\n(end)");
	assert_int_equal(r->released, 1);
	room_free(r);
}

static void put_much_and_call_shutdown(struct poe_event *ev)
{
	struct caller *me = ev->heap;
	char *much = calloc(1, 8 << 20);

	poe_put(me->tcp.wheel, poe_bytes(much, 8 << 20));
	free(much);
	poe_call(ev->kernel, ev->session, "shutdown");
	assert_non_null(me->tcp.wheel);
}

/* In POE disconnected does not come any more then. */
static void a_server_lost_during_a_shutdown_is_told_and_disconnected_comes(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "connected";
	r->hook = put_much_and_call_shutdown;
	room_call(r);
	tcp_server_send(r->server, 0, "thrown away\n");
	room_settle(r);
	tcp_server_shut_writing(r->server, 0);
	room_settle(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_error:read:0 disconnected ");
	room_free(r);
}

static void yield_reconnect(struct poe_event *ev)
{
	struct room *r = room_of(ev);

	r->hook_row = NULL;
	poe_yield(ev->kernel, "reconnect");
}

static void reconnect_in_disconnected_connects_again(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "disconnected";
	r->hook = yield_reconnect;
	room_call(r);
	tcp_server_shut_writing(r->server, 0);
	room_settle(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed server_error:read:0 disconnected "
		       "pre_connect connected:127.0.0.1 server_flushed ");
	assert_int_equal(tcp_server_count(r->server), 2);
	assert_int_equal(poe_alias_resolve(r->kernel, "caller").v, r->client.v);
	room_free(r);
}

static void reconnect_while_connected_drops_without_a_word(void **state)
{
	struct room *r = room_new(*state);

	r->hook_row = "connected";
	r->hook = yield_reconnect;
	room_call(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed pre_connect connected:127.0.0.1 "
		       "server_flushed ");
	assert_string_equal(tcp_server_receive(r->server, 0), "hi\r\n(end)");
	room_free(r);
}

static void connect_goes_to_another_server(void **state)
{
	struct room *r = room_new(*state);
	struct tcp_server *other = tcp_server_new();

	room_call(r);
	poe_post(r->kernel, r->client, "connect", poe_str("localhost"), poe_int(tcp_server_port(other)));
	room_settle(r);
	assert_int_equal(tcp_server_count(other), 1);
	poe_post(r->kernel, r->client, "connect", poe_str("127.0.0.1"), poe_int((INT64_C(1) << 32) + r->plan.remote_port));
	room_settle(r);
	assert_non_null(strstr(r->log, "connect_error:connect:EINVAL "));
	room_free(r);
	tcp_server_free(other);
}

static void without_rows_lines_say_what_fails(void **state)
{
	static const struct poe_state bare[] = { { "server_input", harness_ignore }, { 0 } };
	struct harness *h = *state;
	struct tcp_server *server = tcp_server_refusing();
	char said[512];

	assert_int_not_equal(poe_tcp_client_new(h->kernel, &(struct poe_tcp_client_plan){
		.states = bare, .remote_address = "127.0.0.1", .remote_port = tcp_server_port(server) }).v, 0);
	harness_run_listening(h, said, sizeof said);
	assert_string_equal(said, "libpoe: 127.0.0.1: connect: Connection refused\n");
	tcp_server_free(server);
}

static void a_bad_plan_is_einval(void **state)
{
	static const struct poe_state no_input[] = { { "connected", room_told }, { 0 } };
	static const struct poe_state taken[] = { { "server_input", room_told }, { "shutdown", room_told }, { 0 } };
	struct harness *h = *state;
	static const struct poe_state good[] = { { "server_input", room_told }, { 0 } };
	const struct poe_tcp_client_plan bad[] = {
		{ .states = no_input, .remote_address = "::1", .remote_port = 1 },
		{ .states = taken, .remote_address = "::1", .remote_port = 1 },
		{ .states = good, .remote_port = 1 },
		{ .states = good, .remote_address = "::1" },
		{ .states = good, .remote_address = "/path", .remote_port = 1 },
		{ .states = good, .remote_address = "::1", .remote_port = 1, .size = 1 },
		{ .states = good, .remote_address = "::1", .remote_port = 1, .low_mark = 1 },
		{ .states = good, .remote_address = "::1", .remote_port = 1, .connect_timeout = -1 },
		{ .states = good, .remote_address = "::1", .remote_port = 1,
		  .reconnect_min = (double)NAN },
		{ .states = good, .remote_address = "::1", .remote_port = 1,
		  .reconnect_min = 2, .reconnect_max = 1 },
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		assert_int_equal(poe_tcp_client_new(h->kernel, &bad[i]).v, 0);
		assert_int_equal(errno, EINVAL);
	}
}

static void a_taken_alias_is_eexist_and_the_filter_stays_the_callers(void **state)
{
	struct room *r = room_new(*state);

	room_call(r);
	r->plan.filter = poe_filter_stream();
	r->plan.args = NULL;
	assert_int_equal(poe_tcp_client_new(r->kernel, &r->plan).v, 0);
	assert_int_equal(errno, EEXIST);
	poe_filter_free(r->plan.filter);
	room_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(the_rows_are_called_in_order),
		HARNESS_TEST(a_connection_that_is_refused_is_closed_without_a_word),
		HARNESS_TEST(a_refused_connect_is_told),
		HARNESS_TEST(a_connect_that_takes_too_long_is_etimedout),
		HARNESS_TEST(names_are_looked_up),
		HARNESS_TEST(shutdown_flushes_disconnects_and_ends_the_session),
		HARNESS_TEST(a_server_lost_during_a_shutdown_is_told_and_disconnected_comes),
		HARNESS_TEST(reconnect_in_disconnected_connects_again),
		HARNESS_TEST(reconnect_while_connected_drops_without_a_word),
		HARNESS_TEST(connect_goes_to_another_server),
		HARNESS_TEST(without_rows_lines_say_what_fails),
		HARNESS_TEST(a_bad_plan_is_einval),
		HARNESS_TEST(a_taken_alias_is_eexist_and_the_filter_stays_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
