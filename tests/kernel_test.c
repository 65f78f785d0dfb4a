#include "harness.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void yield_forever(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	if (++h->number < 100000 && h->text[0] == '\0')
		poe_yield(ev->kernel, "again");
}

static void record_ready(struct poe_event *ev)
{
	harness_record(ev);
	poe_watch_free(harness_of(ev)->watch);
	harness_of(ev)->watch = NULL;
}

static void start_yielding(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready");
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
	poe_yield(ev->kernel, "again");
}

static void session_that_yields_to_itself_does_not_starve_descriptors(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", start_yielding }, { "again", yield_forever }, { "ready", record_ready }, { 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "ready");
	assert_true(h->number < 10000);
}

static void yield_and_alarm(struct poe_event *ev)
{
	poe_yield(ev->kernel, "next");
	poe_delay_set(ev->kernel, "alarm", 0);
	harness_record(ev);
}

static void what_a_round_posts_comes_in_the_next(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "first", yield_and_alarm }, { "second", harness_record },
		{ "next", harness_record }, { "alarm", harness_record }, { 0 }
	};
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_post(h->kernel, s, "first");
	poe_post(h->kernel, s, "second");
	harness_run(h);
	assert_recorded(h, "first second next alarm");
}

static void yield_next(struct poe_event *ev)
{
	poe_yield(ev->kernel, "next");
	harness_record(ev);
}

static void sessions_with_nothing_left_stop_between_rounds(void **state)
{
	static const struct poe_state busy[] = {
		{ "_start", harness_ignore }, { "first", yield_next }, { "next", harness_record }, { 0 }
	};
	static const struct poe_state done[] = { { "_start", harness_ignore }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, "a", busy), "first");
	harness_session(h, "b", done);
	harness_run(h);
	assert_recorded(h, "a:first b:_stop a:next");
}

static void kernel_without_sessions_returns_at_once(void **state)
{
	struct harness *h = *state;

	assert_int_equal(poe_run(h->kernel), 0);
	assert_int_equal(poe_run_one_timeslice(h->kernel), 0);
	assert_string_equal(poe_kernel_error(h->kernel), "");
	poe_kernel_free(NULL);
}

static void stop_everything(struct poe_event *ev)
{
	poe_sid own = ev->session;

	poe_kernel_stop(ev->kernel);
	errno = 0;
	assert_int_equal(poe_post(ev->kernel, own, "e"), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_yield(ev->kernel, "e"), -1);
	assert_int_equal(poe_delay_set(ev->kernel, "e", 1).v, 0);
	assert_int_equal(poe_alias_set(ev->kernel, "x"), -1);
	assert_null(poe_select_read(ev->kernel, 0, "e"));
	/* The heap is still there, as is what came with the event. */
	harness_tell(ev, "still here %s", poe_arg_str(ev, 0));
}

static void set_timer(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "later", 1);
}

static const struct poe_state waiting_states[] = {
	{ "_start", set_timer }, { "later", harness_record }, { "_stop", harness_record }, { 0 }
};

static void kernel_may_be_stopped_in_a_handler(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "stop", stop_everything }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;
	poe_sid s = harness_session(h, "a", states);

	harness_session(h, "b", waiting_states);
	poe_post(h->kernel, s, "stop", poe_str("and well"));
	poe_post(h->kernel, s, "never", harness_object(h));
	harness_run(h);
	assert_recorded(h, "a:_stop b:_stop a:still here and well");
	assert_int_equal(h->released, 1);
}

static void stop_in_call(struct poe_event *ev)
{
	poe_call(ev->kernel, harness_of(ev)->other, "stop", poe_str("below"));
	harness_tell(ev, "above");
}

static void kernel_may_be_stopped_in_a_call(void **state)
{
	static const struct poe_state below[] = { { "_start", harness_ignore }, { "stop", stop_everything }, { 0 } };
	static const struct poe_state above[] = { { "_start", harness_ignore }, { "go", stop_in_call }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, "b", below);
	poe_post(h->kernel, harness_session(h, "a", above), "go");
	harness_run(h);
	assert_recorded(h, "b:still here below a:above");
}

static void stop_from_stop(struct poe_event *ev)
{
	harness_record(ev);
	poe_kernel_stop(ev->kernel);
}

static void kernel_may_be_stopped_in_stop(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "_stop", stop_from_stop }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "b", waiting_states);
	harness_session(h, "a", states);
	harness_session(h, "c", waiting_states);
	harness_run(h);
	assert_recorded(h, "a:_stop b:_stop c:_stop");
}

static void create_two(struct poe_event *ev)
{
	static const struct poe_state stopping[] = { { "_start", harness_ignore }, { "_stop", stop_from_stop }, { 0 } };

	harness_session(harness_of(ev), "c1", waiting_states);
	harness_session(harness_of(ev), "c2", stopping);
}

static void stop_in_a_childs_stop_reaches_parent_and_siblings(void **state)
{
	static const struct poe_state states[] = { { "_start", create_two }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", states);
	harness_run(h);
	assert_recorded(h, "c2:_stop c1:_stop p:_stop");
}

static void stop_in_start(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
	poe_return(ev, harness_object(harness_of(ev)));
}

static void kernel_may_be_stopped_in_start(void **state)
{
	static const struct poe_state states[] = { { "_start", stop_in_start }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "a", waiting_states);
	harness_session(h, "b", states);
	harness_run(h);
	assert_recorded(h, "a:_stop b:_stop");
	assert_int_equal(h->released, 1);
}

static void create_more(struct poe_event *ev)
{
	harness_record(ev);
	if (harness_of(ev)->number++ == 0)
		harness_session(harness_of(ev), "born", waiting_states);
}

static void session_born_in_stop_is_stopped_too(void **state)
{
	static const struct poe_state states[] = { { "_start", set_timer }, { "_stop", create_more }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "old", states);
	poe_kernel_stop(h->kernel);
	assert_recorded(h, "old:_stop born:_stop");
	harness_run(h);
}

static void free_kernel(struct poe_event *ev)
{
	poe_kernel_free(ev->kernel);
}

static void run_kernel(struct poe_event *ev)
{
	poe_run(ev->kernel);
}

static void run_freeing(struct harness *h)
{
	static const struct poe_state states[] = { { "_start", free_kernel }, { 0 } };

	harness_session(h, NULL, states);
}

static void run_running(struct harness *h)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "again", run_kernel }, { 0 } };

	poe_post(h->kernel, harness_session(h, NULL, states), "again");
	poe_run(h->kernel);
}

static void freeing_or_running_the_kernel_in_a_handler_aborts(void **state)
{
	harness_assert_fatal(*state, run_freeing, "poe_kernel_free: called from the handler of _start");
	harness_assert_fatal(*state, run_running, "poe_run: called from the handler of again");
}

static void spin(struct poe_event *ev)
{
	double start = poe_now(ev->kernel);

	while (poe_now(ev->kernel) - start < .02)
		;
}

static void slow_handler_is_counted_and_reported(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "slow", spin }, { "quick", harness_ignore }, { 0 } };
	struct harness *h = *state;
	char said[256];
	poe_sid s;

	poe_kernel_free(h->kernel);
	h->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .slow_handler = .015, .trace = "" });
	s = harness_session(h, NULL, states);
	poe_post(h->kernel, s, "slow");
	poe_post(h->kernel, s, "quick");
	harness_run_listening(h, said, sizeof said);
	assert_int_equal(harness_stats(h).slow, 1);
	assert_non_null(strstr(said, "event slow from "));
	assert_non_null(strstr(said, "its handler took 0.0"));
}

static void kernels_in_one_process_do_not_meet(void **state)
{
	struct harness *h = *state, other = { 0 };
	poe_sid here;

	other.kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	here = harness_session(h, "here", waiting_states);
	assert_int_equal(poe_post(other.kernel, here, "e"), -1);
	harness_session(&other, "there", waiting_states);
	assert_int_equal(poe_run(other.kernel), 0);
	poe_kernel_free(other.kernel);
	assert_string_equal(other.text, "there:later there:_stop");
	harness_run(h);
	assert_recorded(h, "here:later here:_stop");
}

static void stats_count_what_happened(void **state)
{
	struct harness *h = *state;
	struct poe_kernel_stats stats;

	harness_session(h, NULL, waiting_states);
	stats = harness_stats(h);
	assert_int_equal(stats.sessions, 1);
	assert_int_equal(stats.alarms, 1);
	assert_int_equal(stats.queued, 1);
	harness_run(h);
	stats = harness_stats(h);
	assert_int_equal(stats.dispatched, 3);
	assert_int_equal(stats.sessions + stats.alarms + stats.queued, 0);
}

static void serial_number_is_given_once(void **state)
{
	struct harness *h = *state;
	int64_t first = poe_kernel_serial(h->kernel);

	assert_true(first > 0);
	harness_session(h, NULL, waiting_states);
	assert_true(poe_kernel_serial(h->kernel) > first);
	harness_run(h);
}

static void many_sessions_come_and_go(void **state)
{
	static const struct poe_state quiet[] = { { "_start", set_timer }, { "later", harness_ignore }, { 0 } };
	struct harness *h = *state;

	for (int i = 0; i < 20000; i++)
		harness_session(h, NULL, quiet);
	assert_int_equal(harness_stats(h).sessions, 20000);
	harness_run(h);
	assert_int_equal(harness_stats(h).dispatched, 40000);
}

static void time_stands_still_on_the_virtual_clock(void **state)
{
	struct harness *h = *state;
	double now = poe_now(h->kernel);

	harness_session(h, NULL, waiting_states);
	poe_run_one_timeslice(h->kernel);
	assert_true(poe_now(h->kernel) - now == 0);
	harness_run(h);
	assert_true(poe_now(h->kernel) - now > .999);
	assert_true(poe_time(h->kernel) > 1e9);
}

static void take_a_while(struct poe_event *ev)
{
	double end = poe_now(ev->kernel) + 5e-6;

	while (poe_now(ev->kernel) < end)
		continue;
	harness_of(ev)->number++;
}

static void stop_after_all(struct poe_event *ev)
{
	assert_int_equal(harness_of(ev)->number, 50);
}

/* Sessions stopped in another order, now and then, on a slow machine: a round was broken off, and swept after. */
static void round_broken_off_for_descriptors_stops_nobody(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "e", take_a_while }, { "_stop", stop_after_all }, { 0 }
	};
	struct harness *h = *state;

	for (int i = 0; i < 50; i++)
		poe_post(h->kernel, harness_session(h, NULL, states), "e");
	harness_run(h);
	assert_int_equal(h->number, 50);
}

static void again_three_times(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	harness_record(ev);
	if (++h->number == 2)
		*(volatile int *)poe_arg_ptr(ev, 0) = 0;
	if (h->number < 4)
		poe_yield(ev->kernel, "again", poe_arg(ev, 0));
}

static void run_while_ends_with_the_flag_and_goes_on_another_time(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "again(p)", again_three_times }, { 0 } };
	struct harness *h = *state;
	volatile int go = 1;

	poe_post(h->kernel, harness_session(h, NULL, states), "again", poe_ptr((void *)&go));
	assert_int_equal(poe_run_while(h->kernel, &go), 1);
	assert_recorded(h, "again again");
	go = 1;
	assert_int_equal(poe_run_while(h->kernel, &go), 0);
	assert_recorded(h, "again again again again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(round_broken_off_for_descriptors_stops_nobody),
		HARNESS_TEST(session_that_yields_to_itself_does_not_starve_descriptors),
		HARNESS_TEST_REAL(session_that_yields_to_itself_does_not_starve_descriptors),
		HARNESS_TEST(what_a_round_posts_comes_in_the_next),
		HARNESS_TEST_REAL(what_a_round_posts_comes_in_the_next),
		HARNESS_TEST(sessions_with_nothing_left_stop_between_rounds),
		HARNESS_TEST_REAL(sessions_with_nothing_left_stop_between_rounds),
		HARNESS_TEST(kernel_without_sessions_returns_at_once),
		HARNESS_TEST(kernel_may_be_stopped_in_a_handler),
		HARNESS_TEST(kernel_may_be_stopped_in_a_call),
		HARNESS_TEST(kernel_may_be_stopped_in_stop),
		HARNESS_TEST(stop_in_a_childs_stop_reaches_parent_and_siblings),
		HARNESS_TEST(kernel_may_be_stopped_in_start),
		HARNESS_TEST(session_born_in_stop_is_stopped_too),
		HARNESS_TEST(freeing_or_running_the_kernel_in_a_handler_aborts),
		HARNESS_TEST(slow_handler_is_counted_and_reported),
		HARNESS_TEST(kernels_in_one_process_do_not_meet),
		HARNESS_TEST(stats_count_what_happened),
		HARNESS_TEST(serial_number_is_given_once),
		HARNESS_TEST(many_sessions_come_and_go),
		HARNESS_TEST(time_stands_still_on_the_virtual_clock),
		HARNESS_TEST(run_while_ends_with_the_flag_and_goes_on_another_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
