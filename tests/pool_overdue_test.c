/* The pool on a world without sockets: loans that last too long.  Matrix 122. */
#include "fake_world.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static struct fake_world *world_with_watch(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	w->pool.plan.leak_after = 30;
	return w;
}

static void loan_that_lasts_too_long_is_reported_once_and_its_end_too(void **state)
{
	struct fake_world *w = world_with_watch(state);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_log(w);
	fake_pass(w, 29);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 1.1);
	assert_string_equal(fake_log(w), "overdue a");
	fake_pass(w, 100);
	assert_string_equal(fake_log(w), "");
	fake_release(w, r);
	assert_string_equal(fake_log(w), "returned a");
	assert_int_equal(w->pool.leaks, 1);
}

static void each_loan_has_its_own_time(void **state)
{
	struct fake_world *w = world_with_watch(state);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_pass(w, 20);
	fake_release(w, &w->requests[0]);
	fake_ask(w, "a");
	fake_pass(w, 5);
	fake_ask(w, "b");
	fake_connect(w, "b");
	fake_log(w);
	fake_pass(w, 25.1);
	assert_string_equal(fake_log(w), "overdue a");
	fake_pass(w, 5);
	assert_string_equal(fake_log(w), "overdue b");
}

static void connection_that_was_overdue_is_as_good_as_any(void **state)
{
	struct fake_world *w = world_with_watch(state);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_pass(w, 31);
	fake_release(w, &w->requests[0]);
	fake_log(w);
	fake_ask(w, "a");
	fake_pass(w, 31);
	assert_string_equal(fake_log(w), "grant 2 immediate, overdue a");
}

static void overdue_loan_that_ends_closed_is_reported_as_ended(void **state)
{
	struct fake_world *w = world_with_watch(state);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_pass(w, 31);
	fake_log(w);
	pool_release(&w->pool, pool_take(&w->pool, &r->request), VERDICT_SPOILT);
	r->slot = NULL;
	assert_string_equal(fake_log(w), "returned a, close a");
}

static void watch_that_begins_later_counts_from_then(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct pool_plan plan = w->pool.plan;

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_pass(w, 100);
	plan.leak_after = 10;
	pool_set(&w->pool, &plan);
	fake_log(w);
	fake_pass(w, 9);
	assert_string_equal(fake_log(w), "");
	fake_pass(w, 1.1);
	assert_string_equal(fake_log(w), "overdue a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(loan_that_lasts_too_long_is_reported_once_and_its_end_too, fake_world_end),
		cmocka_unit_test_teardown(each_loan_has_its_own_time, fake_world_end),
		cmocka_unit_test_teardown(connection_that_was_overdue_is_as_good_as_any, fake_world_end),
		cmocka_unit_test_teardown(overdue_loan_that_ends_closed_is_reported_as_ended, fake_world_end),
		cmocka_unit_test_teardown(watch_that_begins_later_counts_from_then, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
