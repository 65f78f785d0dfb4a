/* The pool on a world without sockets: the limit of a proxy, over all who go through it.  Matrix 33. */
#include "fake_world.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static struct fake_world *world_with_limit(void **state, unsigned max_per_proxy)
{
	struct fake_world *w = fake_world_for(state, 4, 128);

	w->pool.plan.max_per_proxy = max_per_proxy;
	return w;
}

static struct fake_request *ask_through(struct fake_world *w, const char *host, const char *proxy)
{
	struct fake_request *r = &w->requests[w->asked++];

	r->number = w->asked;
	assert_int_equal(pool_allocate(&w->pool, &r->request, &(struct pool_name){
		.scheme = "http", .address = host, .port = 80, .proxy = proxy }, 10), 0);
	return r;
}

static void proxy_has_one_limit_for_all_who_go_through_it(void **state)
{
	struct fake_world *w = world_with_limit(state, 2);

	ask_through(w, "a", "p");
	ask_through(w, "b", "p");
	ask_through(w, "c", "p");
	ask_through(w, "d", "q");
	fake_ask(w, "e");
	assert_string_equal(fake_log(w), "dial a, dial b, dial d, dial e");
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "fail 1 connect, dial c");
}

static void host_that_others_are_reached_by_is_a_proxy(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);
	const char *const far[] = { "x", "y" };
	int i;

	for (i = 0; i < 2; i++)
		assert_int_equal(pool_allocate(&w->pool, &w->requests[w->asked++].request, &(struct pool_name){
			.scheme = "http", .address = "a", .port = 80, .for_scheme = "http", .for_address = far[i],
			.for_port = 80 }, 10), 0);
	assert_string_equal(fake_log(w), "dial a");
}

static void idle_connection_makes_room_at_the_proxy(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);
	struct fake_request *r = ask_through(w, "a", "p");

	fake_connect(w, "a");
	fake_release(w, r);
	fake_log(w);
	ask_through(w, "b", "p");
	assert_string_equal(fake_log(w), "close a, dial b");
}

static void idle_connection_elsewhere_is_left_alone(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);

	ask_through(w, "a", "p");
	fake_connect(w, "a");
	ask_through(w, "c", "q");
	fake_connect(w, "c");
	fake_release(w, &w->requests[1]);
	fake_log(w);
	ask_through(w, "b", "p");
	assert_string_equal(fake_log(w), "");
	fake_release(w, &w->requests[0]);
	assert_string_equal(fake_log(w), "close a, dial b");
}

static void two_hosts_take_turns_at_a_full_proxy(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);
	struct fake_request *first = ask_through(w, "a", "p"), *second;

	ask_through(w, "a", "p");
	second = ask_through(w, "b", "p");
	fake_connect(w, "a");
	fake_log(w);
	fake_release(w, first);
	assert_string_equal(fake_log(w), "close a, dial b");
	fake_connect(w, "b");
	fake_release(w, second);
	assert_string_equal(fake_log(w), "grant 3 new, close b, dial a");
}

static void who_waits_for_a_full_proxy_holds_up_nobody_else(void **state)
{
	struct fake_world *w = fake_world_for(state, 4, 2);

	w->pool.plan.max_per_proxy = 1;
	ask_through(w, "a", "p");
	ask_through(w, "b", "p");
	fake_ask(w, "c");
	fake_ask(w, "d");
	assert_string_equal(fake_log(w), "dial a, dial c");
	fake_refuse(w, "a");
	assert_string_equal(fake_log(w), "fail 1 connect, dial d");
	fake_refuse(w, "c");
	assert_string_equal(fake_log(w), "fail 3 connect, dial b");
}

static void who_is_blocked_at_a_proxy_is_answered_at_the_end(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);

	ask_through(w, "a", "p");
	ask_through(w, "b", "p");
	fake_log(w);
	pool_shutdown(&w->pool);
	assert_string_equal(fake_log(w), "cancel a, fail 1 shutdown, fail 2 shutdown");
}

static void limit_of_a_proxy_changes_while_at_work(void **state)
{
	struct fake_world *w = world_with_limit(state, 1);
	struct pool_plan plan = w->pool.plan;

	ask_through(w, "a", "p");
	ask_through(w, "b", "p");
	plan.max_per_proxy = 2;
	pool_set(&w->pool, &plan);
	fake_connect(w, "a");
	fake_connect(w, "b");
	assert_string_equal(fake_log(w), "dial a, dial b, grant 1 new, grant 2 new");
	plan.max_per_proxy = 1;
	pool_set(&w->pool, &plan);
	fake_release(w, &w->requests[0]);
	fake_release(w, &w->requests[1]);
	assert_string_equal(fake_log(w), "close a");
	assert_int_equal(w->pool.idling, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(proxy_has_one_limit_for_all_who_go_through_it, fake_world_end),
		cmocka_unit_test_teardown(host_that_others_are_reached_by_is_a_proxy, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_makes_room_at_the_proxy, fake_world_end),
		cmocka_unit_test_teardown(idle_connection_elsewhere_is_left_alone, fake_world_end),
		cmocka_unit_test_teardown(two_hosts_take_turns_at_a_full_proxy, fake_world_end),
		cmocka_unit_test_teardown(who_waits_for_a_full_proxy_holds_up_nobody_else, fake_world_end),
		cmocka_unit_test_teardown(who_is_blocked_at_a_proxy_is_answered_at_the_end, fake_world_end),
		cmocka_unit_test_teardown(limit_of_a_proxy_changes_while_at_work, fake_world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
