/* The manager's policy on real sockets: queues, what stays idle, limits that change. */
#include "borrower.h"
#include <errno.h>

/* Matrix 32. */
static void full_queue_of_a_key_is_an_answer_at_once(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1, .max_queue_per_key = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(borrower_call(b, borrower_for(s)), EINPROGRESS);
	assert_int_equal(borrower_call(b, borrower_for(s)), EAGAIN);
	assert_int_equal(borrower_call(b, borrower_for(other)), EINPROGRESS);
	borrower_ask(b, s);
	borrower_expect(b, "5!allocate/EAGAIN 4=new");
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	borrower_end(b);
}

static void one_dial_at_a_time_serves_all(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_dialing = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_ask(b, s);
	assert_int_equal(borrower_stats(b).dialing, 1);
	borrower_expect(b, "1=new 2=new 3=new");
	borrower_end(b);
}

static struct borrower *with_two_idle(const struct poe_keepalive_plan *plan)
{
	struct borrower *b = borrower_new(plan);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 1);
	borrower_free(b, 2);
	return b;
}

static void cap_on_idle_connections_keeps_the_one_freed_last(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_idle = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int last;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	last = poe_connection_fd(b->held[2]);
	borrower_free(b, 1);
	borrower_free(b, 2);
	assert_int_equal(borrower_stats(b).idle, 1);
	assert_int_equal(borrower_stats(b).evicted, 1);
	borrower_call(b, borrower_for(s));
	borrower_expect(b, "3=called");
	assert_int_equal(poe_connection_fd(b->held[3]), last);
	borrower_end(b);
}

static void idle_connections_may_be_lent_in_turn(void **state)
{
	struct borrower *b = with_two_idle(&(struct poe_keepalive_plan){ .order = POE_IDLE_ROUND_ROBIN });
	int first, i;

	(void)state;
	borrower_call(b, borrower_for(b->servers[0]));
	first = poe_connection_fd(b->held[3]);
	borrower_free(b, 3);
	for (i = 4; i < 8; i++) {
		borrower_call(b, borrower_for(b->servers[0]));
		assert_int_equal(poe_connection_fd(b->held[i]) == first, i % 2);
		borrower_free(b, i);
	}
	borrower_expect(b, "3=called 4=called 5=called 6=called 7=called");
	borrower_end(b);
}

/* Matrix 54. */
static void hint_of_5_seconds_closes_after_4(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_hint(b->held[1], 5, 100);
	borrower_free(b, 1);
	borrower_pass(b, 3.9);
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_pass(b, 0.2);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

static void connection_without_further_uses_is_closed_when_freed(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_hint(b->held[1], 60, 0);
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 0);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

static void hint_for_a_closed_connection_is_nothing(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_close(b->held[1]);
	poe_connection_hint(b->held[1], 5, 5);
	borrower_end(b);
}

static void prewarmed_connection_is_there_for_the_call(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.event = NULL;
	assert_int_equal(poe_keepalive_prewarm(b->ka, &request, 2), 2);
	borrower_expect_idle(b, 2);
	assert_int_equal(borrower_call(b, borrower_for(s)), 0);
	borrower_expect(b, "1=called");
	assert_int_equal(poe_keepalive_prewarm(b->ka, &request, -1), -1);
	assert_int_equal(errno, EINVAL);
	request.address = NULL;
	assert_int_equal(poe_keepalive_prewarm(b->ka, &request, 1), -1);
	assert_int_equal(errno, EINVAL);
	borrower_end(b);
}

/* Matrix 125. */
static void floor_outlives_keep_alive_and_its_own_peer(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	assert_int_equal(poe_keepalive_min_idle(b->ka, &request, 1), 0);
	borrower_expect_idle(b, 1);
	borrower_pass(b, 100);
	assert_int_equal(borrower_stats(b).opened, 1);
	assert_int_equal(tcp_server_count(s), 1);
	tcp_server_close(s, 0);
	borrower_expect(b, "");
	borrower_expect_idle(b, 1);
	assert_int_equal(tcp_server_count(s), 2);
	borrower_end(b);
}

static void floor_under_a_refusing_host_tries_now_and_then(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_refusing());
	struct poe_keepalive_request request = borrower_for(s);
	struct poe_kernel_stats before, after;

	(void)state;
	assert_int_equal(poe_keepalive_min_idle(b->ka, &request, 3), 0);
	borrower_pass(b, 1);
	poe_kernel_stats(b->kernel, &before);
	borrower_pass(b, 1000);
	poe_kernel_stats(b->kernel, &after);
	assert_in_range(after.dispatched - before.dispatched, 10, 2000);
	borrower_end(b);
}

static void settings_read_back_without_zeros(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 7, .max_uses = 3 });
	struct poe_keepalive_plan plan = poe_keepalive_settings(b->ka);

	(void)state;
	assert_int_equal(plan.max_per_host, 4);
	assert_int_equal(plan.max_open, 7);
	assert_int_equal(plan.max_queue, 10000);
	assert_int_equal(plan.max_uses, 3);
	assert_true(plan.keep_alive == 15 && plan.timeout == 120);
	plan.max_per_host = -1;
	assert_int_equal(poe_keepalive_set(b->ka, &plan), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_keepalive_settings(b->ka).max_per_host, 4);
	borrower_end(b);
}

/* Matrix 38. */
static void raised_limit_serves_who_waits_and_a_lowered_one_closes_what_is_idle(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_plan plan = poe_keepalive_settings(b->ka);

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	plan.max_per_host = 2;
	assert_int_equal(poe_keepalive_set(b->ka, &plan), 0);
	borrower_expect(b, "2=new");
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).idle, 1);
	plan.max_per_host = 1;
	assert_int_equal(poe_keepalive_set(b->ka, &plan), 0);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_queue_of_a_key_is_an_answer_at_once),
		cmocka_unit_test(one_dial_at_a_time_serves_all),
		cmocka_unit_test(cap_on_idle_connections_keeps_the_one_freed_last),
		cmocka_unit_test(idle_connections_may_be_lent_in_turn),
		cmocka_unit_test(hint_of_5_seconds_closes_after_4),
		cmocka_unit_test(connection_without_further_uses_is_closed_when_freed),
		cmocka_unit_test(hint_for_a_closed_connection_is_nothing),
		cmocka_unit_test(prewarmed_connection_is_there_for_the_call),
		cmocka_unit_test(floor_outlives_keep_alive_and_its_own_peer),
		cmocka_unit_test(floor_under_a_refusing_host_tries_now_and_then),
		cmocka_unit_test(settings_read_back_without_zeros),
		cmocka_unit_test(raised_limit_serves_who_waits_and_a_lowered_one_closes_what_is_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
