/* What is done to alarms by their ids. */
#include "harness.h"

#include <errno.h>
#include <math.h>

static void adjust(struct poe_event *ev)
{
	double now = poe_time(ev->kernel);
	poe_alarm_id first = poe_delay_set(ev->kernel, "e", 10, poe_str("first"));
	poe_alarm_id second = poe_delay_set(ev->kernel, "e", 20, poe_str("second"));

	poe_delay_set(ev->kernel, "e", 5, poe_str("third"));
	assert_true(fabs(poe_alarm_adjust(ev->kernel, first, 20) - now - 30) < 1e-3);
	assert_true(fabs(poe_delay_adjust(ev->kernel, second, 5) - now - 5) < 1e-3);
	assert_true(isnan(poe_alarm_adjust(ev->kernel, second, (double)NAN)));
	assert_int_equal(errno, EINVAL);
}

static void adjusted_alarm_comes_at_its_new_time_after_equal_ones(void **state)
{
	static const struct poe_state states[] = { { "_start", adjust }, { "e", harness_record_args }, { 0 } };

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "e(third) e(second) e(first)");
}

static void set_one(struct poe_event *ev)
{
	harness_of(ev)->alarm = poe_delay_set(ev->kernel, "e", 1);
}

static void touch_anothers(struct poe_event *ev)
{
	poe_alarm_id id = harness_of(ev)->alarm;

	errno = 0;
	assert_int_equal(poe_alarm_remove(ev->kernel, id), -1);
	assert_int_equal(errno, EPERM);
	errno = 0;
	assert_true(isnan(poe_alarm_adjust(ev->kernel, id, 1)));
	assert_int_equal(errno, EPERM);
	errno = 0;
	assert_true(isnan(poe_delay_adjust(ev->kernel, id, 1)));
	assert_int_equal(errno, EPERM);
	assert_int_equal(poe_alarm_weaken(ev->kernel, id), -1);
	assert_int_equal(poe_alarm_clear(ev->kernel, "e"), 0);
	assert_int_equal(poe_alarm_remove_all(ev->kernel), 0);
}

static void alarm_of_another_session_is_eperm(void **state)
{
	static const struct poe_state owner[] = { { "_start", set_one }, { "e", harness_record }, { 0 } };
	static const struct poe_state other[] = { { "_start", touch_anothers }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, owner);
	harness_session(h, NULL, other);
	harness_run(h);
	assert_recorded(h, "e");
}

static void touch_fired(struct poe_event *ev)
{
	poe_alarm_id id = harness_of(ev)->alarm;

	errno = 0;
	assert_int_equal(poe_alarm_remove(ev->kernel, id), -1);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_true(isnan(poe_alarm_adjust(ev->kernel, id, 1)));
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_true(isnan(poe_delay_adjust(ev->kernel, id, 1)));
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_alarm_remove(ev->kernel, (poe_alarm_id){ 0 }), -1);
	assert_int_not_equal(poe_delay_set(ev->kernel, "none", 1).v, id.v);
}

static void fired_alarm_is_esrch_and_its_id_is_not_used_again(void **state)
{
	static const struct poe_state states[] = { { "_start", set_one }, { "e", touch_fired }, { 0 } };

	harness_session(*state, NULL, states);
	harness_run(*state);
}

static void set_weak(struct poe_event *ev)
{
	poe_alarm_id id = poe_delay_set(ev->kernel, "e", 5);

	poe_delay_set(ev->kernel, "strong", 1);
	assert_int_equal(poe_alarm_weaken(ev->kernel, id), 0);
	assert_int_equal(poe_alarm_weaken(ev->kernel, id), 0);
}

static void weak_alarm_keeps_nothing(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", set_weak }, { "e", harness_record }, { "strong", harness_record }, { "_stop", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "strong _stop");
}

static void weak_alarm_comes_while_its_session_lives(void **state)
{
	static const struct poe_state states[] = { { "_start", set_weak }, { "e", harness_record }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_refcount_increment(h->kernel, s, "test");
	while (h->text[0] == '\0')
		assert_int_equal(poe_run_one_timeslice(h->kernel), 1);
	poe_refcount_decrement(h->kernel, s, "test");
	harness_run(h);
	assert_recorded(h, "e");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(adjusted_alarm_comes_at_its_new_time_after_equal_ones),
		HARNESS_TEST(alarm_of_another_session_is_eperm),
		HARNESS_TEST(fired_alarm_is_esrch_and_its_id_is_not_used_again),
		HARNESS_TEST(weak_alarm_keeps_nothing),
		HARNESS_TEST(weak_alarm_comes_while_its_session_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
