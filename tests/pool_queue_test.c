/* The pool on a world without sockets: bounds of queues, and of dials under way. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

/* Matrix 32. */
static void full_queue_of_one_key_refuses_and_leaves_the_others_open(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.max_queue_per_key = 2;
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_int_equal(fake_ask(w, "a")->error_num, EAGAIN);
	assert_int_equal(fake_ask(w, "b")->error_num, 0);
	assert_string_equal(fake_log(w), "dial a, dial b");
	assert_int_equal(w->pool.accepted, 3);
}

static void place_in_a_full_queue_is_free_again_once_somebody_leaves_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.max_queue_per_key = 1;
	fake_ask(w, "a");
	assert_int_equal(fake_ask(w, "a")->error_num, EAGAIN);
	fake_connect(w, "a");
	assert_int_equal(fake_ask(w, "a")->error_num, 0);
	assert_string_equal(fake_log(w), "dial a, grant 1 new");
}

static void full_queue_does_not_refuse_what_is_idle(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	w->pool.plan.max_queue_per_key = w->pool.plan.max_queue = 0;
	fake_connect(w, "a");
	fake_release(w, r);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 immediate");
}

/* Matrix 34. */
static void no_more_dials_are_under_way_than_allowed(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	w->pool.plan.max_dialing = 2;
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 1 new, dial a");
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "fail 2 connect");
}

static void key_without_a_connection_dials_before_a_crowd_that_came_first(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	int i;

	w->pool.plan.max_dialing = 1;
	for (i = 0; i < 4; i++)
		fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	fake_connect(w, "a");
	fake_connect(w, "b");
	fake_connect(w, "c");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, dial b, grant 5 new, dial c, grant 6 new, dial a");
}

static void hungry_keys_take_turns_at_the_only_dial(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	int i;

	w->pool.plan.max_dialing = 1;
	for (i = 0; i < 3; i++) {
		fake_ask(w, "a");
		fake_ask(w, "b");
	}
	fake_log(w);
	for (i = 0; i < 3; i++) {
		fake_connect(w, "a");
		fake_connect(w, "b");
	}
	assert_string_equal(fake_log(w), "grant 1 new, dial b, grant 2 new, dial a, grant 3 new, dial b, "
					 "grant 4 new, dial a, grant 5 new, dial b, grant 6 new");
}

static void limit_on_dials_closes_no_connection_that_is_made(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 2);
	struct fake_request *r = fake_ask(w, "a");

	w->pool.plan.max_dialing = 1;
	fake_connect(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	fake_ask(w, "a");
	fake_log(w);
	fake_release(w, r);
	assert_string_equal(fake_log(w), "grant 4 deferred");
	fake_release(w, &w->requests[3]);
	assert_string_equal(fake_log(w), "");
	fake_connect(w, "b");
	assert_string_equal(fake_log(w), "grant 2 new, close a, dial c");
}

static void dial_that_nobody_waits_for_makes_way_for_another(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *r = fake_ask(w, "a");

	w->pool.plan.max_dialing = 1;
	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_log(w);
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "cancel a, dial b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(full_queue_of_one_key_refuses_and_leaves_the_others_open, fake_world_end),
		cmocka_unit_test_teardown(place_in_a_full_queue_is_free_again_once_somebody_leaves_it, fake_world_end),
		cmocka_unit_test_teardown(full_queue_does_not_refuse_what_is_idle, fake_world_end),
		cmocka_unit_test_teardown(no_more_dials_are_under_way_than_allowed, fake_world_end),
		cmocka_unit_test_teardown(key_without_a_connection_dials_before_a_crowd_that_came_first, fake_world_end),
		cmocka_unit_test_teardown(hungry_keys_take_turns_at_the_only_dial, fake_world_end),
		cmocka_unit_test_teardown(limit_on_dials_closes_no_connection_that_is_made, fake_world_end),
		cmocka_unit_test_teardown(dial_that_nobody_waits_for_makes_way_for_another, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
