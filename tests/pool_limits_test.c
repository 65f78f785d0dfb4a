/* The pool on a world without sockets: limits, whose turn it is, eviction, cancel, shutdown. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void saturated_key_does_not_hold_up_another(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "b");
	fake_connect(w, "b");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, dial b, grant 3 new");
}

static void waiters_that_timed_out_do_not_hold_up_anybody(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask_within(w, "a", 1);
	fake_ask_within(w, "a", 9);
	fake_pass(w, 2);
	fake_log(w);
	fake_release(w, r);
	assert_string_equal(fake_log(w), "grant 3 deferred");
}

static void idle_connection_of_another_key_is_evicted_at_the_limit(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "close a, dial b");
	assert_int_equal(w->pool.evicted, 1);
}

static void connection_idle_for_longest_is_evicted_first(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 3);

	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "c");
	fake_connect(w, "a");
	fake_connect(w, "b");
	fake_connect(w, "c");
	fake_release(w, &w->requests[1]);
	fake_release(w, &w->requests[0]);
	fake_release(w, &w->requests[2]);
	fake_log(w);
	fake_ask(w, "d");
	assert_string_equal(fake_log(w), "close b, dial d");
}

static void surplus_dial_is_given_up_before_an_idle_connection(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 3);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_ask(w, "b");
	fake_connect(w, "b");
	fake_release(w, &w->requests[2]);
	fake_log(w);
	fake_ask(w, "c");
	assert_string_equal(fake_log(w), "cancel a, dial c");
}

static void nothing_in_use_is_evicted(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "dial a, grant 1 new");
	fake_release(w, r);
	assert_string_equal(fake_log(w), "close a, dial b");
}

static void connection_just_granted_is_not_evicted(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 2);
	int i;

	for (i = 0; i < 3; i++)
		fake_ask(w, "a");
	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_log(w);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a, dial b");
	fake_connect(w, "b");
	fake_release(w, &w->requests[1]);
	fake_release(w, &w->requests[4]);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 5 new, grant 3 deferred, close b, dial a, grant 4 new");
}

static void three_hungry_keys_take_turns_at_one_connection(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	const char *const hosts[] = { "a", "b", "c" };
	int i;

	for (i = 0; i < 9; i++)
		fake_ask(w, hosts[i / 3]);
	fake_log(w);
	for (i = 0; i < 9; i++) {
		int turn = i % 3 * 3 + i / 3;

		fake_connect(w, hosts[i % 3]);
		assert_non_null(w->requests[turn].slot);
		fake_release(w, &w->requests[turn]);
	}
}

static void hungry_keys_with_equal_shares_keep_their_own_connections(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 4);
	int i;

	for (i = 0; i < 8; i++)
		fake_ask(w, i % 2 ? "b" : "a");
	for (i = 0; i < 2; i++) {
		fake_connect(w, "a");
		fake_connect(w, "b");
	}
	for (i = 0; i < 4; i++)
		fake_release(w, &w->requests[i]);
	assert_int_equal(w->pool.closed, 0);
	assert_int_equal(w->pool.ended[ENDED_DEFERRED], 4);
}

static void hungry_keys_do_not_fight_over_an_odd_connection(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 3);
	int i;

	for (i = 0; i < 8; i++)
		fake_ask(w, i % 2 ? "b" : "a");
	fake_connect(w, "a");
	fake_connect(w, "b");
	fake_connect(w, "a");
	for (i = 0; i < 3; i++)
		fake_release(w, &w->requests[i]);
	assert_int_equal(w->pool.closed, 0);
	assert_int_equal(w->pool.ended[ENDED_DEFERRED], 3);
}

static void key_with_more_than_its_share_gives_connections_away(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 4);
	int i;

	for (i = 0; i < 8; i++)
		fake_ask(w, "a");
	for (i = 0; i < 4; i++)
		fake_connect(w, "a");
	for (i = 0; i < 4; i++)
		fake_ask(w, "b");
	fake_log(w);
	for (i = 0; i < 3; i++)
		fake_release(w, &w->requests[i]);
	assert_string_equal(fake_log(w), "close a, dial b, grant 5 deferred, close a, dial b");
}

static void key_that_has_its_share_does_not_stand_before_one_that_has_less(void **state)
{
	struct fake_world *w = fake_world_for(state, 8, 8);
	int i;

	for (i = 0; i < 16; i++)
		fake_ask(w, i < 10 ? "a" : i < 13 ? "b" : "c");
	for (i = 0; i < 4; i++)
		fake_connect(w, "a");
	assert_int_equal(w->pool.dialing + w->pool.using, 8);
	fake_log(w);
	for (i = 0; i < 4; i++)
		fake_release(w, &w->requests[i]);
	assert_string_equal(fake_log(w), "close a, dial b, close a, dial c, grant 5 deferred, close a, dial b");
}

static void blocked_key_whose_waiters_leave_blocks_nobody(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask_within(w, "b", 1);
	fake_ask(w, "c");
	fake_pass(w, 2);
	fake_log(w);
	fake_release(w, r);
	assert_string_equal(fake_log(w), "close a, dial c");
}

static void cancelled_waiter_takes_its_dial_with_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *r = fake_ask(w, "a");

	assert_ptr_equal(pool_cancel(&w->pool, fake_id(w, r)), &r->request);
	assert_string_equal(fake_log(w), "dial a, cancel a");
	assert_int_equal(w->pool.keys.count, 0);
	fake_ask(w, "b");
	assert_string_equal(fake_log(w), "dial b");
	assert_int_equal(r->answers, 0);
}

static void cancelled_waiter_leaves_its_dial_to_those_behind_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_ask(w, "a");
	pool_cancel(&w->pool, fake_id(w, r));
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 2 new");
}

static void last_waiter_to_leave_ends_a_dial_that_was_anothers(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *first = fake_ask(w, "a"), *last = fake_ask(w, "a");

	pool_cancel(&w->pool, fake_id(w, first));
	assert_string_equal(fake_log(w), "dial a");
	pool_cancel(&w->pool, fake_id(w, last));
	assert_string_equal(fake_log(w), "cancel a");
}

static void cancelled_answer_gives_its_connection_back(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	assert_ptr_equal(pool_cancel(&w->pool, fake_id(w, r)), &r->request);
	r->slot = NULL;
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 deferred");
	assert_int_equal(w->pool.ended[ENDED_CANCELLED], 1);
	assert_int_equal(w->pool.ended[ENDED_CONNECTED], 0);
}

static void cancel_comes_too_late_once_the_answer_was_seen(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *r = fake_ask(w, "a");
	uint64_t id = fake_id(w, r);

	fake_connect(w, "a");
	pool_seen(&w->pool, &r->request);
	assert_null(pool_cancel(&w->pool, id));
	assert_int_equal(errno, EALREADY);
	fake_release(w, r);
	fake_ask(w, "a");
	assert_null(pool_cancel(&w->pool, id));
	assert_int_equal(errno, EALREADY);
}

static void ids_of_nobody_and_of_another_pool_mean_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct pool_tickets other;
	struct pool_request r;

	fake_ask(w, "a");
	pool_tickets_init(&other, 2);
	assert_int_equal(pool_ticket_take(&other, &r), 0);
	assert_null(pool_cancel(&w->pool, pool_ticket_id(&other, &r)));
	assert_int_equal(errno, ESRCH);
	assert_null(pool_cancel(&w->pool, 0));
	assert_int_equal(errno, ESRCH);
	pool_tickets_free(&other);
}

static void cancel_leaves_idle_connections_of_the_key_alone(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 2);
	struct fake_request *r;

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	r = fake_ask(w, "a");
	fake_ask(w, "b");
	fake_log(w);
	pool_cancel(&w->pool, fake_id(w, r));
	r->slot = NULL;
	assert_string_equal(fake_log(w), "");
	assert_int_equal(w->pool.idling, 1);
}

static void answer_nobody_wants_gives_its_connection_back(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 2);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	pool_let_go(&w->pool, &r->request);
	r->slot = NULL;
	assert_int_equal(w->pool.idling, 1);
	assert_int_equal(w->pool.tickets.held, 0);
}

static void idle_connection_that_dies_makes_room(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 1);
	struct fake_request *r = fake_ask(w, "a");
	struct pool_slot *slot;

	fake_connect(w, "a");
	slot = r->slot;
	fake_release(w, r);
	pool_idle_ended(&w->pool, slot, HEALTH_STALE);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, close a, dial a");
}

static void shutdown_answers_all_and_ends_all_but_what_is_on_loan(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 4);
	int i;

	for (i = 0; i < 4; i++)
		fake_ask(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "b");
	fake_connect(w, "b");
	fake_release(w, &w->requests[4]);
	fake_log(w);
	pool_shutdown(&w->pool);
	assert_string_equal(fake_log(w),
			    "cancel a, close b, fail 2 shutdown, fail 3 shutdown, fail 4 shutdown");
	assert_int_equal(fake_ask(w, "a")->error_num, ESHUTDOWN);
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a");
}

static void shutdown_answers_those_whom_the_limit_holds_up(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 1);

	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_log(w);
	pool_shutdown(&w->pool);
	pool_shutdown(&w->pool);
	assert_string_equal(fake_log(w), "fail 2 shutdown, fail 3 shutdown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(saturated_key_does_not_hold_up_another, fake_world_end),
		cmocka_unit_test_teardown(waiters_that_timed_out_do_not_hold_up_anybody, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_of_another_key_is_evicted_at_the_limit, fake_world_end),
		cmocka_unit_test_teardown(connection_idle_for_longest_is_evicted_first, fake_world_end),
		cmocka_unit_test_teardown(surplus_dial_is_given_up_before_an_idle_connection, fake_world_end),
		cmocka_unit_test_teardown(nothing_in_use_is_evicted, fake_world_end),
		cmocka_unit_test_teardown(connection_just_granted_is_not_evicted, fake_world_end),
		cmocka_unit_test_teardown(three_hungry_keys_take_turns_at_one_connection, fake_world_end),
		cmocka_unit_test_teardown(hungry_keys_with_equal_shares_keep_their_own_connections, fake_world_end),
		cmocka_unit_test_teardown(hungry_keys_do_not_fight_over_an_odd_connection, fake_world_end),
		cmocka_unit_test_teardown(key_with_more_than_its_share_gives_connections_away, fake_world_end),
		cmocka_unit_test_teardown(key_that_has_its_share_does_not_stand_before_one_that_has_less, fake_world_end),
		cmocka_unit_test_teardown(blocked_key_whose_waiters_leave_blocks_nobody, fake_world_end),
		cmocka_unit_test_teardown(cancelled_waiter_takes_its_dial_with_it, fake_world_end),
		cmocka_unit_test_teardown(cancelled_waiter_leaves_its_dial_to_those_behind_it, fake_world_end),
		cmocka_unit_test_teardown(last_waiter_to_leave_ends_a_dial_that_was_anothers, fake_world_end),
		cmocka_unit_test_teardown(cancelled_answer_gives_its_connection_back, fake_world_end),
		cmocka_unit_test_teardown(cancel_comes_too_late_once_the_answer_was_seen, fake_world_end),
		cmocka_unit_test_teardown(ids_of_nobody_and_of_another_pool_mean_nothing, fake_world_end),
		cmocka_unit_test_teardown(cancel_leaves_idle_connections_of_the_key_alone, fake_world_end),
		cmocka_unit_test_teardown(answer_nobody_wants_gives_its_connection_back, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_that_dies_makes_room, fake_world_end),
		cmocka_unit_test_teardown(shutdown_answers_all_and_ends_all_but_what_is_on_loan, fake_world_end),
		cmocka_unit_test_teardown(shutdown_answers_those_whom_the_limit_holds_up, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
