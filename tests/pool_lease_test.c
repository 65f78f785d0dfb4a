/* The pool on a world without sockets: a new connection for a bad one, connections that come in and leave. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct pool_name a = { .scheme = "http", .address = "a", .port = 80 };

/* The request's connection is no good; the same asks again. */
static struct fake_request *ask_anew(struct fake_world *w, struct fake_request *r, double seconds)
{
	struct fake_request *anew = &w->requests[w->asked++];
	struct pool_slot *slot = pool_take(&w->pool, &r->request);

	anew->number = w->asked;
	if (pool_allocate_fresh(&w->pool, &anew->request, &slot->key->name, seconds, slot) < 0)
		anew->error_num = errno;
	r->slot = NULL;
	return anew;
}

static void new_one_for_a_bad_one_goes_before_all_who_wait(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_log(w);
	ask_anew(w, r, 5);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "close a, dial a, grant 3 new");
}

static void new_one_for_a_bad_one_is_none_that_was_idle_or_used(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *bad = fake_ask(w, "a"), *other = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_release(w, other);
	fake_log(w);
	ask_anew(w, bad, 5);
	assert_string_equal(fake_log(w), "close a, dial a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "grant 4 immediate");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 3 new");
}

static void idle_connection_makes_room_for_who_wants_a_new_one(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	r = &w->requests[w->asked++];
	r->number = w->asked;
	assert_int_equal(pool_allocate_fresh(&w->pool, &r->request, &a, 5, NULL), 0);
	assert_string_equal(fake_log(w), "close a, dial a");
}

static void used_connection_goes_past_who_wants_a_new_one_to_who_does_not(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *bad = fake_ask(w, "a"), *good = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "a");
	ask_anew(w, bad, 5);
	fake_log(w);
	fake_release(w, good);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 3 deferred, grant 4 new");
}

static void used_connection_makes_room_for_who_wants_a_new_one(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 2);
	struct fake_request *bad, *good = fake_ask(w, "a");

	fake_connect(w, "a");
	bad = fake_ask(w, "a");
	fake_connect(w, "a");
	fake_ask(w, "b");
	fake_log(w);
	ask_anew(w, bad, 5);
	assert_string_equal(fake_log(w), "close a, dial b");
	fake_release(w, good);
	assert_string_equal(fake_log(w), "close a, dial a");
}

static void used_connection_of_a_full_key_goes_for_who_wants_a_new_one(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *good = fake_ask(w, "a"), *anew = &w->requests[1];

	fake_connect(w, "a");
	anew->number = ++w->asked;
	assert_int_equal(pool_allocate_fresh(&w->pool, &anew->request, &a, 5, NULL), 0);
	fake_log(w);
	fake_release(w, good);
	assert_string_equal(fake_log(w), "close a, dial a");
}

static void new_one_keeps_the_deadline_of_the_bad_one(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	r = ask_anew(w, r, 3);
	fake_log(w);
	fake_pass(w, 3.1);
	assert_string_equal(fake_log(w), "cancel a, fail 2 connect in resolve");
	assert_int_equal(r->error_num, ETIMEDOUT);
}

static void new_one_past_its_deadline_is_an_answer(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_log(w);
	ask_anew(w, r, -1);
	assert_string_equal(fake_log(w), "fail 2 connect in queue, close a");
}

static void full_queue_does_not_refuse_a_new_one(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	w->pool.plan.max_queue = 0;
	assert_int_equal(ask_anew(w, r, 5)->error_num, 0);
	assert_string_equal(fake_log(w), "dial a, grant 1 new, close a, dial a");
}

static void new_one_may_be_taken_back(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	r = ask_anew(w, r, 5);
	fake_log(w);
	assert_non_null(pool_cancel(&w->pool, fake_id(w, r)));
	assert_string_equal(fake_log(w), "cancel a");
	assert_int_equal(w->pool.keys.count, 0);
}

/* Matrix 126. */
static void adopted_connection_counts_as_one_on_loan(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct pool_slot *slot = pool_adopt(&w->pool, &a);

	assert_non_null(slot);
	assert_int_equal(w->pool.using, 1);
	assert_null(pool_adopt(&w->pool, &a));
	assert_int_equal(errno, EAGAIN);
	fake_ask(w, "a");
	pool_release(&w->pool, slot, VERDICT_CLEAN);
	assert_string_equal(fake_log(w), "grant 1 deferred");
}

static void adoption_takes_the_place_of_what_is_idle_elsewhere(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 1);
	struct fake_request *r = fake_ask(w, "b");

	fake_connect(w, "b");
	fake_log(w);
	assert_null(pool_adopt(&w->pool, &a));
	assert_int_equal(w->pool.keys.count, 1);
	fake_release(w, r);
	r->slot = pool_adopt(&w->pool, &a);
	assert_non_null(r->slot);
	assert_string_equal(fake_log(w), "close b");
}

static void detached_connection_leaves_its_place_to_others(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_log(w);
	pool_detach(&w->pool, pool_take(&w->pool, &r->request));
	r->slot = NULL;
	assert_string_equal(fake_log(w), "dial a");
	assert_int_equal(w->pool.detached, 1);
}

static void shut_pool_adopts_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	pool_shutdown(&w->pool);
	assert_null(pool_adopt(&w->pool, &a));
	assert_int_equal(errno, ESHUTDOWN);
}

static void parts_of_a_dial_are_timed(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");
	struct pool_slot *slot = r->request.dial;

	fake_pass(w, 0.5);
	pool_dial_phase(&w->pool, slot, SLOT_CONNECTING);
	fake_pass(w, 0.25);
	pool_dial_phase(&w->pool, slot, SLOT_PROXY);
	fake_pass(w, 2);
	fake_connect(w, "a");
	assert_true(slot->spent[SLOT_RESOLVING] == 0.5 && slot->spent[SLOT_CONNECTING] == 0.25 &&
		    slot->spent[SLOT_PROXY] == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(new_one_for_a_bad_one_goes_before_all_who_wait, fake_world_end),
		cmocka_unit_test_teardown(new_one_for_a_bad_one_is_none_that_was_idle_or_used, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_makes_room_for_who_wants_a_new_one, fake_world_end),
		cmocka_unit_test_teardown(used_connection_goes_past_who_wants_a_new_one_to_who_does_not, fake_world_end),
		cmocka_unit_test_teardown(used_connection_makes_room_for_who_wants_a_new_one, fake_world_end),
		cmocka_unit_test_teardown(used_connection_of_a_full_key_goes_for_who_wants_a_new_one, fake_world_end),
		cmocka_unit_test_teardown(new_one_keeps_the_deadline_of_the_bad_one, fake_world_end),
		cmocka_unit_test_teardown(new_one_past_its_deadline_is_an_answer, fake_world_end),
		cmocka_unit_test_teardown(full_queue_does_not_refuse_a_new_one, fake_world_end),
		cmocka_unit_test_teardown(new_one_may_be_taken_back, fake_world_end),
		cmocka_unit_test_teardown(adopted_connection_counts_as_one_on_loan, fake_world_end),
		cmocka_unit_test_teardown(adoption_takes_the_place_of_what_is_idle_elsewhere, fake_world_end),
		cmocka_unit_test_teardown(detached_connection_leaves_its_place_to_others, fake_world_end),
		cmocka_unit_test_teardown(shut_pool_adopts_nothing, fake_world_end),
		cmocka_unit_test_teardown(parts_of_a_dial_are_timed, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
