/* The resolver's waiters: look-ups they share, deadlines, cancelling. */
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

static void ask_a_within_one_second(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 1, .timeout = 1 });
}

static void release(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	dns_server_release(w->server);
}

static void stop_holding(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	dns_server_forget(w->server);
	dns_server_add(w->server, "a.test", "192.0.2.2", 100);
}

static void ask_ten_times(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	for (int i = 0; i < 10; i++)
		resolver_world_request(w, (struct poe_resolve_request){ .host = i % 2 ? "a.test" : "A.TEST",
									.port = i });
}

static void ten_askers_share_one_look_up_and_keep_their_ports(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_ten_times);
	assert_int_equal(dns_server_queries(w->server), 2);
	assert_string_equal(resolver_world_log(w),
			    "A.TEST=192.0.2.1:0; a.test=192.0.2.1:1; A.TEST=192.0.2.1:2; a.test=192.0.2.1:3; "
			    "A.TEST=192.0.2.1:4; a.test=192.0.2.1:5; A.TEST=192.0.2.1:6; a.test=192.0.2.1:7; "
			    "A.TEST=192.0.2.1:8; a.test=192.0.2.1:9");
}

static void askers_in_several_sessions_share_one_look_up(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_start(w, ask_a);
	resolver_world_start(w, ask_a);
	resolver_world_run(w, ask_a);
	assert_int_equal(dns_server_queries(w->server), 2);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80; a.test=192.0.2.1:80; a.test=192.0.2.1:80");
}

static void ask_three_and_cancel_the_second(struct resolver_world *w, struct poe_event *ev)
{
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 1 });
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 2 });
	w->first = w->id;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 3 });
	w->number = poe_resolver_cancel(w->resolver, w->first) == 0;
	w->number += poe_resolver_cancel(w->resolver, w->first) == -1 && errno == ESRCH;
	(void)ev;
}

static void one_waiter_cancelled_the_others_are_served(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_three_and_cancel_the_second);
	assert_int_equal(w->number, 2);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:1; a.test=192.0.2.1:3");
}

static void look_up_that_nobody_answers_is_etimedout_after_five_seconds(void **state)
{
	struct resolver_world *w = *state;
	double start = poe_now(w->kernel);

	dns_server_behave(w->server, "a.test", 0, DNS_SILENCE);
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test!ETIMEDOUT");
	assert_true(poe_now(w->kernel) - start >= 5);
	assert_true(poe_now(w->kernel) - start < 5.1);
}

static void ask_shortly_then_patiently(struct resolver_world *w, struct poe_event *ev)
{
	ask_a_within_one_second(w, ev);
	resolver_world_later(w, 2, ask_a);
	resolver_world_later(w, 3, release);
}

static void waiter_that_timed_out_does_not_poison_the_name(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_run(w, ask_shortly_then_patiently);
	assert_string_equal(resolver_world_log(w), "a.test!ETIMEDOUT; a.test=192.0.2.1:80");
}

static void ask_with_two_patiences(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	ask_a_within_one_second(w, ev);
	resolver_world_later(w, 2, release);
}

static void deadline_of_one_waiter_leaves_the_others_waiting(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_run(w, ask_with_two_patiences);
	assert_string_equal(resolver_world_log(w), "a.test!ETIMEDOUT; a.test=192.0.2.1:80");
	assert_int_equal(dns_server_queries(w->server), 2);
}

static void ask_very_patiently_and_again_later(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 1, .timeout = 20 });
	resolver_world_later(w, 6, stop_holding);
	resolver_world_later(w, 7, ask_a);
	resolver_world_later(w, 8, release);
}

static void look_up_older_than_its_timeout_is_not_joined(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_run(w, ask_very_patiently_and_again_later);
	assert_int_equal(dns_server_queries(w->server), 4);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.2:80; a.test=192.0.2.2:1");
}

static void ask_and_cancel(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	assert_int_equal(poe_resolver_cancel(w->resolver, w->id), 0);
	ask_a(w, ev);
	assert_int_equal(poe_resolver_cancel(w->resolver, w->id), 0);
	resolver_world_later(w, 1, release);
	resolver_world_later(w, 2, stop_holding);
	resolver_world_later(w, 3, ask_a);
}

static void late_answer_after_all_have_cancelled_harms_nobody(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_run(w, ask_and_cancel);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.2:80");
	assert_int_equal(dns_server_queries(w->server), 6);
}

static void ask_in_digits_and_cancel(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "192.0.2.1");
	w->first = w->id;
	resolver_world_ask(w, "192.0.2.2");
	w->number = poe_resolver_cancel(w->resolver, w->first) == 0;
}

static void answer_that_is_known_already_can_be_cancelled(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_in_digits_and_cancel);
	assert_int_equal(w->number, 1);
	assert_string_equal(resolver_world_log(w), "192.0.2.2=192.0.2.2:80 cached");
}

static void cancel_the_second(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	w->number += poe_resolver_cancel(w->resolver, w->first) == 0;
	w->on_got = NULL;
}

static void ask_two(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	ask_a(w, ev);
	w->first = w->id;
}

static void answer_due_in_the_same_round_can_be_cancelled(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = cancel_the_second;
	resolver_world_run(w, ask_two);
	assert_int_equal(w->number, 1);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
}

static void cancel_itself(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	w->number = poe_resolver_cancel(w->resolver, w->id) == -1 && errno == ESRCH;
}

static void answer_that_has_come_cannot_be_cancelled(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = cancel_itself;
	resolver_world_run(w, ask_a);
	assert_int_equal(w->number, 1);
}

static void ask_again_after_cancelling(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	w->first = w->id;
	w->number = poe_resolver_cancel(w->resolver, w->first) == 0;
	ask_a(w, ev);
	w->number += poe_resolver_cancel(w->resolver, w->first) == -1 && errno == ESRCH;
}

static void old_id_does_not_cancel_a_newer_request(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_again_after_cancelling);
	assert_int_equal(w->number, 2);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
}

static void cancel_with_wrong_ids(struct resolver_world *w, struct poe_event *ev)
{
	struct poe_resolver *other = poe_resolver_new(w->kernel, NULL);
	struct poe_resolve_request request = { .host = "::1", .event = "got" };

	ask_a(w, ev);
	w->number = poe_resolver_cancel(w->resolver, (poe_resolve_id){ 0 }) == -1 && errno == ESRCH;
	w->number += poe_resolver_cancel(w->resolver, (poe_resolve_id){ w->id.v + 1 }) == -1;
	w->number += poe_resolver_cancel(w->resolver, poe_resolver_resolve(other, &request)) == -1;
	poe_resolver_unref(other);
}

static void id_of_another_resolver_is_unknown(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, cancel_with_wrong_ids);
	assert_int_equal(w->number, 3);
	assert_string_equal(resolver_world_log(w), "::1=[::1]:0 cached; a.test=192.0.2.1:80");
}

static void ask_once_more(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	if (w->number++ < 2)
		resolver_world_ask(w, w->number == 1 ? "a.test" : "b.test");
}

static void answer_s_handler_may_ask_again(void **state)
{
	struct resolver_world *w = *state;

	w->on_got = ask_once_more;
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80; a.test=192.0.2.1:80 cached; b.test!ENOENT");
}

static void ask_and_remember_who(struct resolver_world *w, struct poe_event *ev)
{
	w->asker = ev->session;
	ask_a(w, ev);
	ask_a(w, ev);
}

/* Of the resolver's alarms none is left but the one for c-ares' next try. */
static void count_alarms(struct resolver_world *w, struct poe_event *ev)
{
	struct poe_kernel_stats stats;

	poe_kernel_stats(w->kernel, &stats);
	w->number = (unsigned)stats.alarms;
	release(w, ev);
}

static void kill_the_asker(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	poe_signal(w->kernel, w->asker, "KILL");
	resolver_world_later(w, 0.1, count_alarms);
}

static void asker_that_stops_takes_its_requests_along(void **state)
{
	struct resolver_world *w = *state;
	struct poe_kernel_stats stats;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_start(w, ask_and_remember_who);
	resolver_world_run(w, kill_the_asker);
	assert_int_equal(w->number, 1);
	assert_string_equal(resolver_world_log(w), "");
	poe_kernel_stats(w->kernel, &stats);
	assert_int_equal(stats.alarms, 0);
	assert_int_equal(stats.owned, 0);
}

static void ask_and_cancel_thousands(struct resolver_world *w, struct poe_event *ev)
{
	struct poe_kernel_stats stats;

	(void)ev;
	for (int i = 0; i < 20000; i++) {
		resolver_world_ask(w, "a.test");
		assert_int_equal(poe_resolver_cancel(w->resolver, w->id), 0);
	}
	poe_kernel_stats(w->kernel, &stats);
	w->number = (unsigned)stats.alarms;
}

static void cancelled_requests_leave_nothing_behind(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_write_hosts(w, "192.0.2.1 a.test\n");
	resolver_world_run(w, ask_and_cancel_thousands);
	assert_int_equal(w->number, 0);
	assert_string_equal(resolver_world_log(w), "");
}

static void ask_for_ever(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .timeout = -1 });
	resolver_world_later(w, 100, release);
}

static void negative_timeout_waits_as_long_as_it_takes(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_HOLD);
	resolver_world_run(w, ask_for_ever);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ten_askers_share_one_look_up_and_keep_their_ports, set_up, tear_down),
		cmocka_unit_test_setup_teardown(askers_in_several_sessions_share_one_look_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_waiter_cancelled_the_others_are_served, set_up, tear_down),
		cmocka_unit_test_setup_teardown(look_up_that_nobody_answers_is_etimedout_after_five_seconds, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(waiter_that_timed_out_does_not_poison_the_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deadline_of_one_waiter_leaves_the_others_waiting, set_up, tear_down),
		cmocka_unit_test_setup_teardown(look_up_older_than_its_timeout_is_not_joined, set_up, tear_down),
		cmocka_unit_test_setup_teardown(late_answer_after_all_have_cancelled_harms_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_that_is_known_already_can_be_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_due_in_the_same_round_can_be_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_that_has_come_cannot_be_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_id_does_not_cancel_a_newer_request, set_up, tear_down),
		cmocka_unit_test_setup_teardown(id_of_another_resolver_is_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_s_handler_may_ask_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asker_that_stops_takes_its_requests_along, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelled_requests_leave_nothing_behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(negative_timeout_waits_as_long_as_it_takes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
