/* The pool on a world without sockets: connections dialled before anybody asks. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct pool_name a = { .scheme = "http", .address = "a", .port = 80 };
static const struct pool_name b = { .scheme = "http", .address = "b", .port = 80 };

static int count_of(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

static void prewarmed_connections_are_there_for_who_asks(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	assert_int_equal(pool_prewarm(&w->pool, &a, 2), 2);
	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial a, grant 1 immediate, grant 2 immediate, dial a");
}

static void prewarming_counts_what_is_there_and_keeps_to_the_limits(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 4);

	assert_int_equal(pool_prewarm(&w->pool, &a, 2), 2);
	assert_int_equal(pool_prewarm(&w->pool, &a, 2), 2);
	assert_int_equal(pool_prewarm(&w->pool, &a, 50), 3);
	assert_int_equal(pool_prewarm(&w->pool, &b, 2), 1);
	assert_string_equal(fake_log(w), "dial a, dial a, dial a, dial b");
}

static void prewarming_a_host_that_fails_tells_nobody_and_tries_once(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	w->dial_error = EMFILE;
	assert_int_equal(pool_prewarm(&w->pool, &a, 2), 0);
	assert_string_equal(fake_log(w), "dial a, dial a");
	assert_int_equal(w->pool.keys.count, 0);
	fake_pass(w, 1000);
	assert_string_equal(fake_log(w), "");
}

static void prewarmed_dial_goes_before_anybody_else_needs_its_place(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);

	pool_prewarm(&w->pool, &a, 1);
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "dial a, cancel a, dial b");
}

static void prewarming_of_a_shut_pool_is_refused(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);

	pool_shutdown(&w->pool);
	assert_int_equal(pool_prewarm(&w->pool, &a, 1), -1);
	assert_int_equal(errno, ESHUTDOWN);
	assert_int_equal(pool_set_floor(&w->pool, &a, 1), -1);
	assert_int_equal(errno, ESHUTDOWN);
}

static void floor_is_filled_again_when_one_is_lent_or_lost(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct link *l;

	assert_int_equal(pool_set_floor(&w->pool, &a, 2), 0);
	fake_connect(w, "a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 1 immediate, dial a");
	fake_connect(w, "a");
	l = list_first(&w->pool.idle);
	pool_idle_ended(&w->pool, LIST_ENTRY(l, struct pool_slot, in_pool), HEALTH_STALE);
	assert_string_equal(fake_log(w), "close a, dial a");
}

static void checkout_fills_the_floor_too(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	pool_set_floor(&w->pool, &a, 1);
	fake_connect(w, "a");
	fake_log(w);
	w->requests[w->asked++].slot = pool_checkout(&w->pool, &a);
	assert_string_equal(fake_log(w), "dial a");
}

static void floor_does_not_expire_and_what_is_above_it_does(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	pool_prewarm(&w->pool, &a, 3);
	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_connect(w, "a");
	pool_set_floor(&w->pool, &a, 1);
	fake_log(w);
	fake_pass(w, 15);
	assert_string_equal(fake_log(w), "close a, close a");
	fake_pass(w, 1000);
	assert_int_equal(w->pool.idling, 1);
	w->now += 1000;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 1 immediate, dial a");
}

/* Matrix 125. */
static void floor_under_a_failing_host_does_not_spin(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	int i, dials = 0;

	w->dial_error = ECONNREFUSED;
	pool_set_floor(&w->pool, &a, 2);
	for (i = 0; i < 10000; i++) {
		dials += count_of(fake_log(w), "dial");
		fake_pass(w, 0.1);
	}
	assert_in_range(dials, 15, 120);
	w->dial_error = 0;
	fake_pass(w, 61);
	assert_string_equal(fake_log(w), "dial a, dial a");
}

static void request_is_not_held_up_by_the_pause_of_a_floor(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	pool_set_floor(&w->pool, &a, 1);
	fake_refuse(w, "a");
	fake_log(w);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 1 new, dial a");
}

static void floor_takes_nobodys_place_and_comes_back_when_there_is_room(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	struct fake_request *r;

	pool_set_floor(&w->pool, &a, 1);
	fake_connect(w, "a");
	r = fake_ask(w, "b");
	fake_connect(w, "b");
	assert_string_equal(fake_log(w), "dial a, close a, dial b, grant 1 new");
	pool_release(&w->pool, pool_take(&w->pool, &r->request), VERDICT_SPOILT);
	r->slot = NULL;
	assert_string_equal(fake_log(w), "close b, dial a");
}

static void floor_of_nothing_lets_the_key_go(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	pool_set_floor(&w->pool, &a, 1);
	assert_int_equal(pool_set_floor(&w->pool, &b, 0), 0);
	assert_int_equal(w->pool.keys.count, 1);
	fake_connect(w, "a");
	assert_int_equal(pool_set_floor(&w->pool, &a, 0), 0);
	fake_log(w);
	fake_pass(w, 16);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.keys.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(prewarmed_connections_are_there_for_who_asks, fake_world_end),
		cmocka_unit_test_teardown(prewarming_counts_what_is_there_and_keeps_to_the_limits, fake_world_end),
		cmocka_unit_test_teardown(prewarming_a_host_that_fails_tells_nobody_and_tries_once, fake_world_end),
		cmocka_unit_test_teardown(prewarmed_dial_goes_before_anybody_else_needs_its_place, fake_world_end),
		cmocka_unit_test_teardown(prewarming_of_a_shut_pool_is_refused, fake_world_end),
		cmocka_unit_test_teardown(floor_is_filled_again_when_one_is_lent_or_lost, fake_world_end),
		cmocka_unit_test_teardown(checkout_fills_the_floor_too, fake_world_end),
		cmocka_unit_test_teardown(floor_does_not_expire_and_what_is_above_it_does, fake_world_end),
		cmocka_unit_test_teardown(floor_under_a_failing_host_does_not_spin, fake_world_end),
		cmocka_unit_test_teardown(request_is_not_held_up_by_the_pause_of_a_floor, fake_world_end),
		cmocka_unit_test_teardown(floor_takes_nobodys_place_and_comes_back_when_there_is_room, fake_world_end),
		cmocka_unit_test_teardown(floor_of_nothing_lets_the_key_go, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
