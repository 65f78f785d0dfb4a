/* The pool's policy on a world without sockets: requests, connections, keys. */
#include "fake_world.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void miss_dials_and_is_granted_a_new_connection(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	assert_string_equal(fake_log(w), "dial a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 1 new");
	assert_int_equal(r->answers, 1);
}

static void freed_connection_is_granted_at_once(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 immediate");
	assert_int_equal(w->pool.ended[ENDED_IMMEDIATE], 1);
}

static void requests_dial_side_by_side_up_to_the_limit_of_the_key(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial a");
	fake_connect(w, "a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "grant 1 new, grant 2 new");
}

static void freed_connection_goes_to_the_oldest_waiter(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, r);
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 deferred");
}

static void dial_that_is_no_longer_needed_ends_idle(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, dial a, grant 2 deferred");
	assert_int_equal(w->pool.idling, 1);
}

static void dial_that_fails_after_its_waiter_was_served_fails_nobody(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, dial a, grant 2 deferred");
	assert_int_equal(w->pool.ended[ENDED_FAILED], 0);
}

static void waiter_who_was_overtaken_by_a_success_is_not_failed_by_another_dial(void **state)
{
	struct fake_world *w = fake_world_for(state, 2, 128);
	struct link *second;

	fake_ask(w, "a");
	fake_ask(w, "a");
	second = w->pool.dials.next->next;
	w->dials--;
	pool_dialled(&w->pool, LIST_ENTRY(second, struct pool_slot, in_pool));
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial a, grant 1 new, dial a");
}

static void failed_dial_fails_its_own_waiter_and_the_next_one_starts(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_ask(w, "a");
	fake_refuse(w, "a");
	fake_refuse(w, "a");
	fake_connect(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 connect, dial a, fail 2 connect, dial a, grant 3 new");
}

static void name_that_fails_fails_all_who_wait_for_it(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	fake_ask(w, "a");
	fake_ask(w, "b");
	fake_ask(w, "a");
	fake_no_such_name(w, "a");
	assert_string_equal(fake_log(w), "dial a, dial b, fail 1 resolve, fail 3 resolve");
}

static void newcomer_does_not_overtake_the_queue(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	fake_release(w, r);
	fake_ask(w, "a");
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 deferred, grant 3 deferred");
}

static void connection_freed_last_is_reused_first(void **state)
{
	struct fake_world *w = fake_world_for(state, 3, 128);
	struct pool_slot *slots[3];
	int i;

	for (i = 0; i < 3; i++)
		fake_ask(w, "a");
	for (i = 0; i < 3; i++)
		fake_connect(w, "a");
	for (i = 0; i < 3; i++) {
		slots[i] = w->requests[i].slot;
		fake_release(w, &w->requests[i]);
	}
	for (i = 0; i < 3; i++)
		assert_ptr_equal(fake_ask(w, "a")->slot, slots[2 - i]);
}

static void stale_connection_is_closed_at_checkout_and_another_dialled(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_release(w, r);
	w->health = HEALTH_STALE;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, grant 1 new, close a, dial a");
	assert_int_equal(w->pool.stale, 1);
}

static void dirty_connection_is_not_handed_over(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	w->health = HEALTH_DIRTY;
	fake_release(w, r);
	assert_string_equal(fake_log(w), "dial a, grant 1 new, close a, dial a");
	assert_int_equal(w->pool.dirty, 1);
}

static void spoilt_connection_is_closed_and_makes_room(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r = fake_ask(w, "a");

	fake_connect(w, "a");
	fake_ask(w, "a");
	pool_release(&w->pool, pool_take(&w->pool, &r->request), VERDICT_SPOILT);
	r->slot = NULL;
	assert_string_equal(fake_log(w), "dial a, grant 1 new, close a, dial a");
}

static void full_queue_refuses_and_changes_nothing(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	struct fake_request *r;

	w->pool.plan.max_queue = 2;
	fake_ask(w, "a");
	fake_ask(w, "a");
	r = fake_ask(w, "b");
	assert_string_equal(fake_log(w), "dial a");
	assert_int_equal(r->error_num, EAGAIN);
	assert_int_equal(w->pool.accepted, 2);
	assert_int_equal(w->pool.keys.count, 1);
}

static void dial_that_fails_while_being_started_fails_its_waiter(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->dial_error = EMFILE;
	fake_ask(w, "a");
	assert_string_equal(fake_log(w), "dial a, fail 1 socket");
	assert_int_equal(w->requests[0].error_num, EMFILE);
}

static void connection_is_closed_after_max_uses(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);

	w->pool.plan.max_uses = 2;
	fake_ask(w, "a");
	fake_connect(w, "a");
	fake_release(w, &w->requests[0]);
	fake_release(w, fake_ask(w, "a"));
	assert_string_equal(fake_log(w), "dial a, grant 1 new, grant 2 immediate, close a");
}

static void what_parts_names_parts_connections(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	const struct pool_name names[] = {
		{ .scheme = "http", .address = "a", .port = 80 },
		{ .scheme = "https", .address = "a", .port = 80 },
		{ .scheme = "http", .address = "b", .port = 80 },
		{ .scheme = "http", .address = "a", .port = 81 },
		{ .scheme = "http", .address = "a", .port = 80, .bind_address = "127.0.0.2" },
		{ .scheme = "http", .address = "a", .port = 80, .for_scheme = "http", .for_address = "x", .for_port = 1 },
		{ .scheme = "http", .address = "a", .port = 80, .for_scheme = "http", .for_address = "x", .for_port = 2 },
		{ .scheme = "http", .address = "a", .port = 80, .for_scheme = "http", .for_address = "y", .for_port = 1 },
		{ .scheme = "http", .address = "a", .port = 80, .for_scheme = "ftp", .for_address = "x", .for_port = 1 },
	};
	size_t n = sizeof names / sizeof *names, i;

	for (i = 0; i < n; i++) {
		assert_int_equal(pool_allocate(&w->pool, &w->requests[w->asked++].request, &names[i], 10), 0);
		assert_int_equal(w->pool.keys.count, i + 1);
	}
	for (i = 0; i < n; i++)
		assert_ptr_equal(pool_key_find(&w->pool.keys, &names[i]), w->requests[i].request.key);
}

static void keys_come_and_go_and_are_found_throughout(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 128);
	struct pool_table *table = &w->pool.keys;
	char host[16];
	int i;

	for (i = 0; i < 5000; i++) {
		snprintf(host, sizeof host, "host%d", i);
		assert_non_null(pool_key_get(table, &(struct pool_name){ .scheme = "s", .address = host }));
		if (i < 1000)
			continue;
		snprintf(host, sizeof host, "host%d", (i - 1000) ^ 1);
		pool_key_free(table, pool_key_find(table, &(struct pool_name){ .scheme = "s", .address = host }));
	}
	for (i = 4000; i < 5000; i++) {
		snprintf(host, sizeof host, "host%d", i);
		pool_key_free(table, pool_key_find(table, &(struct pool_name){ .scheme = "s", .address = host }));
	}
	assert_int_equal(table->count, 0);
	assert_int_equal(table->size, 2048);
}

static void checkout_gives_what_is_idle_and_nothing_else(void **state)
{
	struct fake_world *w = fake_world_for(state, 1, 128);
	const struct pool_name a = { .scheme = "http", .address = "a", .port = 80 };
	struct fake_request *r;

	assert_null(pool_checkout(&w->pool, &a));
	r = fake_ask(w, "a");
	fake_connect(w, "a");
	assert_null(pool_checkout(&w->pool, &a));
	fake_release(w, r);
	r->slot = pool_checkout(&w->pool, &a);
	assert_non_null(r->slot);
	assert_null(pool_checkout(&w->pool, &a));
	assert_int_equal(w->pool.ended[ENDED_IMMEDIATE], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(miss_dials_and_is_granted_a_new_connection, fake_world_end),
		cmocka_unit_test_teardown(freed_connection_is_granted_at_once, fake_world_end),
		cmocka_unit_test_teardown(requests_dial_side_by_side_up_to_the_limit_of_the_key, fake_world_end),
		cmocka_unit_test_teardown(freed_connection_goes_to_the_oldest_waiter, fake_world_end),
		cmocka_unit_test_teardown(dial_that_is_no_longer_needed_ends_idle, fake_world_end),
		cmocka_unit_test_teardown(dial_that_fails_after_its_waiter_was_served_fails_nobody, fake_world_end),
		cmocka_unit_test_teardown(waiter_who_was_overtaken_by_a_success_is_not_failed_by_another_dial, fake_world_end),
		cmocka_unit_test_teardown(failed_dial_fails_its_own_waiter_and_the_next_one_starts, fake_world_end),
		cmocka_unit_test_teardown(name_that_fails_fails_all_who_wait_for_it, fake_world_end),
		cmocka_unit_test_teardown(newcomer_does_not_overtake_the_queue, fake_world_end),
		cmocka_unit_test_teardown(connection_freed_last_is_reused_first, fake_world_end),
		cmocka_unit_test_teardown(stale_connection_is_closed_at_checkout_and_another_dialled, fake_world_end),
		cmocka_unit_test_teardown(dirty_connection_is_not_handed_over, fake_world_end),
		cmocka_unit_test_teardown(spoilt_connection_is_closed_and_makes_room, fake_world_end),
		cmocka_unit_test_teardown(full_queue_refuses_and_changes_nothing, fake_world_end),
		cmocka_unit_test_teardown(dial_that_fails_while_being_started_fails_its_waiter, fake_world_end),
		cmocka_unit_test_teardown(connection_is_closed_after_max_uses, fake_world_end),
		cmocka_unit_test_teardown(what_parts_names_parts_connections, fake_world_end),
		cmocka_unit_test_teardown(keys_come_and_go_and_are_found_throughout, fake_world_end),
		cmocka_unit_test_teardown(checkout_gives_what_is_idle_and_nothing_else, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
