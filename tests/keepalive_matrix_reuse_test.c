/* The manager's matrix: which connection is used again, by whom, and which is not. */
#include "borrower.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void call_gives_what_is_idle_and_no_event_follows(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	assert_int_equal(borrower_call(b, borrower_for(s)), EINPROGRESS);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	assert_int_equal(borrower_call(b, borrower_for(s)), 0);
	borrower_expect(b, "2=called");
	assert_int_equal(b->ids[2].v, 0);
	borrower_end(b);
}

static void scheme_target_and_port_part_connections(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	request.scheme = "other";
	borrower_request(b, request);
	borrower_expect(b, "2=new");
	request.scheme = "http";
	request.for_address = "far.test";
	borrower_request(b, request);
	borrower_expect(b, "3=new");
	borrower_free(b, 3);
	request.for_port = 99;
	borrower_request(b, request);
	borrower_expect(b, "4=new");
	borrower_end(b);
}

static void connection_for_its_own_host_is_an_ordinary_one(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	request.for_scheme = "http";
	request.for_address = "127.0.0.1";
	request.for_port = request.port;
	borrower_request(b, request);
	borrower_expect(b, "2=immediate");
	borrower_end(b);
}

static void answer_without_a_handler_gives_its_connection_back(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.event = "nobody";
	borrower_request(b, request);
	borrower_expect_idle(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=immediate");
	borrower_end(b);
}

static void answer_that_is_only_looked_at_gives_its_connection_back(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->leaves = 1;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_end(b);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static void take(struct poe_event *ev)
{
	assert_non_null(poe_keepalive_take(poe_keepalive_response(ev)));
}

static void ask_from_start(struct poe_event *ev)
{
	struct borrower *b = ev->heap;

	poe_post(ev->kernel, poe_keepalive_address(b->ka), "allocate", poe_keepalive_ask(&b->question));
}

static const struct poe_state short_lived[] = {
	{ "_start", ask_from_start },
	{ "got(o)", take },
	{ "_stop", ignore },
	{ 0 }
};

/* It takes its connection, has nothing else to live for, and stops. */
static void session_that_stops_gives_its_connections_back(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->question = borrower_for(s);
	assert_true(poe_session_create(b->kernel, &(struct poe_session_plan){ .states = short_lived, .heap = b }).v);
	borrower_expect_idle(b, 1);
	assert_int_equal(borrower_stats(b).connected, 1);
	borrower_end(b);
}

static void wheel_after_wheel_works_on_one_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int i;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	for (i = 1; i <= 3; i++) {
		borrower_start(b, i);
		assert_int_equal(poe_put(poe_connection_wheel(b->held[i]), poe_str("to you")), 0);
		assert_string_equal(tcp_server_receive(s, 0), "to you\r\n");
		tcp_server_send(s, 0, "to me\n");
		borrower_expect(b, i == 1 ? "in1:to me" : i == 2 ? "in2:to me" : "in3:to me");
		borrower_free(b, i);
		assert_int_equal(borrower_call(b, borrower_for(s)), 0);
		b->log[0] = '\0';
	}
	assert_int_equal(tcp_server_count(s), 1);
	borrower_end(b);
}

static void starting_again_replaces_the_wheel(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int64_t first;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	first = poe_readwrite_id(borrower_start(b, 1));
	assert_true(poe_readwrite_id(borrower_start(b, 1)) != first);
	tcp_server_send(s, 0, "once\n");
	borrower_expect(b, "in1:once");
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_end(b);
}

static void start_deaf(struct borrower *b, int number)
{
	assert_non_null(poe_connection_start(b->held[number], &(struct poe_readwrite_plan){ .error_event = "error" }));
}

static uint64_t dispatched(const struct borrower *b)
{
	struct poe_kernel_stats stats;

	poe_kernel_stats(b->kernel, &stats);
	return stats.dispatched;
}

/* A server that speaks first: the octets wait for a wheel, without the loop turning round them. */
static void input_before_the_wheel_waits_for_it_quietly(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	uint64_t before;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	tcp_server_send(s, 0, "220 hello\n");
	before = dispatched(b);
	borrower_pass(b, 1);
	assert_in_range(dispatched(b) - before, 1, 5);
	borrower_start(b, 1);
	borrower_expect(b, "in1:220 hello");
	borrower_free(b, 1);
	assert_int_equal(borrower_call(b, borrower_for(s)), 0);
	borrower_expect(b, "2=called");
	borrower_end(b);
}

static void wheel_without_input_event_does_not_turn_the_loop(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	uint64_t before;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	borrower_do(b, start_deaf, 1);
	tcp_server_send(s, 0, "nobody listens\n");
	before = dispatched(b);
	borrower_pass(b, 1);
	assert_in_range(dispatched(b) - before, 1, 5);
	borrower_free(b, 1);
	borrower_expect_idle(b, 0);
	assert_int_equal(borrower_stats(b).dirty, 1);
	borrower_end(b);
}

static void octet_before_release_spoils_the_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	tcp_server_send(s, 0, "x");
	borrower_free(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	assert_int_equal(borrower_stats(b).dirty, 1);
	borrower_end(b);
}

static void octet_seen_during_the_loan_is_seen_again_after_it(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	tcp_server_send(s, 0, "x");
	borrower_expect(b, "");
	borrower_free(b, 1);
	borrower_expect_idle(b, 0);
	assert_int_equal(borrower_stats(b).dirty, 1);
	borrower_end(b);
}

static void octet_before_release_is_not_handed_over(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	tcp_server_send(s, 0, "x");
	borrower_free(b, 1);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void output_that_was_shut_spoils_the_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_readwrite_shutdown_output(borrower_start(b, 1));
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

static void retired_connection_is_closed_when_it_comes_back(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_retire(b->held[1]);
	assert_string_equal(tcp_server_receive(s, 0), "");
	borrower_free(b, 1);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

static void connection_ends_after_its_uses_and_after_its_age(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_uses = 2, .max_age = 10 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	borrower_call(b, borrower_for(s));
	borrower_free(b, 2);
	borrower_ask(b, s);
	borrower_expect(b, "2=called 3=new");
	borrower_pass(b, 11);
	assert_int_equal(borrower_stats(b).used, 1);
	borrower_free(b, 3);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

static void end_half_close_and_reset_end_an_idle_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int i;

	(void)state;
	for (i = 1; i <= 3; i++)
		borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new 3=new");
	for (i = 1; i <= 3; i++)
		borrower_free(b, i);
	tcp_server_close(s, 0);
	borrower_expect_idle(b, 2);
	tcp_server_shut_writing(s, 1);
	borrower_expect_idle(b, 1);
	tcp_server_reset(s, 2);
	borrower_expect_idle(b, 0);
	assert_int_equal(borrower_stats(b).stale, 3);
	borrower_end(b);
}

static void without_keep_alive_nothing_is_kept(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .keep_alive = -1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

static void thousand_waiters_are_served_in_order(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1, .timeout = 1e6 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	char expected[16384] = "1=new";
	int i;

	(void)state;
	b->on_response = borrower_free;
	for (i = 1; i <= 1000; i++)
		borrower_ask(b, s);
	for (i = 2; i <= 1000; i++)
		snprintf(expected + strlen(expected), 32, " %d=deferred", i);
	borrower_expect(b, expected);
	assert_int_equal(tcp_server_count(s), 1);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_gives_what_is_idle_and_no_event_follows),
		cmocka_unit_test(scheme_target_and_port_part_connections),
		cmocka_unit_test(connection_for_its_own_host_is_an_ordinary_one),
		cmocka_unit_test(answer_without_a_handler_gives_its_connection_back),
		cmocka_unit_test(answer_that_is_only_looked_at_gives_its_connection_back),
		cmocka_unit_test(session_that_stops_gives_its_connections_back),
		cmocka_unit_test(wheel_after_wheel_works_on_one_connection),
		cmocka_unit_test(starting_again_replaces_the_wheel),
		cmocka_unit_test(input_before_the_wheel_waits_for_it_quietly),
		cmocka_unit_test(wheel_without_input_event_does_not_turn_the_loop),
		cmocka_unit_test(octet_before_release_spoils_the_connection),
		cmocka_unit_test(octet_seen_during_the_loan_is_seen_again_after_it),
		cmocka_unit_test(octet_before_release_is_not_handed_over),
		cmocka_unit_test(output_that_was_shut_spoils_the_connection),
		cmocka_unit_test(retired_connection_is_closed_when_it_comes_back),
		cmocka_unit_test(connection_ends_after_its_uses_and_after_its_age),
		cmocka_unit_test(end_half_close_and_reset_end_an_idle_connection),
		cmocka_unit_test(without_keep_alive_nothing_is_kept),
		cmocka_unit_test(thousand_waiters_are_served_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
