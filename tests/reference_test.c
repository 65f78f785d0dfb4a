#include "harness.h"

#include <errno.h>
#include <unistd.h>

static const struct poe_state states[] = {
	{ "_start", harness_ignore }, { "e", harness_record }, { "_stop", harness_record }, { 0 }
};

static void tag_counts_up_and_down(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	assert_int_equal(poe_refcount_increment(h->kernel, s, "a"), 1);
	assert_int_equal(poe_refcount_increment(h->kernel, s, "a"), 2);
	assert_int_equal(poe_refcount_increment(h->kernel, s, "b"), 1);
	assert_int_equal(poe_refcount_increment(h->kernel, s, "c"), 1);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), 1);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "b"), 0);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), 0);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "c"), 0);
	harness_run(h);
	assert_recorded(h, "_stop");
}

static void count_below_zero_is_einval(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	errno = 0;
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_refcount_increment(h->kernel, s, "a"), 1);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), 0);
	errno = 0;
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_refcount_increment(h->kernel, s, "a"), 1);
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), 0);
	harness_run(h);
}

static void count_of_nobody_is_esrch_and_of_no_tag_einval(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	errno = 0;
	assert_int_equal(poe_refcount_increment(h->kernel, s, ""), -1);
	assert_int_equal(errno, EINVAL);
	harness_run(h);
	errno = 0;
	assert_int_equal(poe_refcount_increment(h->kernel, s, "a"), -1);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_int_equal(poe_refcount_decrement(h->kernel, s, "a"), -1);
	assert_int_equal(errno, ESRCH);
}

static void let_other_go(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	harness_tell(ev, "%s", poe_post(ev->kernel, h->other, "e") == 0 ? "alive" : "gone");
	poe_refcount_decrement(ev->kernel, h->other, "test");
}

static void set_timer(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "let go", 100);
}

static void tag_keeps_session_and_program_going(void **state)
{
	static const struct poe_state keeper[] = { { "_start", set_timer }, { "let go", let_other_go }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, NULL, states);
	poe_refcount_increment(h->kernel, h->other, "test");
	harness_session(h, "keeper", keeper);
	harness_run(h);
	assert_recorded(h, "keeper:alive e _stop");
}

static void hold_self(struct poe_event *ev)
{
	poe_refcount_increment(ev->kernel, ev->session, "leaked");
	poe_sig(ev->kernel, "IDLE", "idle");
	poe_watch_weaken(poe_select_read(ev->kernel, harness_of(ev)->pipe[0], "ready"));
}

/* As in POE the program would hang for ever; a descriptor that is always ready lets us see round after round. */
static void leaked_tag_prevents_idle(void **state)
{
	static const struct poe_state leaking[] = {
		{ "_start", hold_self }, { "ready", harness_ignore }, { "idle", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
	h->sid = harness_session(h, NULL, leaking);
	for (int i = 0; i < 5; i++)
		assert_int_equal(poe_run_one_timeslice(h->kernel), 1);
	assert_recorded(h, "");
	assert_int_equal(poe_refcount_increment(h->kernel, h->sid, "other"), 1);
	poe_refcount_decrement(h->kernel, h->sid, "leaked");
	assert_int_equal(poe_run_one_timeslice(h->kernel), 1);
	assert_recorded(h, "");
	poe_kernel_stop(h->kernel);
}

static void tags_of_a_stopped_session_are_gone(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_refcount_increment(h->kernel, s, "a");
	poe_refcount_increment(h->kernel, s, "b");
	poe_refcount_increment(h->kernel, s, "c");
	poe_kernel_stop(h->kernel);
	assert_recorded(h, "_stop");
	harness_session(h, "next", states);
	harness_run(h);
	assert_recorded(h, "_stop next:_stop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(tag_counts_up_and_down),
		HARNESS_TEST(count_below_zero_is_einval),
		HARNESS_TEST(count_of_nobody_is_esrch_and_of_no_tag_einval),
		HARNESS_TEST(tag_keeps_session_and_program_going),
		HARNESS_TEST(leaked_tag_prevents_idle),
		HARNESS_TEST(tags_of_a_stopped_session_are_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
