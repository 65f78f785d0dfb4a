/* What components do with watches: anonymous states, giving away, weakening. */
#include "harness.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void watch_for_reading(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready", poe_str("own"));
	assert_non_null(h->watch);
	assert_int_equal(poe_watch_fd(h->watch), h->pipe[0]);
}

static void watch_weakly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	watch_for_reading(ev);
	poe_watch_weaken(h->watch);
	poe_watch_weaken(h->watch);
	poe_watch_strengthen(h->watch);
	poe_watch_strengthen(h->watch);
	poe_watch_weaken(h->watch);
}

static void weak_watch_keeps_nothing(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_weakly }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "_stop");
}

static void anonymous_ready(struct poe_event *ev)
{
	struct harness *h = ev->object;

	assert_ptr_equal(h, harness_of(ev));
	harness_tell(ev, "ready%d", poe_watch_ready(h->watch));
	poe_watch_free(h->watch);
}

static void watch_anonymously(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_watch_new(ev->kernel, h->pipe[1], &(struct poe_watch_plan){
		.modes = POE_READ | POE_WRITE, .handler = anonymous_ready, .object = h });
}

static void anonymous_state_gets_its_object_and_the_modes(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_anonymously }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "ready2");
}

static void give_to_other(struct poe_event *ev)
{
	struct harness *h = ev->object;

	harness_tell(ev, "gives");
	assert_int_equal(poe_watch_give(h->watch, (poe_sid){ 12345 }, anonymous_ready, h), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_watch_give(h->watch, h->other, anonymous_ready, h), 0);
}

static void watch_to_give(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_watch_new(ev->kernel, h->pipe[1], &(struct poe_watch_plan){
		.modes = POE_WRITE, .handler = give_to_other, .object = h });
}

static void given_watch_keeps_and_wakes_the_other_session(void **state)
{
	static const struct poe_state giver[] = { { "_start", watch_to_give }, { "_stop", harness_record }, { 0 } };
	static const struct poe_state taker[] = { { "_start", harness_ignore }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	h->other = harness_session(h, "b", taker);
	poe_refcount_increment(h->kernel, h->other, "test");
	harness_session(h, "a", giver);
	poe_run_one_timeslice(h->kernel);
	poe_refcount_decrement(h->kernel, h->other, "test");
	harness_run(h);
	assert_recorded(h, "a:gives a:_stop b:ready2 b:_stop");
}

static void watch_both_ways(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_watch_new(ev->kernel, h->pipe[0], &(struct poe_watch_plan){
		.modes = POE_READ | POE_WRITE, .event = "ready" });
}

static void socket_pair(struct harness *h)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, h->pipe), 0);
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
}

static void give_in_own_event(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	harness_record(ev);
	assert_int_equal(poe_watch_give(h->watch, h->other, anonymous_ready, h), 0);
}

static void watch_given_away_in_its_own_event_is_the_others_at_once(void **state)
{
	static const struct poe_state giver[] = { { "_start", watch_both_ways }, { "ready", give_in_own_event }, { 0 } };
	static const struct poe_state taker[] = { { "_start", harness_ignore }, { 0 } };
	struct harness *h = *state;

	socket_pair(h);
	h->other = harness_session(h, "b", taker);
	harness_session(h, "a", giver);
	harness_run(h);
	assert_recorded(h, "a:ready b:ready3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(weak_watch_keeps_nothing),
		HARNESS_TEST(anonymous_state_gets_its_object_and_the_modes),
		HARNESS_TEST(given_watch_keeps_and_wakes_the_other_session),
		HARNESS_TEST(watch_given_away_in_its_own_event_is_the_others_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
