#include "harness.h"

#include <errno.h>

static void make(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	char text[] = "own";

	h->postback = poe_postback_new(ev->kernel, "e", poe_str(text), poe_int(1));
	assert_non_null(h->postback);
	text[0] = 'x';
}

static const struct poe_state states[] = {
	{ "_start", make }, { "e", harness_record_args }, { "_stop", harness_record }, { 0 }
};

static void postback_posts_its_values_and_then_those_it_is_fired_with(void **state)
{
	struct harness *h = *state;

	harness_session(h, NULL, states);
	assert_int_equal(poe_postback_fire(h->postback), 0);
	assert_int_equal(poe_postback_fire(h->postback, poe_str("fired"), harness_object(h)), 0);
	poe_postback_free(h->postback);
	harness_run(h);
	assert_recorded(h, "e(own,1) e(own,1,fired,counted) _stop");
	assert_int_equal(h->released, 1);
}

static void fire(struct poe_event *ev)
{
	poe_postback_fire(harness_of(ev)->postback, poe_address(ev->session));
	poe_postback_free(harness_of(ev)->postback);
}

static void set_timer(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "fire", 3600);
}

static void record_sender(struct poe_event *ev)
{
	harness_tell(ev, "%s", ev->sender.v == poe_arg_address(ev, 2).v ? "from the firing session" : "?");
}

static void postback_keeps_its_session_and_may_be_fired_by_another(void **state)
{
	static const struct poe_state makers[] = { { "_start", make }, { "e", record_sender }, { 0 } };
	static const struct poe_state others[] = { { "_start", set_timer }, { "fire", fire }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, makers);
	harness_session(h, NULL, others);
	harness_run(h);
	assert_recorded(h, "from the firing session");
}

static void weakened_postback_keeps_nothing_and_then_fails(void **state)
{
	struct harness *h = *state;

	harness_session(h, NULL, states);
	poe_postback_weaken(h->postback);
	poe_postback_weaken(h->postback);
	assert_int_equal(poe_postback_fire(h->postback), 0);
	harness_run(h);
	assert_recorded(h, "e(own,1) _stop");
	errno = 0;
	assert_int_equal(poe_postback_fire(h->postback, harness_object(h)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 1);
	poe_postback_free(h->postback);
	poe_postback_free(NULL);
}

static void make_two_and_weaken_one(struct poe_event *ev)
{
	struct poe_postback *other = poe_postback_new(ev->kernel, "other");

	make(ev);
	poe_postback_weaken(other);
	poe_postback_weaken(other);
	poe_postback_free(other);
}

static void weakening_one_twice_leaves_the_others_their_hold(void **state)
{
	static const struct poe_state two[] = { { "_start", make_two_and_weaken_one }, { "_stop", harness_record }, { 0 } };
	static const struct poe_state others[] = { { "_start", set_timer }, { "fire", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "two", two);
	h->sid = harness_session(h, "timer", others);
	while (h->text[0] == '\0')
		poe_run_one_timeslice(h->kernel);
	assert_recorded(h, "timer:fire");
	poe_postback_free(h->postback);
	harness_run(h);
	assert_recorded(h, "timer:fire two:_stop");
}

static void postback_outlives_a_forced_stop(void **state)
{
	struct harness *h = *state;

	harness_session(h, NULL, states);
	poe_kernel_stop(h->kernel);
	assert_int_equal(poe_postback_fire(h->postback), -1);
	poe_postback_free(h->postback);
	harness_run(h);
}

static void make_badly(struct poe_event *ev)
{
	errno = 0;
	assert_null(poe_postback_new(ev->kernel, "e", harness_object(harness_of(ev))));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(poe_postback_new(ev->kernel, ""));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(poe_postback_new(ev->kernel, "e", poe_bytes(NULL, 4)));
	assert_int_equal(errno, EMSGSIZE);
}

static void refused_postback_keeps_nothing(void **state)
{
	static const struct poe_state bad[] = { { "_start", make_badly }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, bad);
	assert_int_equal(h->released, 1);
	errno = 0;
	assert_null(poe_postback_new(h->kernel, "e"));
	assert_int_equal(errno, ESRCH);
	harness_run(h);
	assert_recorded(h, "_stop");
}

static void too_many_values_together_are_emsgsize(void **state)
{
	struct poe_value values[65];
	struct harness *h = *state;

	for (int i = 0; i < 65; i++)
		values[i] = i < 63 ? poe_int(i) : poe_none();
	harness_session(h, NULL, states);
	errno = 0;
	assert_int_equal(poe_postback_firev(h->postback, "here", values), -1);
	assert_int_equal(errno, EMSGSIZE);
	values[62] = poe_none();
	assert_int_equal(poe_postback_firev(h->postback, "here", values), 0);
	poe_postback_free(h->postback);
	poe_kernel_stop(h->kernel);
	harness_run(h);
}

static void answer_sum(struct poe_event *ev)
{
	harness_record_args(ev);
	poe_return(ev, poe_int(poe_arg_int(ev, 0) + poe_arg_int(ev, 1)));
}

static void make_callback(struct poe_event *ev)
{
	harness_of(ev)->postback = poe_postback_new(ev->kernel, "sum", poe_int(40));
}

static void postback_called_runs_at_once_and_returns(void **state)
{
	static const struct poe_state own_states[] = { { "_start", make_callback }, { "sum(ii)", answer_sum }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, own_states);
	assert_int_equal(poe_postback_call(h->postback, poe_int(2)).as.i, 42);
	assert_int_equal(errno, 0);
	assert_recorded(h, "sum(40,2)");
	poe_kernel_stop(h->kernel);
	harness_run(h);
	assert_int_equal(poe_postback_call(h->postback, harness_object(h)).kind, POE_NONE);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 1);
	poe_postback_free(h->postback);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(postback_posts_its_values_and_then_those_it_is_fired_with),
		HARNESS_TEST(postback_keeps_its_session_and_may_be_fired_by_another),
		HARNESS_TEST(weakened_postback_keeps_nothing_and_then_fails),
		HARNESS_TEST(weakening_one_twice_leaves_the_others_their_hold),
		HARNESS_TEST(postback_outlives_a_forced_stop),
		HARNESS_TEST(refused_postback_keeps_nothing),
		HARNESS_TEST(too_many_values_together_are_emsgsize),
		HARNESS_TEST(postback_called_runs_at_once_and_returns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
