/* The pool's policy on a world without sockets: what time does. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

static void idle_connection_is_closed_after_keep_alive(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	fake_pass(w, 14.9);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 0.2);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.expired, 1);
}

static void keep_alive_starts_anew_with_each_release(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_pass(w, 10);
	fake_release(w, fake_ask(w, "a"));
	fake_pass(w, 10);
	assert_int_equal(w->pool.idling, 1);
	fake_pass(w, 5);
	assert_int_equal(w->pool.idling, 0);
}

static void late_timer_does_not_make_an_idle_connection_younger(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	w->now += 3600;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "close a, dial a");
}

static void nothing_is_kept_without_keep_alive_but_waiters_still_get_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.keep_alive = -1;
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 deferred, close a");
}

static void deadline_names_the_phase_it_hit(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "c");
	fake_connect(w, "c");
	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	pool_dial_phase(&w->pool, w->requests[2].request.dial, SLOT_CONNECTING);
	fake_log(w);
	fake_pass(w, 10);
	assert_string_equal(fake_log(w), "cancel a, fail 2 connect in resolve, "
					 "cancel b, fail 3 connect in connect, fail 4 connect in queue");
}

static void deadline_leaves_a_dial_that_others_wait_for(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask_within(w, "a", 1);
	fake_ask_within(w, "a", 3);
	fake_pass(w, 2);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 connect in resolve, grant 2 new");
}

static void answered_request_has_no_deadline(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_pass(w, 100);
	assert_string_equal(fake_log(w), "dial a, grant 1 new");
}

static void odd_durations_come_due_in_order(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	char expected[64];
	int i;

	fake_ask_within(w, "a", 1000);
	fake_connect(w, "a");
	for (i = 0; i < 20; i++)
		fake_ask_within(w, "a", 1 + (i * 7 + 3) % 20);
	fake_log(w);
	for (i = 0; i < 20; i++) {
		int j = 0;

		while (1 + (j * 7 + 3) % 20 != i + 1)
			j++;
		fake_pass(w, 1);
		snprintf(expected, sizeof expected, "fail %d connect in queue", j + 2);
		assert_string_equal(fake_log(w), expected);
	}
}

static void timeout_below_zero_takes_what_is_idle_and_dials_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	fake_ask_within(w, "a", -1);
	fake_ask_within(w, "a", -1);
	assert_string_equal(fake_log(w), "grant 2 immediate, fail 3 connect in queue");
	assert_int_equal(w->requests[2].error_num, ETIMEDOUT);
}

static void old_connection_is_closed_when_idle_or_when_it_comes_back(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);

	w->pool.plan.max_age = 10;
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_log(w);
	fake_pass(w, 8.9);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 1.1);
	assert_string_equal(fake_log(w), "close a");
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "close a");
}

static void connections_made_together_do_not_end_together(void **state)
{
	struct fake_world *w = fake_world_for(state, 50, 128);
	size_t before;
	int i;

	w->pool.plan.max_age = 10;
	for (i = 0; i < 50; i++)
		fake_ask(w, "a");
	for (i = 0; i < 50; i++)
		fake_connect(w, "a");
	for (i = 0; i < 50; i++)
		fake_release(w, &w->requests[i]);
	for (i = 0; i < 10; i++) {
		before = w->pool.idling;
		fake_pass(w, i ? 0.1 : 9.1);
		assert_in_range(before - w->pool.idling, 0, 15);
	}
	assert_int_equal(w->pool.idling, 0);
}

static void dial_is_told_when_its_time_is_up(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	assert_int_equal(pool_dial_bound(&w->pool, w->requests[0].request.dial, 3), 0);
	fake_pass(w, 3);
	fake_pass(w, 3);
	assert_string_equal(fake_log(w), "dial a, late a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(idle_connection_is_closed_after_keep_alive, fake_world_end),
		cmocka_unit_test_teardown(keep_alive_starts_anew_with_each_release, fake_world_end),
		cmocka_unit_test_teardown(late_timer_does_not_make_an_idle_connection_younger, fake_world_end),
		cmocka_unit_test_teardown(nothing_is_kept_without_keep_alive_but_waiters_still_get_it, fake_world_end),
		cmocka_unit_test_teardown(deadline_names_the_phase_it_hit, fake_world_end),
		cmocka_unit_test_teardown(deadline_leaves_a_dial_that_others_wait_for, fake_world_end),
		cmocka_unit_test_teardown(answered_request_has_no_deadline, fake_world_end),
		cmocka_unit_test_teardown(odd_durations_come_due_in_order, fake_world_end),
		cmocka_unit_test_teardown(timeout_below_zero_takes_what_is_idle_and_dials_nothing, fake_world_end),
		cmocka_unit_test_teardown(old_connection_is_closed_when_idle_or_when_it_comes_back, fake_world_end),
		cmocka_unit_test_teardown(connections_made_together_do_not_end_together, fake_world_end),
		cmocka_unit_test_teardown(dial_is_told_when_its_time_is_up, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
