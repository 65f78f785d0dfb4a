#include "harness.h"

#include <errno.h>
#include <math.h>

static void set_out_of_order(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "e", 3, poe_int(3));
	poe_delay_set(ev->kernel, "e", 1, poe_int(1), poe_str("one"));
	poe_alarm_set(ev->kernel, "e", poe_time(ev->kernel) + 2, poe_int(2));
	poe_delay_add(ev->kernel, "e", 1, poe_int(11));
	poe_alarm_add(ev->kernel, "e", poe_time(ev->kernel) + 10);
}

static void alarms_come_at_their_times_and_equal_ones_in_order(void **state)
{
	static const struct poe_state states[] = { { "_start", set_out_of_order }, { "e", harness_record_args }, { 0 } };
	struct harness *h = *state;
	double start = poe_now(h->kernel);

	harness_session(h, NULL, states);
	assert_int_equal(harness_stats(h).alarms, 5);
	harness_run(h);
	assert_recorded(h, "e(1,one) e(11) e(2) e(3) e()");
	assert_true(fabs(poe_now(h->kernel) - start - 10) < 1e-3);
}

static void set_a_day(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "e", 86400);
}

static void virtual_day_takes_a_moment(void **state)
{
	static const struct poe_state states[] = { { "_start", set_a_day }, { "e", harness_record }, { 0 } };
	struct harness *h = *state;
	double wall = poe_time(h->kernel);

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "e");
	assert_true(fabs(poe_time(h->kernel) - wall - 86400) < 1e-3);
}

static void set_past_after_posts(struct poe_event *ev)
{
	poe_yield(ev->kernel, "post1");
	poe_alarm_set(ev->kernel, "past2", poe_time(ev->kernel) - 50);
	poe_delay_set(ev->kernel, "past1", -100);
	poe_delay_set(ev->kernel, "zero", 0);
	poe_yield(ev->kernel, "post2");
}

/* Asked of POE 1.370: neg, p1, zero, p2. */
static void past_alarm_overtakes_what_is_queued_and_zero_does_not(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", set_past_after_posts }, { "_stop", harness_ignore }, { "post1", harness_record },
		{ "post2", harness_record }, { "past1", harness_record }, { "past2", harness_record },
		{ "zero", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "past1 past2 post1 zero post2");
}

static void set_extremes(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "e", 1e300, poe_str("huge"));
	poe_delay_set(ev->kernel, "e", -(double)INFINITY, poe_str("ever"));
	poe_delay_set(ev->kernel, "e", -1e300, poe_str("long ago"));
	poe_alarm_set(ev->kernel, "e", 0, poe_str("epoch"));
	harness_of(ev)->alarm = poe_delay_set(ev->kernel, "e", (double)INFINITY, poe_str("never"));
	assert_int_not_equal(harness_of(ev)->alarm.v, 0);
}

static void remove_on_huge(struct poe_event *ev)
{
	harness_record_args(ev);
	if (poe_arg_str(ev, 0)[0] == 'h')
		assert_int_equal(poe_alarm_remove(ev->kernel, harness_of(ev)->alarm), 0);
}

static void huge_and_infinite_times_sort_like_numbers(void **state)
{
	static const struct poe_state states[] = { { "_start", set_extremes }, { "e(s)", remove_on_huge }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "e(ever) e(long ago) e(epoch) e(huge)");
}

static void traced_time_is_limited_to_what_a_number_holds(void **state)
{
	static const struct poe_state states[] = { { "_start", set_extremes }, { 0 } };
	struct poe_trace_record records[32];
	struct harness *h = *state;
	int64_t least = 0, most = 0;

	assert_int_equal(poe_trace_keep(h->kernel, 32), 0);
	harness_session(h, NULL, states);
	for (size_t i = poe_trace_read(h->kernel, records, 32); i-- > 0;) {
		least = records[i].number < least ? records[i].number : least;
		most = records[i].number > most ? records[i].number : most;
	}
	assert_int_equal(least, INT64_C(-1000000000000000000));
	assert_int_equal(most, INT64_C(1000000000000000000));
	poe_kernel_stop(h->kernel);
	harness_run(h);
}

static void set_badly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	errno = 0;
	assert_int_equal(poe_delay_set(ev->kernel, "e", (double)NAN, harness_object(h)).v, 0);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_alarm_set(ev->kernel, "e", (double)NAN, harness_object(h)).v, 0);
	assert_int_equal(poe_delay_set(ev->kernel, "", 1, harness_object(h)).v, 0);
	assert_int_equal(poe_delay(ev->kernel, "e", (double)NAN, harness_object(h)), -1);
	assert_int_equal(poe_alarm(ev->kernel, NULL, 1., harness_object(h)), -1);
	errno = 0;
	assert_int_equal(poe_delay_add(ev->kernel, "e", 1, harness_object(h), poe_bytes(NULL, 2)), -1);
	assert_int_equal(errno, EMSGSIZE);
	errno = 0;
	assert_int_equal(poe_alarm_clear(ev->kernel, NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(h->released, 6);
}

static void bad_alarm_sets_nothing(void **state)
{
	static const struct poe_state states[] = { { "_start", set_badly }, { "e", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	assert_int_equal(harness_stats(h).alarms, 0);
	harness_run(h);
	assert_recorded(h, "");
}

static void alarms_are_a_handlers_business(void **state)
{
	struct harness *h = *state;

	errno = 0;
	assert_int_equal(poe_delay_set(h->kernel, "e", 1).v, 0);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_int_equal(poe_alarm_remove_all(h->kernel), -1);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_int_equal(poe_alarm_clear(h->kernel, "never heard of"), -1);
	assert_int_equal(errno, ESRCH);
}

static void replace(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "e", 1, poe_str("by id"));
	poe_delay_add(ev->kernel, "e", 2, poe_str("added"));
	poe_delay_set(ev->kernel, "other", 3);
	assert_int_equal(poe_delay(ev->kernel, "e", (double)NAN), -1);
	assert_int_equal(harness_stats(harness_of(ev)).alarms, 3);
	assert_int_equal(poe_delay(ev->kernel, "e", 5, poe_str("last")), 0);
	assert_int_equal(harness_stats(harness_of(ev)).alarms, 2);
	assert_int_equal(poe_alarm(ev->kernel, "other", poe_time(ev->kernel) + 6), 0);
	assert_int_equal(harness_stats(harness_of(ev)).alarms, 2);
}

static void alarm_by_name_replaces_all_of_that_name(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", replace }, { "e", harness_record_args }, { "other", harness_record_args }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "e(last) other()");
}

static void clear_some(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	poe_delay_set(ev->kernel, "a", 1, harness_object(h));
	poe_delay_set(ev->kernel, "b", 1);
	poe_delay_set(ev->kernel, "a", 2, harness_object(h));
	assert_int_equal(poe_alarm_clear(ev->kernel, "never heard of"), 0);
	assert_int_equal(poe_alarm_clear(ev->kernel, "a"), 2);
	assert_int_equal(h->released, 2);
	poe_delay_set(ev->kernel, "c", 1);
	assert_int_equal(poe_alarm_remove_all(ev->kernel), 2);
	assert_int_equal(poe_alarm_remove_all(ev->kernel), 0);
}

static void cleared_alarms_do_not_come_and_release_their_values(void **state)
{
	static const struct poe_state states[] = { { "_start", clear_some }, { "_default", harness_record_args }, { 0 } };

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "_default(_stop)");
}

static void clear_all_but_the_wheels(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "poe.rested", 1);
	poe_delay_set(ev->kernel, "poe", 1);
	assert_int_equal(poe_alarm_remove_all(ev->kernel), 1);
}

/* A listener that rests for want of descriptors did not wake up again. */
static void alarm_of_a_wheel_survives_its_sessions_remove_all(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", clear_all_but_the_wheels }, { "poe.rested", harness_record }, { "poe", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "poe.rested");
}

struct remover {
	struct poe_object object;
	struct poe_kernel *kernel;
	poe_alarm_id victims[2];
};

static void remove_victims(struct poe_object *object)
{
	struct remover *remover = (struct remover *)object;

	for (int i = 0; i < 2; i++)
		poe_alarm_remove(remover->kernel, remover->victims[i]);
}

static void clear_with_remover(struct poe_event *ev)
{
	static const struct poe_type type = { .name = "remover", .release = remove_victims };
	struct remover remover = { .object = { &type }, .kernel = ev->kernel };

	for (int i = 0; i < 2; i++)
		remover.victims[i] = poe_delay_set(ev->kernel, "e", 1);
	poe_delay_set(ev->kernel, "e", 1, poe_obj(&remover.object));
	poe_delay_set(ev->kernel, "e", 1);
	assert_int_equal(poe_delay(ev->kernel, "e", 5, poe_str("last")), 0);
	assert_int_equal(harness_stats(harness_of(ev)).alarms, 1);
}

static void releasing_an_alarms_value_may_remove_other_alarms(void **state)
{
	static const struct poe_state states[] = { { "_start", clear_with_remover }, { "e", harness_record_args }, { 0 } };

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "e(last)");
}

static void set_with_object(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "nobody", 1, harness_object(harness_of(ev)));
	poe_delay_set(ev->kernel, "later", 9, harness_object(harness_of(ev)));
}

static void alarm_without_a_state_is_undeliverable(void **state)
{
	static const struct poe_state states[] = { { "_start", set_with_object }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_int_equal(h->released, 2);
	assert_int_equal(harness_stats(h).undeliverable, 2);
}

static void alarms_of_a_stopped_session_are_released(void **state)
{
	static const struct poe_state states[] = { { "_start", set_with_object }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	poe_kernel_stop(h->kernel);
	assert_int_equal(h->released, 2);
	assert_int_equal(harness_stats(h).alarms, 0);
	harness_run(h);
}

static void set_real(struct poe_event *ev)
{
	harness_of(ev)->number = (int64_t)(poe_now(ev->kernel) * 1e6);
	poe_delay_set(ev->kernel, "e", .02);
	poe_alarm_set(ev->kernel, "e", poe_time(ev->kernel) + .01);
}

static void check_real(struct poe_event *ev)
{
	double since = poe_now(ev->kernel) - (double)harness_of(ev)->number * 1e-6;

	assert_true(since > .0099);
	harness_record(ev);
}

static void real_alarm_never_comes_early(void **state)
{
	static const struct poe_state states[] = { { "_start", set_real }, { "e", check_real }, { 0 } };
	struct harness *h = *state;
	double start = poe_now(h->kernel);

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "e e");
	assert_true(poe_now(h->kernel) - start > .0199);
}

static void set_many_for_one_time(struct poe_event *ev)
{
	double when = poe_time(ev->kernel) - 5;

	for (int i = 0; i < 200; i++)
		poe_alarm_add(ev->kernel, "due", when, poe_int(i));
}

static void count_in_order(struct poe_event *ev)
{
	assert_int_equal(poe_arg_int(ev, 0), harness_of(ev)->number++);
}

static void alarms_of_one_wall_clock_time_came_out_of_order_on_the_real_clock(void **state)
{
	static const struct poe_state states[] = { { "_start", set_many_for_one_time }, { "due(i)", count_in_order }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_int_equal(h->number, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(alarms_come_at_their_times_and_equal_ones_in_order),
		HARNESS_TEST(virtual_day_takes_a_moment),
		HARNESS_TEST(past_alarm_overtakes_what_is_queued_and_zero_does_not),
		HARNESS_TEST_REAL(past_alarm_overtakes_what_is_queued_and_zero_does_not),
		HARNESS_TEST(huge_and_infinite_times_sort_like_numbers),
		HARNESS_TEST(traced_time_is_limited_to_what_a_number_holds),
		HARNESS_TEST(bad_alarm_sets_nothing),
		HARNESS_TEST(alarms_are_a_handlers_business),
		HARNESS_TEST(alarm_by_name_replaces_all_of_that_name),
		HARNESS_TEST(cleared_alarms_do_not_come_and_release_their_values),
		HARNESS_TEST(alarm_of_a_wheel_survives_its_sessions_remove_all),
		HARNESS_TEST(releasing_an_alarms_value_may_remove_other_alarms),
		HARNESS_TEST(alarm_without_a_state_is_undeliverable),
		HARNESS_TEST(alarms_of_a_stopped_session_are_released),
		HARNESS_TEST_REAL(real_alarm_never_comes_early),
		HARNESS_TEST_REAL(alarms_of_one_wall_clock_time_came_out_of_order_on_the_real_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
