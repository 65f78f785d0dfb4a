/* The pool on a world without sockets: how many stay idle, which is lent next, what the peer says of it. */
#include "fake_world.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

/* Connections 1 to n of that host, one after the other on loan and given back. */
static void keep(struct fake_world *w, const char *host, int n)
{
	int from = w->asked, i;

	for (i = 0; i < n; i++)
		fake_ask(w, host);
	for (i = 0; i < n; i++)
		fake_connect(w, host);
	for (i = 0; i < n; i++) {
		fake_pass(w, 0.1);
		fake_release(w, &w->requests[from + i]);
	}
}

/* Matrix 14. */
static void first_in_first_out_lends_the_one_idle_for_longest(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	struct pool_slot *slots[3];
	int i;

	w->pool.plan.order = ORDER_FIFO;
	for (i = 0; i < 3; i++)
		fake_ask(w, "a");
	for (i = 0; i < 3; i++)
		fake_connect(w, "a");
	for (i = 0; i < 3; i++) {
		slots[i] = w->requests[i].slot;
		fake_release(w, &w->requests[i]);
	}
	for (i = 0; i < 3; i++)
		assert_ptr_equal(fake_ask(w, "a")->slot, slots[i]);
}

/* Matrix 15. */
static void round_robin_lends_none_twice_in_a_round(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	struct pool_slot *first, *second, *third;

	w->pool.plan.order = ORDER_ROUND_ROBIN;
	keep(w, "a", 3);
	first = fake_ask(w, "a")->slot;
	second = fake_ask(w, "a")->slot;
	fake_release(w, &w->requests[4]);
	third = fake_ask(w, "a")->slot;
	assert_ptr_not_equal(third, second);
	fake_release(w, &w->requests[5]);
	assert_ptr_equal(fake_ask(w, "a")->slot, second);
	fake_release(w, &w->requests[3]);
	assert_ptr_equal(fake_ask(w, "a")->slot, first);
	assert_ptr_equal(fake_ask(w, "a")->slot, third);
}

/* Matrix 63. */
static void cap_of_a_key_keeps_the_newest(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	struct pool_slot *newest;

	w->pool.plan.max_idle_per_key = 2;
	fake_ask(w, "a");
	fake_connect(w, "a");
	keep(w, "a", 2);
	newest = w->requests[0].slot;
	assert_int_equal(w->pool.idling, 2);
	fake_log(w);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.evicted, 1);
	assert_ptr_equal(fake_ask(w, "a")->slot, newest);
}

static void cap_of_a_key_closes_the_oldest_in_every_order(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	enum pool_order order;

	w->pool.plan.max_idle_per_key = 2;
	for (order = ORDER_LIFO; order <= ORDER_ROUND_ROBIN; order++) {
		const char *host = &"a\0b\0c"[order * 2];
		double since = w->now;

		w->pool.plan.order = order;
		keep(w, host, 3);
		assert_true(LIST_ENTRY(list_last(&w->pool.idle), struct pool_slot, in_pool)->idle_since > since + 0.25);
		assert_int_equal(w->pool.idling, 2 * (order + 1));
	}
	assert_int_equal(w->pool.evicted, 3);
}

static void cap_of_all_closes_whatever_is_idle_for_longest(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	w->pool.plan.max_idle = 2;
	keep(w, "a", 1);
	keep(w, "b", 1);
	fake_log(w);
	keep(w, "c", 1);
	assert_string_equal(fake_log(w), "dial c, grant 3 new, close a");
	keep(w, "d", 1);
	assert_string_equal(fake_log(w), "dial d, grant 4 new, close b");
}

static struct pool_slot *lend_one(struct fake_world *w)
{
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_log(w);
	return pool_take(&w->pool, &w->requests[w->asked - 1].request);
}

/* Matrix 54: 5 s, less the margin. */
static void peer_that_keeps_it_for_5_seconds_is_left_after_4(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), 5, -1);
	fake_release(w, &w->requests[0]);
	fake_pass(w, 3.9);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 0.2);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.expired, 1);
}

static void peer_that_keeps_it_for_longer_changes_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), 500, 100);
	fake_release(w, &w->requests[0]);
	fake_pass(w, 14.9);
	assert_int_equal(w->pool.idling, 1);
	fake_pass(w, 0.2);
	assert_int_equal(w->pool.idling, 0);
}

static void peer_that_keeps_it_for_a_second_is_not_trusted_with_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), 1, -1);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a");
}

static void peer_that_allows_no_further_use_gets_none(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), -1, 0);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a");
}

static void peer_that_allows_two_uses_more_gets_two(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), -1, 2);
	fake_release(w, &w->requests[0]);
	fake_release(w, fake_ask(w, "a"));
	fake_release(w, fake_ask(w, "a"));
	assert_string_equal(fake_log(w), "grant 2 immediate, grant 3 immediate, close a");
}

/* The deadline set for its rest finds it on loan, and must neither end it nor forget its life. */
static void time_of_the_peer_does_not_run_during_a_loan(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	w->pool.plan.max_age = 100;
	pool_hint(lend_one(w), 5, -1);
	fake_release(w, &w->requests[0]);
	fake_ask(w, "a");
	fake_pass(w, 10);
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "grant 2 immediate");
	fake_ask(w, "a");
	fake_pass(w, 95);
	fake_release(w, &w->requests[2]);
	assert_string_equal(fake_log(w), "grant 3 immediate, close a");
}

static void late_timer_does_not_stretch_the_time_of_the_peer(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);

	pool_hint(lend_one(w), 5, -1);
	fake_release(w, &w->requests[0]);
	w->now += 4.5;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "close a, dial a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(first_in_first_out_lends_the_one_idle_for_longest, fake_world_end),
		cmocka_unit_test_teardown(round_robin_lends_none_twice_in_a_round, fake_world_end),
		cmocka_unit_test_teardown(cap_of_a_key_keeps_the_newest, fake_world_end),
		cmocka_unit_test_teardown(cap_of_a_key_closes_the_oldest_in_every_order, fake_world_end),
		cmocka_unit_test_teardown(cap_of_all_closes_whatever_is_idle_for_longest, fake_world_end),
		cmocka_unit_test_teardown(peer_that_keeps_it_for_5_seconds_is_left_after_4, fake_world_end),
		cmocka_unit_test_teardown(peer_that_keeps_it_for_longer_changes_nothing, fake_world_end),
		cmocka_unit_test_teardown(peer_that_keeps_it_for_a_second_is_not_trusted_with_it, fake_world_end),
		cmocka_unit_test_teardown(peer_that_allows_no_further_use_gets_none, fake_world_end),
		cmocka_unit_test_teardown(peer_that_allows_two_uses_more_gets_two, fake_world_end),
		cmocka_unit_test_teardown(time_of_the_peer_does_not_run_during_a_loan, fake_world_end),
		cmocka_unit_test_teardown(late_timer_does_not_stretch_the_time_of_the_peer, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
