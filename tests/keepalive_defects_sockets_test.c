/*
 * The defects of POE::Component::Client::Keepalive 0.272 that ours does not
 * have, by number: sockets, and which of them goes to whom.
 */
#include "borrower.h"
#include "fake_world.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void b06_socket_whose_end_is_in_the_kernel_is_not_handed_out(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	tcp_server_close(s, 0);
	borrower_ask(b, s);
	assert_int_equal(borrower_stats(b).stale, 1);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void b07_connection_with_unsent_output_is_not_kept(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	const size_t much = 20 << 20;
	char *octets = calloc(1, much);

	(void)state;
	assert_non_null(octets);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(poe_put(borrower_start(b, 1), poe_bytes(octets, much)), 0);
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	free(octets);
	borrower_end(b);
}

static void b07_connection_with_half_a_record_is_not_kept(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	tcp_server_send(s, 0, "whole\nhal");
	borrower_expect(b, "in1:whole");
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

/* CPU seconds for a thousand hand-overs, each to the oldest of about so many waiters. */
static double hand_over_among(unsigned waiters)
{
	struct fake_world *w = fake_world_new(1, 1);
	struct pool_request *all = calloc(waiters + 1000, sizeof *all);
	const struct pool_name name = { .scheme = "http", .address = "a", .port = 80 };
	clock_t start;
	unsigned i;

	w->pool.plan.max_queue = waiters + 1000;
	w->quiet = 1;
	for (i = 0; i < waiters + 1000; i++)
		assert_int_equal(pool_allocate(&w->pool, &all[i], &name, 10), 0);
	fake_connect(w, "a");
	start = clock();
	for (i = 0; i < 1000; i++)
		pool_release(&w->pool, pool_take(&w->pool, &all[i]), VERDICT_CLEAN);
	start = clock() - start;
	pool_shutdown(&w->pool);
	for (; i < waiters + 1000; i++)
		pool_let_go(&w->pool, &all[i]);
	fake_world_free(w);
	free(all);
	return (double)start / CLOCKS_PER_SEC;
}

/* The original takes a hundred times as long for a hundred times the waiters. */
static void b13_hand_over_costs_the_same_however_many_wait(void **state)
{
	double few = hand_over_among(1000), many = hand_over_among(100000);

	(void)state;
	assert_true(many < few * 20 + 0.005);
}

/* Whichever order the addresses come in, for one of the two names the first is the wrong one. */
static void b15_all_addresses_of_a_name_are_tried(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	dns_server_add(b->names, "a.test", "127.0.0.9", 60);
	dns_server_add(b->names, "a.test", "127.0.0.1", 60);
	dns_server_add(b->names, "b.test", "127.0.0.1", 60);
	dns_server_add(b->names, "b.test", "127.0.0.9", 60);
	request.address = "a.test";
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	request.address = "b.test";
	borrower_request(b, request);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void b19_connection_idle_for_longest_is_evicted(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 3 });
	struct tcp_server *s[4];
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		s[i] = borrower_meet(b, tcp_server_new());
	borrower_ask(b, s[0]);
	borrower_expect(b, "1=new");
	borrower_ask(b, s[1]);
	borrower_expect(b, "2=new");
	borrower_ask(b, s[2]);
	borrower_expect(b, "3=new");
	borrower_free(b, 2);
	borrower_free(b, 1);
	borrower_free(b, 3);
	borrower_ask(b, s[3]);
	borrower_expect(b, "4=new");
	assert_string_equal(tcp_server_receive(s[1], 0), "(end)");
	assert_string_equal(tcp_server_receive(s[0], 0), "");
	borrower_end(b);
}

static void b20_connection_freed_last_is_reused_first(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int fds[4], i;

	(void)state;
	for (i = 1; i <= 3; i++)
		borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new 3=new");
	for (i = 1; i <= 3; i++) {
		fds[i] = poe_connection_fd(b->held[i]);
		borrower_free(b, i);
	}
	for (i = 1; i <= 3; i++)
		borrower_ask(b, s);
	borrower_expect(b, "4=immediate 5=immediate 6=immediate");
	for (i = 1; i <= 3; i++)
		assert_int_equal(poe_connection_fd(b->held[3 + i]), fds[4 - i]);
	borrower_end(b);
}

static void b21_end_of_an_idle_connection_makes_room(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	tcp_server_close(s, 0);
	borrower_expect_idle(b, 0);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void b24_ipv6_in_digits_needs_no_resolver(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *v6 = borrower_meet(b, tcp_server_new_v6());
	struct poe_keepalive_request request = borrower_for(v6);

	(void)state;
	request.address = "::1";
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	assert_int_equal(strncmp(poe_connection_peer(b->held[1]), "[::1]:", 6), 0);
	assert_true(poe_alias_resolve(b->kernel, "resolver").v == 0);
	borrower_end(b);
}

static void b24_unix_socket_needs_no_resolver(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct poe_keepalive_request request = { .scheme = "unix", .event = "got" };
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "/tmp/poe-keepalive-%d", (int)getpid());
	request.address = path;
	borrower_meet(b, tcp_server_new_unix(path));
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	assert_string_equal(poe_connection_peer(b->held[1]), path);
	assert_true(poe_alias_resolve(b->kernel, "resolver").v == 0);
	borrower_end(b);
}

/* The kernel has finished the connection, the loop has not been told. */
static void b27_dial_cancelled_after_it_succeeded_harms_nobody(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	assert_int_equal(tcp_server_count(s), 1);
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[1]), 0);
	borrower_expect(b, "");
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

static void b30_number_of_a_closed_descriptor_may_be_anybodys(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int fd, stranger;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	fd = poe_connection_fd(b->held[1]);
	poe_connection_close(b->held[1]);
	assert_int_equal(poe_connection_fd(b->held[1]), -1);
	stranger = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, fd);
	assert_int_equal(stranger, fd);
	borrower_free(b, 1);
	assert_true(fcntl(stranger, F_GETFD) >= 0);
	close(stranger);
	borrower_end(b);
}

static void b32_closed_connection_that_is_still_held_takes_no_place(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_close(b->held[1]);
	borrower_expect(b, "2=new");
	assert_null(poe_connection_wheel(b->held[1]));
	borrower_end(b);
}

enum { SELECT_LIMIT = 1024 };

static void b33_descriptors_beyond_selects_limit_are_good(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct rlimit limit;
	int spare[SELECT_LIMIT], i;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (i = 0; i < SELECT_LIMIT; i++)
		assert_true((spare[i] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_true(poe_connection_fd(b->held[1]) >= SELECT_LIMIT);
	borrower_free(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=immediate");
	for (i = 0; i < SELECT_LIMIT; i++)
		close(spare[i]);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b06_socket_whose_end_is_in_the_kernel_is_not_handed_out),
		cmocka_unit_test(b07_connection_with_unsent_output_is_not_kept),
		cmocka_unit_test(b07_connection_with_half_a_record_is_not_kept),
		cmocka_unit_test(b13_hand_over_costs_the_same_however_many_wait),
		cmocka_unit_test(b15_all_addresses_of_a_name_are_tried),
		cmocka_unit_test(b19_connection_idle_for_longest_is_evicted),
		cmocka_unit_test(b20_connection_freed_last_is_reused_first),
		cmocka_unit_test(b21_end_of_an_idle_connection_makes_room),
		cmocka_unit_test(b24_ipv6_in_digits_needs_no_resolver),
		cmocka_unit_test(b24_unix_socket_needs_no_resolver),
		cmocka_unit_test(b27_dial_cancelled_after_it_succeeded_harms_nobody),
		cmocka_unit_test(b30_number_of_a_closed_descriptor_may_be_anybodys),
		cmocka_unit_test(b32_closed_connection_that_is_still_held_takes_no_place),
		cmocka_unit_test(b33_descriptors_beyond_selects_limit_are_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
