/* The pool on a world without sockets: hosts that fail again and again.  Matrix 123 and 124. */
#include "fake_world.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct fake_world *world_with_breaker(void **state, unsigned after)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	w->pool.plan.breaker_after = after;
	w->pool.plan.breaker_base = 1;
	w->pool.plan.breaker_most = 60;
	return w;
}

static void fail_once(struct fake_world *w, const char *host)
{
	fake_ask(w, host);
	fake_refuse(w, host);
}

static struct pool_care *care_of(struct fake_world *w, const char *host)
{
	struct pool_key *key = pool_key_find(&w->pool.keys, &(struct pool_name){
		.scheme = "http", .address = host, .port = 80 });

	assert_non_null(key);
	assert_non_null(key->care);
	return key->care;
}

static void breaker_opens_after_so_many_failures_and_answers_at_once(void **state)
{
	struct fake_world *w = world_with_breaker(state, 3);

	fail_once(w, "a");
	fail_once(w, "a");
	fail_once(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 connect, dial a, fail 2 connect, dial a, fail 3 connect");
	assert_int_equal(fake_ask(w, "a")->error_num, EHOSTDOWN);
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "fail 4 breaker, dial b");
	assert_int_equal(w->pool.broken, 1);
}

static void breaker_that_opens_answers_all_who_wait(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);

	w->pool.plan.max_per_host = 1;
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 connect, fail 2 breaker, fail 3 breaker");
}

static void half_open_breaker_lets_one_through_at_a_time(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);

	fail_once(w, "a");
	fake_log(w);
	fake_pass(w, 1.01);
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 3 breaker");
	fake_connect(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 2 new, dial a");
}

static void failure_of_the_one_let_through_opens_it_again(void **state)
{
	struct fake_world *w = world_with_breaker(state, 3);

	fail_once(w, "a");
	fail_once(w, "a");
	fail_once(w, "a");
	fake_pass(w, 1.01);
	fail_once(w, "a");
	fake_log(w);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "fail 5 breaker");
	assert_int_equal(care_of(w, "a")->openings, 2);
}

static void late_timer_does_not_keep_a_breaker_open(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);

	fail_once(w, "a");
	fake_log(w);
	w->now += 2;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a");
}

static void success_in_between_starts_the_count_anew(void **state)
{
	struct fake_world *w = world_with_breaker(state, 2);
	struct fake_request *r;

	fail_once(w, "a");
	r = fake_ask(w, "a");
	fake_connect(w, "a");
	pool_release(&w->pool, pool_take(&w->pool, &r->request), VERDICT_SPOILT);
	r->slot = NULL;
	fail_once(w, "a");
	fake_log(w);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a");
}

static void idle_connection_stays_of_use_behind_an_open_breaker(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fail_once(w, "a");
	fake_release(w, r);
	fake_log(w);
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 3 immediate, fail 4 breaker");
}

static void dial_under_way_that_succeeds_closes_the_breaker(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_refuse(w, "a");
	fake_log(w);
	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 3 immediate, dial a");
}

static void reasons_on_this_side_do_not_count(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);

	w->dial_error = EMFILE;
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 socket, dial a, fail 2 socket");
}

static void peer_that_swallows_everything_counts_as_one_that_fails(void **state)
{
	struct fake_world *w = world_with_breaker(state, 2);

	fake_ask_within(w, "a", 1);
	fake_pass(w, 1.1);
	fake_ask_within(w, "a", 1);
	fake_pass(w, 1.1);
	fake_log(w);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "fail 3 breaker");
}

static void name_that_fails_counts_once_however_many_wait(void **state)
{
	struct fake_world *w = world_with_breaker(state, 2);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_no_such_name(w, "a");
	assert_int_equal(care_of(w, "a")->failures, 1);
}

static void pauses_grow_and_are_spread_below_their_bound(void **state)
{
	struct fake_world *w = world_with_breaker(state, 1);
	double least[8] = { 100, 100, 100, 100, 100, 100, 100, 100 }, most[8] = { 0 };
	int round, k;

	w->quiet = 1;
	for (round = 0; round < 200; round++) {
		char host[2] = { (char)('A' + round % 50), '\0' };

		for (k = 0; k < 8; k++) {
			double pause;

			w->asked = 0;
			memset(w->requests, 0, sizeof w->requests);
			fail_once(w, host);
			pause = care_of(w, host)->pause.at - w->now;
			least[k] = fmin(least[k], pause);
			most[k] = fmax(most[k], pause);
			fake_pass(w, pause + 0.001);
			pool_let_go(&w->pool, &w->requests[0].request);
		}
		fake_pass(w, 61);
	}
	for (k = 0; k < 8; k++) {
		double bound = fmin(60, ldexp(1, k));

		assert_true(least[k] > 0 && least[k] < bound / 4 && most[k] <= bound && most[k] > bound * 3 / 4);
	}
	assert_int_equal(w->pool.keys.count, 0);
}

static void host_that_nobody_asks_for_any_more_is_forgotten(void **state)
{
	struct fake_world *w = world_with_breaker(state, 2);

	fail_once(w, "a");
	fail_once(w, "b");
	fail_once(w, "b");
	assert_int_equal(w->pool.keys.count, 2);
	fake_pass(w, 61);
	fake_pass(w, 61);
	assert_int_equal(w->pool.keys.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(breaker_opens_after_so_many_failures_and_answers_at_once, fake_world_end),
		cmocka_unit_test_teardown(breaker_that_opens_answers_all_who_wait, fake_world_end),
		cmocka_unit_test_teardown(half_open_breaker_lets_one_through_at_a_time, fake_world_end),
		cmocka_unit_test_teardown(failure_of_the_one_let_through_opens_it_again, fake_world_end),
		cmocka_unit_test_teardown(late_timer_does_not_keep_a_breaker_open, fake_world_end),
		cmocka_unit_test_teardown(success_in_between_starts_the_count_anew, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_stays_of_use_behind_an_open_breaker, fake_world_end),
		cmocka_unit_test_teardown(dial_under_way_that_succeeds_closes_the_breaker, fake_world_end),
		cmocka_unit_test_teardown(reasons_on_this_side_do_not_count, fake_world_end),
		cmocka_unit_test_teardown(peer_that_swallows_everything_counts_as_one_that_fails, fake_world_end),
		cmocka_unit_test_teardown(name_that_fails_counts_once_however_many_wait, fake_world_end),
		cmocka_unit_test_teardown(pauses_grow_and_are_spread_below_their_bound, fake_world_end),
		cmocka_unit_test_teardown(host_that_nobody_asks_for_any_more_is_forgotten, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
