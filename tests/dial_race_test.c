/* Dials race the addresses of a name: who is tried when, who wins, and what is reported if nobody does. */
#include "borrower.h"
#include "keepalive/dial.h"
#include "keepalive/order.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct poe_keepalive_request named(const char *name, const struct tcp_server *s)
{
	struct poe_keepalive_request request = borrower_for(s);

	request.address = name;
	return request;
}

/* IPv6 leads nowhere, and is tried first; IPv4 answers. */
static struct borrower *half_dead(struct tcp_server **s)
{
	struct borrower *b = borrower_new_with_names(NULL);

	*s = borrower_meet(b, tcp_server_new());
	borrower_meet(b, tcp_server_black_hole_v6_beside(*s));
	dns_server_add(b->names, "half.test", "::1", 60);
	dns_server_add(b->names, "half.test", "127.0.0.1", 60);
	return b;
}

static void black_hole_costs_a_head_start(void **state)
{
	struct tcp_server *s;
	struct borrower *b = half_dead(&s);
	double before;

	(void)state;
	borrower_expect(b, "");
	before = poe_now(b->kernel);
	borrower_request(b, named("half.test", s));
	borrower_pass(b, 0.24);
	assert_int_equal(borrower_stats(b).connected, 0);
	borrower_pass(b, 0.05);
	borrower_expect(b, "1=new");
	assert_true(poe_now(b->kernel) - before < 0.3);
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

static void family_that_led_there_goes_first_the_next_time(void **state)
{
	struct tcp_server *s;
	struct borrower *b = half_dead(&s);
	double before;

	(void)state;
	borrower_request(b, named("half.test", s));
	borrower_pass(b, 0.3);
	borrower_expect(b, "1=new");
	before = poe_now(b->kernel);
	borrower_request(b, named("half.test", s));
	borrower_expect(b, "2=new");
	assert_true(poe_now(b->kernel) - before < 0.2);
	borrower_end(b);
}

static void refusal_lets_the_next_one_go_at_once(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	double before;

	(void)state;
	dns_server_add(b->names, "two.test", "::1", 60);
	dns_server_add(b->names, "two.test", "127.0.0.1", 60);
	borrower_expect(b, "");
	before = poe_now(b->kernel);
	borrower_request(b, named("two.test", s));
	borrower_expect(b, "1=new");
	assert_true(poe_now(b->kernel) - before < 0.2);
	borrower_end(b);
}

/* Whichever comes first. */
static void what_tells_more_is_told(void **state)
{
	static const int ranks[] = { ENETUNREACH, ETIMEDOUT, ECONNREFUSED };
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++) {
			struct dial d = { .function = NULL };

			ka_dial_note(&d, "one", ranks[i]);
			ka_dial_note(&d, "other", ranks[j]);
			assert_int_equal(d.error_num, ranks[i > j ? i : j]);
			assert_string_equal(d.function, j > i ? "other" : "one");
		}
	}
}

/* Nothing can ever be reached at a broadcast address. */
static void refusal_tells_more_than_no_way(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_refusing());

	(void)state;
	dns_server_add(b->names, "one.test", "255.255.255.255", 60);
	dns_server_add(b->names, "one.test", "127.0.0.1", 60);
	dns_server_add(b->names, "other.test", "127.0.0.1", 60);
	dns_server_add(b->names, "other.test", "255.255.255.255", 60);
	borrower_request(b, named("one.test", s));
	borrower_expect(b, "1!connect/ECONNREFUSED");
	borrower_request(b, named("other.test", s));
	borrower_expect(b, "2!connect/ECONNREFUSED");
	borrower_request(b, named("255.255.255.255", s));
	borrower_expect(b, "3!connect/ENETUNREACH");
	borrower_end(b);
}

static void deadline_ends_a_race_for_which_one_lane_still_runs(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .timeout = 2 });
	struct tcp_server *s = borrower_meet(b, tcp_server_refusing());

	(void)state;
	borrower_meet(b, tcp_server_black_hole_beside(s));
	dns_server_add(b->names, "dead.test", "127.0.0.9", 60);
	dns_server_add(b->names, "dead.test", "127.0.0.1", 60);
	borrower_request(b, named("dead.test", s));
	borrower_pass(b, 1.9);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).dialing, 1);
	borrower_pass(b, 0.2);
	borrower_expect(b, "1!connect/ETIMEDOUT@connect");
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

static void all_that_refuse_are_tried_and_one_refusal_is_told(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_refusing());
	char address[24];
	int i;

	(void)state;
	for (i = 1; i <= 9; i++) {
		snprintf(address, sizeof address, "127.0.0.%d", i);
		dns_server_add(b->names, "many.test", address, 60);
	}
	dns_server_add(b->names, "many.test", "::1", 60);
	borrower_request(b, named("many.test", s));
	borrower_expect(b, "1!connect/ECONNREFUSED");
	borrower_end(b);
}

/* With all lanes taken by silence the oldest gives way, when it has had its three seconds. */
static void sixth_address_is_reached_past_five_black_holes(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new_at("127.0.0.10", 0));
	char address[24];
	int i;

	(void)state;
	for (i = 5; i <= 9; i++) {
		snprintf(address, sizeof address, "127.0.0.%d", i);
		borrower_meet(b, tcp_server_black_hole_at(address, tcp_server_port(s)));
		dns_server_add(b->names, "far.test", address, 60);
	}
	dns_server_add(b->names, "far.test", "127.0.0.10", 60);
	borrower_request(b, named("far.test", s));
	borrower_pass(b, 2.9);
	assert_int_equal(borrower_stats(b).connected, 0);
	borrower_pass(b, 0.5);
	borrower_expect(b, "1=new");
	borrower_end(b);
}

static void whole_race_is_one_connection_to_the_limits(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .max_open = 1, .timeout = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole_beside(s));

	(void)state;
	(void)hole;
	dns_server_add(b->names, "slow.test", "127.0.0.9", 60);
	dns_server_add(b->names, "slow.test", "127.0.0.9", 60);
	borrower_request(b, named("slow.test", s));
	borrower_pass(b, 0.6);
	assert_int_equal(borrower_stats(b).dialing, 1);
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[1]), 0);
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

/* 79.  Whichever the loop sees first: one answer, and nothing lost. */
static void connect_and_deadline_at_once_are_one_answer(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);
	struct poe_keepalive_stats stats;
	int i;

	(void)state;
	b->leaves = 1;
	for (i = 1; i <= 50; i++) {
		request.tag = i % 2 ? "odd" : "even";
		request.timeout = i * 1e-9;
		b->log[0] = '\0';
		borrower_request(b, request);
		borrower_pass(b, 20);
		assert_null(strchr(b->log, ' '));
	}
	b->log[0] = '\0';
	stats = borrower_stats(b);
	assert_int_equal(stats.connected + stats.timed_out, 50);
	assert_int_equal(stats.dialing + stats.used, 0);
	borrower_end(b);
}

static void request_of_one_family_tries_no_other(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = named("two.test", s);

	(void)state;
	dns_server_add(b->names, "two.test", "::1", 60);
	dns_server_add(b->names, "two.test", "127.0.0.1", 60);
	request.family = AF_INET6;
	borrower_request(b, request);
	borrower_expect(b, "1!connect/ECONNREFUSED");
	request.address = "127.0.0.1";
	borrower_request(b, request);
	borrower_expect(b, "2!bind/EAFNOSUPPORT");
	request.family = AF_INET;
	request.address = "two.test";
	borrower_request(b, request);
	borrower_expect(b, "3=new");
	borrower_end(b);
}

static void device_that_is_not_there_cannot_be_bound(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.interface = "nosuch0";
	borrower_request(b, request);
	borrower_expect(b, "1!bind/ENODEV");
	request.interface = "lo";
	borrower_request(b, request);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void way_that_cannot_be_is_einval(void **state)
{
	const struct poe_keepalive_plan plans[] = {
		{ .interface = "a-name-longer-than-any" }, { .family = AF_UNIX },
		{ .socket.keepalive = -1 }, { .socket.user_timeout = -1 }, { .socket.send_buffer = -1 },
	};
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof plans / sizeof *plans; i++) {
		assert_null(poe_keepalive_new(b->kernel, &plans[i]));
		assert_int_equal(errno, EINVAL);
	}
	request.bind_address = "localhost";
	assert_int_equal(borrower_call(b, request), EINVAL);
	request.bind_address = NULL;
	request.family = 12345;
	borrower_request(b, request);
	borrower_expect(b, "2!allocate/EINVAL");
	borrower_end(b);
}

static int option_of(const struct poe_connection *c, int level, int option)
{
	socklen_t length = sizeof(int);
	int value = -1;

	assert_int_equal(getsockopt(poe_connection_fd(c), level, option, &value, &length), 0);
	return value;
}

static void sockets_are_set_as_planned(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .socket = {
		.keepalive = 33, .user_timeout = 4.5, .receive_buffer = 8192, .send_buffer = 16384, .fast_open = 1 } });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	const struct poe_connection *c;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	c = b->held[1];
	assert_int_equal(option_of(c, SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_int_equal(option_of(c, IPPROTO_TCP, TCP_KEEPIDLE), 33);
	assert_int_equal(option_of(c, IPPROTO_TCP, TCP_USER_TIMEOUT), 4500);
	assert_int_equal(option_of(c, SOL_SOCKET, SO_RCVBUF), 2 * 8192);
	assert_int_equal(option_of(c, SOL_SOCKET, SO_SNDBUF), 2 * 16384);
	assert_int_equal(option_of(c, IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 1);
	borrower_end(b);
}

static void sockets_are_left_alone_without_a_plan(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(option_of(b->held[1], SOL_SOCKET, SO_KEEPALIVE), 0);
	assert_int_equal(option_of(b->held[1], IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
	assert_int_equal(option_of(b->held[1], IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 0);
	assert_int_equal(option_of(b->held[1], IPPROTO_TCP, TCP_NODELAY), 1);
	borrower_end(b);
}

/* "4" and "6" for each address in order. */
static void assert_order(const struct order_memory *memory, const char *given, const char *expected)
{
	struct poe_endpoint endpoints[8] = { { .length = 0 } };
	struct poe_resolve_response answer = { .host = "h.test", .endpoints = endpoints, .count = strlen(given) };
	struct poe_endpoint *ordered;
	char seen[9] = "";
	size_t i;

	for (i = 0; i < answer.count; i++) {
		endpoints[i].address.ss_family = given[i] == '4' ? AF_INET : AF_INET6;
		endpoints[i].length = (socklen_t)i;
	}
	ordered = ka_order(memory, &answer);
	assert_non_null(ordered);
	for (i = 0; i < answer.count; i++)
		seen[i] = ordered[i].address.ss_family == AF_INET ? '4' : '6';
	assert_string_equal(seen, expected);
	free(ordered);
}

static void families_take_turns(void **state)
{
	struct order_memory memory = { .places = { { .family = 0 } } };

	(void)state;
	assert_order(&memory, "6", "6");
	assert_order(&memory, "666444", "646464");
	assert_order(&memory, "6444", "6444");
	assert_order(&memory, "46666", "46666");
	assert_order(&memory, "44446", "46444");
	ka_order_remember(&memory, "other.test", AF_INET);
	assert_order(&memory, "6644", "6464");
	ka_order_remember(&memory, "H.TEST", AF_INET);
	assert_order(&memory, "6644", "4646");
	assert_order(&memory, "666", "666");
	assert_order(&memory, "6", "6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(black_hole_costs_a_head_start),
		cmocka_unit_test(family_that_led_there_goes_first_the_next_time),
		cmocka_unit_test(refusal_lets_the_next_one_go_at_once),
		cmocka_unit_test(what_tells_more_is_told),
		cmocka_unit_test(refusal_tells_more_than_no_way),
		cmocka_unit_test(deadline_ends_a_race_for_which_one_lane_still_runs),
		cmocka_unit_test(all_that_refuse_are_tried_and_one_refusal_is_told),
		cmocka_unit_test(sixth_address_is_reached_past_five_black_holes),
		cmocka_unit_test(whole_race_is_one_connection_to_the_limits),
		cmocka_unit_test(connect_and_deadline_at_once_are_one_answer),
		cmocka_unit_test(request_of_one_family_tries_no_other),
		cmocka_unit_test(device_that_is_not_there_cannot_be_bound),
		cmocka_unit_test(way_that_cannot_be_is_einval),
		cmocka_unit_test(sockets_are_set_as_planned),
		cmocka_unit_test(sockets_are_left_alone_without_a_plan),
		cmocka_unit_test(families_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
