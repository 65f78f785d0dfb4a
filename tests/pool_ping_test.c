/* The pool on a world without sockets: idle connections that are asked whether they are alive. */
#include "fake_world.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static struct fake_world *world_that_pings(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.ping_every = 4;
	w->pool.plan.ping_timeout = 1;
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_log(w);
	return w;
}

static struct pool_slot *asked(const struct fake_world *w)
{
	struct link *l = list_first(&w->pool.pinging);

	assert_non_null(l);
	return LIST_ENTRY(l, struct pool_slot, in_pool);
}

static void idle_connection_is_asked_and_stays_when_it_answers(void **state)
{
	struct fake_world *w = world_that_pings(state);

	fake_pass(w, 4);
	assert_string_equal(fake_log(w), "ping a");
	assert_int_equal(w->pool.idling, 0);
	pool_ping_answered(&w->pool, asked(w));
	fake_pass(w, 4);
	assert_string_equal(fake_log(w), "ping a");
	pool_ping_answered(&w->pool, asked(w));
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 2 immediate");
	assert_int_equal(w->requests[1].slot->uses, 1);
}

static void who_asks_meanwhile_waits_for_the_answer(void **state)
{
	struct fake_world *w = world_that_pings(state);

	fake_pass(w, 4);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "ping a");
	pool_ping_answered(&w->pool, asked(w));
	assert_string_equal(fake_log(w), "grant 2 deferred");
}

static void connection_that_does_not_answer_is_closed_and_another_dialled(void **state)
{
	struct fake_world *w = world_that_pings(state);

	fake_pass(w, 4);
	fake_ask(w, "a");
	fake_log(w);
	fake_pass(w, 1.1);
	assert_string_equal(fake_log(w), "close a, dial a");
	assert_int_equal(w->pool.stale, 1);
}

static void connection_that_cannot_be_written_to_is_closed_at_once(void **state)
{
	struct fake_world *w = world_that_pings(state);

	w->ping_result = -1;
	fake_pass(w, 4);
	assert_string_equal(fake_log(w), "ping a, close a");
	assert_int_equal(w->pool.keys.count, 0);
}

static void connection_that_cannot_be_asked_stays_unasked(void **state)
{
	struct fake_world *w = world_that_pings(state);

	w->ping_result = 1;
	fake_pass(w, 4);
	assert_string_equal(fake_log(w), "ping a");
	assert_int_equal(w->pool.idling, 1);
}

static void answers_do_not_make_it_younger(void **state)
{
	struct fake_world *w = world_that_pings(state);
	int i;

	for (i = 0; i < 3; i++) {
		fake_pass(w, 4);
		pool_ping_answered(&w->pool, asked(w));
	}
	fake_log(w);
	fake_pass(w, 4);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.expired, 1);
}

static void end_of_the_pool_does_not_wait_for_the_answer(void **state)
{
	struct fake_world *w = world_that_pings(state);

	fake_pass(w, 4);
	fake_log(w);
	pool_drain(&w->pool, 10);
	assert_string_equal(fake_log(w), "close a");
	assert_true(pool_is_over_and_done(&w->pool));
}

static void connection_of_a_floor_is_asked_for_ever_and_not_doubled(void **state)
{
	struct fake_world *w = world_that_pings(state);
	int i;

	w->pool.plan.max_per_host = 4;
	pool_set_floor(&w->pool, &(struct pool_name){ .scheme = "http", .address = "a", .port = 80 }, 1);
	for (i = 0; i < 20; i++) {
		fake_pass(w, 4);
		assert_string_equal(fake_log(w), "ping a");
		pool_ping_answered(&w->pool, asked(w));
	}
}

static void life_that_ends_while_it_is_asked_ends_it_afterwards(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.ping_every = 4;
	w->pool.plan.ping_timeout = 10;
	w->pool.plan.max_age = 5;
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_pass(w, 4);
	fake_log(w);
	fake_pass(w, 2);
	assert_string_equal(fake_log(w), "");
	pool_ping_answered(&w->pool, asked(w));
	assert_string_equal(fake_log(w), "close a");
}

static void life_goes_on_to_its_end_behind_an_answer(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.ping_every = 4;
	w->pool.plan.ping_timeout = 1;
	w->pool.plan.max_age = 6;
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_pass(w, 4);
	pool_ping_answered(&w->pool, asked(w));
	fake_log(w);
	fake_pass(w, 2.1);
	assert_string_equal(fake_log(w), "close a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(idle_connection_is_asked_and_stays_when_it_answers, fake_world_end),
		cmocka_unit_test_teardown(who_asks_meanwhile_waits_for_the_answer, fake_world_end),
		cmocka_unit_test_teardown(connection_that_does_not_answer_is_closed_and_another_dialled, fake_world_end),
		cmocka_unit_test_teardown(connection_that_cannot_be_written_to_is_closed_at_once, fake_world_end),
		cmocka_unit_test_teardown(connection_that_cannot_be_asked_stays_unasked, fake_world_end),
		cmocka_unit_test_teardown(answers_do_not_make_it_younger, fake_world_end),
		cmocka_unit_test_teardown(end_of_the_pool_does_not_wait_for_the_answer, fake_world_end),
		cmocka_unit_test_teardown(connection_of_a_floor_is_asked_for_ever_and_not_doubled, fake_world_end),
		cmocka_unit_test_teardown(life_goes_on_to_its_end_behind_an_answer, fake_world_end),
		cmocka_unit_test_teardown(life_that_ends_while_it_is_asked_ends_it_afterwards, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
