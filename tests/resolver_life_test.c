/* The resolver's life: its handles, its session, the shared one, its end. */
#include "resolver_world.h"

#include <errno.h>
#include <poe/alarm.h>
#include <poe/session.h>
#include <poe/signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int set_up(void **state)
{
	struct resolver_world *w = resolver_world_new(NULL);

	dns_server_add(w->server, "a.test", "192.0.2.1", 100);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	resolver_world_free(*state);
	return 0;
}

static void ask_a(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "a.test");
}

static void give_up(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	poe_resolver_unref(w->resolver);
	w->resolver = NULL;
}

static void ask_and_give_up(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	resolver_world_ask(w, "b.test");
	resolver_world_ask(w, "::1");
	give_up(w, ev);
	assert_string_equal(resolver_world_log(w), "");
}

static void last_reference_gone_cancels_all_that_wait(void **state)
{
	struct resolver_world *w = *state;
	struct poe_kernel_stats stats;

	dns_server_behave(w->server, "a.test", 0, DNS_SILENCE);
	resolver_world_run(w, ask_and_give_up);
	assert_string_equal(resolver_world_log(w), "::1=[::1]:80 cached; a.test!ECANCELED; b.test!ECANCELED");
	poe_kernel_stats(w->kernel, &stats);
	assert_int_equal(stats.sessions, 0);
	assert_int_equal(stats.owned, 0);
}

static void ask_and_give_up_one_of_two(struct resolver_world *w, struct poe_event *ev)
{
	poe_resolver_unref(poe_resolver_ref(w->resolver));
	ask_a(w, ev);
}

static void reference_that_is_not_the_last_changes_nothing(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_and_give_up_one_of_two);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
}

static void resolver_may_be_given_up_in_its_own_answer(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = give_up;
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
	assert_null(w->resolver);
}

static void resolver_never_used_lets_the_program_end(void **state)
{
	struct resolver_world *w = *state;

	assert_int_equal(poe_run(w->kernel), 0);
}

static void handle_of_a_stopped_resolver_is_safe(void **state)
{
	struct resolver_world *w = *state;
	const struct poe_resolve_request request = { .host = "a.test", .event = "got" };

	assert_int_equal(poe_run(w->kernel), 0);
	assert_int_equal(poe_resolver_resolve(w->resolver, &request).v, 0);
	assert_int_equal(errno, ESHUTDOWN);
	assert_int_equal(poe_resolver_cancel(w->resolver, (poe_resolve_id){ 1 }), -1);
	assert_int_equal(errno, ESHUTDOWN);
	poe_resolver_unref(poe_resolver_ref(w->resolver));
}

static void handle_may_outlive_the_kernel(void **state)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct poe_resolver *r = poe_resolver_new(k, NULL);

	(void)state;
	poe_kernel_free(k);
	poe_resolver_unref(r);
}

/* An answer's sender is the resolver's session. */
static void kill_the_resolver(struct resolver_world *w, struct poe_event *ev)
{
	w->on_got = NULL;
	poe_signal(w->kernel, ev->sender, "KILL");
	ask_a(w, ev);
	resolver_world_ask(w, "::2");
	resolver_world_later(w, 1, ask_a);
}

static void ask_in_digits(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "::1");
}

static void resolver_that_is_killed_answers_first(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = kill_the_resolver;
	resolver_world_run(w, ask_in_digits);
	assert_string_equal(resolver_world_log(w),
			    "::1=[::1]:80 cached; a.test!ECANCELED; ::2=[::2]:80 cached; a.test!ESHUTDOWN at once");
}

static void stop_the_kernel(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	resolver_world_ask(w, "::1");
	poe_kernel_stop(w->kernel);
}

static void kernel_stops_with_requests_under_way(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, stop_the_kernel);
	assert_string_equal(resolver_world_log(w), "");
}

static void just_stop_the_kernel(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	poe_kernel_stop(w->kernel);
}

static void kernel_may_be_stopped_in_an_answer(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = just_stop_the_kernel;
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
}

static void shared_resolver_is_one(void **state)
{
	struct resolver_world *w = *state;
	struct poe_resolver *one = poe_resolver_shared(w->kernel), *two = poe_resolver_shared(w->kernel);

	assert_non_null(one);
	assert_ptr_equal(one, two);
	assert_ptr_not_equal(one, w->resolver);
	assert_int_equal(poe_alias_resolve(w->kernel, "resolver").v != 0, 1);
	poe_resolver_unref(one);
	poe_resolver_unref(two);
}

static void shared_resolver_stays_with_its_cache_when_nobody_uses_it(void **state)
{
	struct resolver_world *w = *state;
	struct poe_resolver *first = poe_resolver_shared(w->kernel), *again;

	poe_resolver_unref(first);
	again = poe_resolver_shared(w->kernel);
	assert_ptr_equal(first, again);
	poe_resolver_unref(again);
}

static void shared_resolver_may_be_left_before_others_use_it(void **state)
{
	struct resolver_world *w = *state;

	poe_resolver_unref(poe_resolver_shared(w->kernel));
	poe_resolver_unref(w->resolver);
	w->resolver = poe_resolver_shared(w->kernel);
	assert_non_null(w->resolver);
	assert_int_not_equal(poe_alias_resolve(w->kernel, "resolver").v, 0);
}

static void on_anything(struct poe_event *ev)
{
	(void)ev;
}

static void alias_of_somebody_else_gives_a_resolver_of_one_s_own(void **state)
{
	static const struct poe_state states[] = { { "_start", on_anything }, { "_default", on_anything }, { 0 } };
	struct resolver_world *w = *state;
	struct poe_resolver *r;
	poe_sid foreign = poe_session_create(w->kernel, &(struct poe_session_plan){ .states = states,
										    .alias = "resolver" });

	r = poe_resolver_shared(w->kernel);
	assert_non_null(r);
	assert_int_equal(poe_alias_resolve(w->kernel, "resolver").v, foreign.v);
	poe_resolver_unref(w->resolver);
	w->resolver = r;
	resolver_world_run(w, ask_in_digits);
	assert_string_equal(resolver_world_log(w), "::1=[::1]:80 cached");
}

static void note_child(struct poe_event *ev)
{
	unsigned *me = ev->heap;

	(*me)++;
}

static void make_and_drop(struct poe_event *ev)
{
	poe_resolver_unref(poe_resolver_shared(ev->kernel));
}

static void resolver_is_nobody_s_child(void **state)
{
	static const struct poe_state states[] = { { "_start", make_and_drop }, { "_child", note_child }, { 0 } };
	struct resolver_world *w = *state;

	poe_session_create(w->kernel, &(struct poe_session_plan){ .states = states, .heap = &w->number });
	assert_int_equal(poe_run(w->kernel), 0);
	assert_int_equal(w->number, 0);
}

static void two_kernels_resolve_in_one_process(void **state)
{
	struct resolver_world *one = *state, *two = resolver_world_new(NULL);
	int more;

	dns_server_add(two->server, "a.test", "198.51.100.1", 100);
	resolver_world_start(one, ask_a);
	resolver_world_start(two, ask_a);
	do {
		more = poe_run_one_timeslice(one->kernel);
		more |= poe_run_one_timeslice(two->kernel);
	} while (more);
	assert_string_equal(resolver_world_log(one), "a.test=192.0.2.1:80");
	assert_string_equal(resolver_world_log(two), "a.test=198.51.100.1:80");
	resolver_world_free(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(last_reference_gone_cancels_all_that_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reference_that_is_not_the_last_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(resolver_may_be_given_up_in_its_own_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(resolver_never_used_lets_the_program_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(handle_of_a_stopped_resolver_is_safe, set_up, tear_down),
		cmocka_unit_test(handle_may_outlive_the_kernel),
		cmocka_unit_test_setup_teardown(resolver_that_is_killed_answers_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kernel_stops_with_requests_under_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kernel_may_be_stopped_in_an_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shared_resolver_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shared_resolver_stays_with_its_cache_when_nobody_uses_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shared_resolver_may_be_left_before_others_use_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(alias_of_somebody_else_gives_a_resolver_of_one_s_own, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(resolver_is_nobody_s_child, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_kernels_resolve_in_one_process, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
