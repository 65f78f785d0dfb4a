/* The pool on a world without sockets: limits that change while it is at work.  Matrix 38. */
#include "fake_world.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void set_limits(struct fake_world *w, unsigned max_per_host, unsigned max_open)
{
	struct pool_plan plan = w->pool.plan;

	plan.max_per_host = max_per_host;
	plan.max_open = max_open;
	pool_set(&w->pool, &plan);
}

static void raised_limit_of_a_key_serves_who_waited_for_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_log(w);
	set_limits(w, 2, 128);
	assert_string_equal(fake_log(w), "dial a");
}

static void raised_limit_of_all_serves_who_waited_for_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);

	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	fake_log(w);
	set_limits(w, 4, 2);
	assert_string_equal(fake_log(w), "dial b");
}

static void lowered_limit_of_a_key_closes_what_is_idle_at_once(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	int i;

	for (i = 0; i < 3; i++)
		fake_ask(w, "a");
	for (i = 0; i < 3; i++)
		fake_connect(w, "a");
	for (i = 0; i < 3; i++)
		fake_release(w, &w->requests[i]);
	fake_log(w);
	set_limits(w, 1, 128);
	assert_string_equal(fake_log(w), "close a, close a");
}

static void lowered_limit_of_a_key_closes_what_comes_back_though_others_wait(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	int i;

	for (i = 0; i < 4; i++)
		fake_ask(w, "a");
	for (i = 0; i < 3; i++)
		fake_connect(w, "a");
	set_limits(w, 1, 128);
	fake_log(w);
	fake_release(w, &w->requests[0]);
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "close a, close a");
	fake_release(w, &w->requests[2]);
	assert_string_equal(fake_log(w), "grant 4 deferred");
}

static void lowered_limit_of_all_is_reached_as_they_come_back(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 3);

	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	fake_connect(w, "a");
	fake_connect(w, "b");
	fake_connect(w, "c");
	fake_release(w, &w->requests[2]);
	fake_ask(w, "d");
	fake_log(w);
	set_limits(w, 4, 1);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a");
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "close b");
	fake_connect(w, "d");
	fake_release(w, &w->requests[3]);
	assert_string_equal(fake_log(w), "grant 4 new");
	assert_int_equal(w->pool.idling, 1);
}

static void dial_that_was_for_nobody_goes_with_a_lowered_limit(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_log(w);
	set_limits(w, 1, 128);
	assert_string_equal(fake_log(w), "cancel a");
}

static void surplus_dial_that_ends_over_a_lowered_limit_is_closed(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 2);

	fake_ask(w, "a");
	fake_ask(w, "a");
	set_limits(w, 4, 1);
	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "dial a, dial a, grant 1 new, grant 2 new, close a");
}

static void shorter_keep_alive_counts_for_what_is_idle_already(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct pool_plan plan = w->pool.plan;

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_pass(w, 5);
	fake_log(w);
	plan.keep_alive = 8;
	pool_set(&w->pool, &plan);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 3);
	assert_string_equal(fake_log(w), "close a");
}

static void keeping_none_closes_all_and_longer_keeps_them(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct pool_plan plan = w->pool.plan;

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	plan.keep_alive = 100;
	pool_set(&w->pool, &plan);
	fake_log(w);
	fake_pass(w, 99);
	assert_int_equal(w->pool.idling, 1);
	plan.keep_alive = -1;
	pool_set(&w->pool, &plan);
	assert_string_equal(fake_log(w), "close a");
}

static void lowered_caps_on_idle_connections_hold_at_once(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct pool_plan plan = w->pool.plan;
	int i;

	for (i = 0; i < 6; i++)
		fake_ask(w, i < 3 ? "a" : "b");
	for (i = 0; i < 6; i++)
		fake_connect(w, i < 3 ? "a" : "b");
	for (i = 0; i < 6; i++)
		fake_release(w, &w->requests[i]);
	fake_log(w);
	plan.max_idle_per_key = 2;
	plan.max_idle = 3;
	pool_set(&w->pool, &plan);
	assert_int_equal(w->pool.idling, 3);
	assert_null(pool_check(&w->pool));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(raised_limit_of_a_key_serves_who_waited_for_it, fake_world_end),
		cmocka_unit_test_teardown(raised_limit_of_all_serves_who_waited_for_it, fake_world_end),
		cmocka_unit_test_teardown(lowered_limit_of_a_key_closes_what_is_idle_at_once, fake_world_end),
		cmocka_unit_test_teardown(lowered_limit_of_a_key_closes_what_comes_back_though_others_wait, fake_world_end),
		cmocka_unit_test_teardown(lowered_limit_of_all_is_reached_as_they_come_back, fake_world_end),
		cmocka_unit_test_teardown(dial_that_was_for_nobody_goes_with_a_lowered_limit, fake_world_end),
		cmocka_unit_test_teardown(surplus_dial_that_ends_over_a_lowered_limit_is_closed, fake_world_end),
		cmocka_unit_test_teardown(shorter_keep_alive_counts_for_what_is_idle_already, fake_world_end),
		cmocka_unit_test_teardown(keeping_none_closes_all_and_longer_keeps_them, fake_world_end),
		cmocka_unit_test_teardown(lowered_caps_on_idle_connections_hold_at_once, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
