/* A kernel inside a loop that its host made and runs. */
#include "harness.h"

#include <ev.h>
#include <unistd.h>

struct world {
	struct harness harness; /* first: recording sessions want it */
	struct ev_loop *loop;
	struct ev_timer timer;
	int64_t fired;
};

static int setup(void **state)
{
	struct world *w = test_calloc(1, sizeof *w);

	w->loop = ev_loop_new(EVFLAG_AUTO);
	w->harness.pipe[0] = w->harness.pipe[1] = -1;
	w->harness.kernel = poe_kernel_new(&(struct poe_kernel_plan){ .loop = w->loop, .trace = "" });
	*state = w;
	return w->harness.kernel ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	poe_kernel_free(w->harness.kernel);
	ev_loop_destroy(w->loop);
	test_free(w);
	return 0;
}

static void yield_and_delay(struct poe_event *ev)
{
	poe_yield(ev->kernel, "post");
	poe_delay_set(ev->kernel, "alarm", .01);
}

static const struct poe_state busy_states[] = {
	{ "_start", yield_and_delay }, { "post", harness_record }, { "alarm", harness_record }, { "_stop", harness_record }, { 0 }
};

static void hosts_loop_runs_the_kernel_and_ends_with_it(void **state)
{
	struct world *w = *state;

	assert_ptr_equal(poe_kernel_loop(w->harness.kernel), w->loop);
	harness_session(&w->harness, NULL, busy_states);
	ev_run(w->loop, 0);
	assert_recorded(&w->harness, "post alarm _stop");
}

static void kernel_may_run_a_hosts_loop_itself(void **state)
{
	struct world *w = *state;

	harness_session(&w->harness, NULL, busy_states);
	harness_run(&w->harness);
	assert_recorded(&w->harness, "post alarm _stop");
}

static void kernel_without_sessions_does_not_hold_the_loop(void **state)
{
	struct world *w = *state;

	ev_run(w->loop, 0);
	assert_recorded(&w->harness, "");
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct world *w = timer->data;

	(void)loop;
	(void)revents;
	w->fired++;
	poe_post(w->harness.kernel, poe_alias_resolve(w->harness.kernel, "inside"), "post");
}

static void start_timer(struct world *w, double seconds)
{
	ev_timer_init(&w->timer, on_timer, seconds, 0.);
	w->timer.data = w;
	ev_timer_start(w->loop, &w->timer);
}

static void set_alias(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "inside");
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void let_go(struct poe_event *ev)
{
	harness_record(ev);
	poe_refcount_decrement(ev->kernel, ev->session, "test");
}

static void hosts_watcher_may_post_to_a_session(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", set_alias }, { "post", let_go }, { "_stop", harness_record }, { 0 }
	};
	struct world *w = *state;

	harness_session(&w->harness, NULL, states);
	start_timer(w, .01);
	ev_run(w->loop, 0);
	assert_recorded(&w->harness, "post _stop");
}

static void set_only_alias(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "inside");
}

static void idle_comes_in_a_hosts_loop_too(void **state)
{
	static const struct poe_state states[] = { { "_start", set_only_alias }, { "_stop", harness_record }, { 0 } };
	struct world *w = *state;

	harness_session(&w->harness, NULL, states);
	ev_run(w->loop, 0);
	assert_recorded(&w->harness, "_stop");
}

static void loop_is_whole_after_the_kernel_has_gone(void **state)
{
	struct world *w = *state;

	harness_session(&w->harness, NULL, busy_states);
	poe_kernel_stop(w->harness.kernel);
	start_timer(w, 0);
	ev_run(w->loop, 0);
	assert_int_equal(w->fired, 1);
	poe_kernel_free(w->harness.kernel);
	w->harness.kernel = poe_kernel_new(&(struct poe_kernel_plan){ .loop = w->loop, .trace = "" });
	start_timer(w, 0);
	ev_run(w->loop, 0);
	assert_int_equal(w->fired, 2);
}

/* A session heeds the host's timer through the world that its heap, the harness, is part of. */
static void yield_until_fired(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	if (((struct world *)h)->fired == 0 && ++h->number < 10000000)
		poe_yield(ev->kernel, "again");
}

static const struct poe_state yielding_states[] = { { "_start", yield_until_fired }, { "again", yield_until_fired }, { 0 } };

static void yielding_session_does_not_starve_the_host(void **state)
{
	struct world *w = *state;

	harness_session(&w->harness, NULL, yielding_states);
	start_timer(w, .005);
	ev_run(w->loop, 0);
	assert_int_equal(w->fired, 1);
	assert_true(w->harness.number < 10000000);
}

static void yielding_session_does_not_starve_the_host_under_poe_run(void **state)
{
	struct world *w = *state;

	harness_session(&w->harness, NULL, yielding_states);
	start_timer(w, .005);
	harness_run(&w->harness);
	assert_int_equal(w->fired, 1);
	assert_true(w->harness.number < 10000000);
}

static void two_kernels_share_a_loop(void **state)
{
	struct world *w = *state;
	struct harness other = { 0 };

	other.kernel = poe_kernel_new(&(struct poe_kernel_plan){ .loop = w->loop, .trace = "" });
	harness_session(&w->harness, "a", busy_states);
	harness_session(&other, "b", busy_states);
	ev_run(w->loop, 0);
	poe_kernel_free(other.kernel);
	assert_recorded(&w->harness, "a:post a:alarm a:_stop");
	assert_recorded(&other, "b:post b:alarm b:_stop");
}

static void read_and_end(struct poe_event *ev)
{
	harness_record(ev);
	poe_watch_free(harness_of(ev)->watch);
}

static void watch_pipe(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready");
}

static void descriptor_is_watched_in_the_hosts_loop(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_pipe }, { "ready", read_and_end }, { "_stop", harness_record }, { 0 }
	};
	struct world *w = *state;

	harness_pipe(&w->harness);
	assert_int_equal(write(w->harness.pipe[1], "x", 1), 1);
	harness_session(&w->harness, NULL, states);
	ev_run(w->loop, 0);
	close(w->harness.pipe[0]);
	close(w->harness.pipe[1]);
	assert_recorded(&w->harness, "ready _stop");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hosts_loop_runs_the_kernel_and_ends_with_it),
		TEST(kernel_may_run_a_hosts_loop_itself),
		TEST(kernel_without_sessions_does_not_hold_the_loop),
		TEST(hosts_watcher_may_post_to_a_session),
		TEST(idle_comes_in_a_hosts_loop_too),
		TEST(loop_is_whole_after_the_kernel_has_gone),
		TEST(yielding_session_does_not_starve_the_host),
		TEST(yielding_session_does_not_starve_the_host_under_poe_run),
		TEST(two_kernels_share_a_loop),
		TEST(descriptor_is_watched_in_the_hosts_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
