/* The pool on a world without sockets: the end with notice.  Matrix 113 and 114. */
#include "fake_world.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void drain_serves_who_waits_and_refuses_who_comes(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_log(w);
	pool_drain(&w->pool, 100);
	assert_int_equal(fake_ask(w, "a")->error_num, ESHUTDOWN);
	assert_null(pool_adopt(&w->pool, &(struct pool_name){ .scheme = "http", .address = "a", .port = 80 }));
	fake_release(w, r);
	fake_connect(w, "b");
	assert_string_equal(fake_log(w), "grant 2 deferred, grant 3 new");
	assert_true(w->pool.shut);
	assert_false(pool_is_over_and_done(&w->pool));
	fake_release(w, &w->requests[1]);
	fake_release(w, &w->requests[2]);
	assert_string_equal(fake_log(w), "close a, close b");
	assert_true(pool_is_over_and_done(&w->pool));
	assert_int_equal(w->pool.cut_off, 0);
}

static void drain_closes_what_is_idle_at_once_and_keeps_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a"), *s = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_release(w, r);
	fake_ask(w, "b");
	fake_log(w);
	pool_drain(&w->pool, 100);
	assert_string_equal(fake_log(w), "close a");
	fake_release(w, s);
	assert_string_equal(fake_log(w), "close a");
}

static void drain_of_a_pool_that_nobody_waits_for_is_over_at_once(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	pool_set_floor(&w->pool, &(struct pool_name){ .scheme = "http", .address = "a", .port = 80 }, 1);
	pool_drain(&w->pool, 100);
	assert_string_equal(fake_log(w), "dial a, cancel a");
	assert_true(pool_is_over_and_done(&w->pool));
}

static void time_of_a_drain_cuts_off_who_still_waits(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_ask_within(w, "a", 100);
	fake_log(w);
	pool_drain(&w->pool, 5);
	fake_pass(w, 4.9);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 0.2);
	assert_string_equal(fake_log(w), "fail 2 shutdown");
	assert_int_equal(w->pool.cut_off, 1);
	fake_release(w, &w->requests[0]);
	assert_true(pool_is_over_and_done(&w->pool));
}

static void drain_without_an_end_ends_with_the_deadlines(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	pool_drain(&w->pool, INFINITY);
	fake_log(w);
	fake_pass(w, 11);
	assert_string_equal(fake_log(w), "cancel a, fail 1 connect in resolve");
	assert_true(pool_is_over_and_done(&w->pool));
}

static void second_drain_may_shorten_the_first_and_not_stretch_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask_within(w, "a", 100);
	pool_drain(&w->pool, 50);
	pool_drain(&w->pool, 5);
	pool_drain(&w->pool, 80);
	fake_log(w);
	fake_pass(w, 5.1);
	assert_string_equal(fake_log(w), "cancel a, fail 1 shutdown");
}

static void drain_of_no_time_is_a_shutdown(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_log(w);
	pool_drain(&w->pool, 0);
	assert_string_equal(fake_log(w), "cancel a, fail 1 shutdown");
}

static void who_asks_anew_during_a_drain_is_served(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *bad = fake_ask(w, "a"), *anew = &w->requests[2];
	struct pool_slot *slot;

	fake_connect(w, "a");
	fake_ask(w, "a");
	pool_drain(&w->pool, 100);
	slot = pool_take(&w->pool, &bad->request);
	bad->slot = NULL;
	anew->number = ++w->asked;
	fake_log(w);
	assert_int_equal(pool_allocate_fresh(&w->pool, &anew->request, &slot->key->name, 10, slot), 0);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "close a, dial a, grant 3 new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(drain_serves_who_waits_and_refuses_who_comes, fake_world_end),
		cmocka_unit_test_teardown(drain_closes_what_is_idle_at_once_and_keeps_nothing, fake_world_end),
		cmocka_unit_test_teardown(drain_of_a_pool_that_nobody_waits_for_is_over_at_once, fake_world_end),
		cmocka_unit_test_teardown(time_of_a_drain_cuts_off_who_still_waits, fake_world_end),
		cmocka_unit_test_teardown(drain_without_an_end_ends_with_the_deadlines, fake_world_end),
		cmocka_unit_test_teardown(second_drain_may_shorten_the_first_and_not_stretch_it, fake_world_end),
		cmocka_unit_test_teardown(drain_of_no_time_is_a_shutdown, fake_world_end),
		cmocka_unit_test_teardown(who_asks_anew_during_a_drain_is_served, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
