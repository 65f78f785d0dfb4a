#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static void put(struct harness *h)
{
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
}

static void get(struct harness *h)
{
	char octet;

	assert_int_equal(read(h->pipe[0], &octet, 1), 1);
}

static void watch_for_reading(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready", poe_str("own"));
	assert_non_null(h->watch);
	assert_int_equal(poe_watch_fd(h->watch), h->pipe[0]);
}

static void read_and_free(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	assert_int_equal(poe_arg_int(ev, 0), h->pipe[0]);
	assert_int_equal(poe_arg_int(ev, 1), POE_READ);
	assert_int_equal(ev->sender.v, ev->session.v);
	get(h);
	poe_watch_free(h->watch);
	h->watch = NULL;
	/* The watch has gone, what came with its event has not. */
	harness_tell(ev, "%s", poe_arg_str(ev, 2));
}

static const struct poe_state reader_states[] = {
	{ "_start", watch_for_reading }, { "ready(ii*)", read_and_free }, { "_stop", harness_record }, { 0 }
};

static void ready_descriptor_brings_descriptor_mode_and_own_values(void **state)
{
	struct harness *h = *state;

	harness_pipe(h);
	put(h);
	harness_session(h, NULL, reader_states);
	assert_int_equal(harness_stats(h).watches, 1);
	harness_run(h);
	assert_recorded(h, "own _stop");
	assert_int_equal(harness_stats(h).watches, 0);
}

static void put_later(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "put", .01);
}

static void put_now(struct poe_event *ev)
{
	harness_record(ev);
	put(harness_of(ev));
}

static void watch_keeps_its_session_until_something_comes(void **state)
{
	static const struct poe_state putter[] = { { "_start", put_later }, { "put", put_now }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, "r", reader_states);
	harness_session(h, "w", putter);
	harness_run(h);
	assert_recorded(h, "w:put r:own r:_stop");
}

static void watch_twice(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	assert_non_null(poe_select_read(ev->kernel, h->pipe[0], "first"));
	assert_non_null(poe_select_read(ev->kernel, h->pipe[0], "second"));
}

static void record_and_end(struct poe_event *ev)
{
	harness_of(ev)->number++;
	if (harness_of(ev)->number == 4)
		poe_kernel_stop(ev->kernel);
}

static void one_descriptor_may_be_watched_many_times_by_many_sessions(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_twice }, { "first", record_and_end }, { "second", record_and_end }, { "_stop", harness_record },
		{ 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	put(h);
	harness_session(h, "a", states);
	harness_session(h, "b", states);
	harness_run(h);
	assert_recorded(h, "a:_stop b:_stop");
}

static void pause_reading(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	watch_for_reading(ev);
	poe_watch_pause(h->watch, POE_READ);
	poe_delay_set(ev->kernel, "resume", 1);
	put(h);
}

static void resume_reading(struct poe_event *ev)
{
	harness_record(ev);
	poe_watch_resume(harness_of(ev)->watch, POE_READ);
}

static void paused_watch_waits_until_it_is_resumed(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", pause_reading }, { "resume", resume_reading }, { "ready(ii*)", read_and_free }, { 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "resume own");
}

static void pause_and_await_idle(struct poe_event *ev)
{
	watch_for_reading(ev);
	poe_watch_pause(harness_of(ev)->watch, POE_READ | POE_WRITE);
	poe_sig(ev->kernel, "IDLE", "idle");
}

static void paused_watch_does_not_keep_the_program_running(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", pause_and_await_idle }, { "idle", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "idle _stop");
}

static void watch_badly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	errno = 0;
	assert_null(poe_select_read(ev->kernel, 1000000, "e", harness_object(h)));
	assert_int_equal(errno, EBADF);
	assert_null(poe_select_read(ev->kernel, h->pipe[0], NULL, harness_object(h)));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(poe_select_read(ev->kernel, h->pipe[0], "", harness_object(h)));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(poe_watch_new(ev->kernel, h->pipe[0], &(struct poe_watch_plan){ .event = "e" }));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(poe_select_write(ev->kernel, h->pipe[1], "e", harness_object(h), poe_bytes(NULL, 1)));
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 4);
}

static void refused_watch_releases_its_values(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_badly }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	errno = 0;
	assert_null(poe_select_read(h->kernel, h->pipe[0], "e", harness_object(h)));
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 5);
	assert_int_equal(harness_stats(h).watches, 0);
	harness_run(h);
}

static void watch_with_object(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready", harness_object(h), poe_str("kept"));
}

static void take_the_first_time(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	struct poe_object *object;

	assert_string_equal(poe_arg_str(ev, 3), "kept");
	if (poe_arg(ev, 2).kind != POE_OBJ) {
		harness_tell(ev, "missing");
		poe_watch_free(h->watch);
		return;
	}
	object = poe_arg_take(ev, 2, &harness_type);
	object->type->release(object);
	harness_tell(ev, "took");
}

static void object_taken_from_a_watch_comes_once(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_with_object }, { "ready", take_the_first_time }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	put(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "took missing");
	assert_int_equal(h->released, 1);
}

static void object_of_a_watch_goes_with_it(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_with_object }, { 0 } };
	struct harness *h = *state;

	harness_pipe(h);
	harness_session(h, NULL, states);
	poe_watch_free(h->watch);
	poe_watch_free(NULL);
	assert_int_equal(h->released, 1);
	harness_run(h);
}

static void watch_regular_file(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->pipe[0] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready");
	assert_non_null(h->watch);
}

static void end_watch(struct poe_event *ev)
{
	harness_record(ev);
	poe_watch_free(harness_of(ev)->watch);
}

static void regular_file_is_always_ready(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_regular_file }, { "ready", end_watch }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "ready");
}

static void post_and_watch(struct poe_event *ev)
{
	watch_for_reading(ev);
	poe_yield(ev->kernel, "posted");
	poe_delay_set(ev->kernel, "past", -1);
}

/* Asked of POE: descriptor, past alarm, post. */
static void descriptors_go_before_alarms_and_posts_of_a_timeslice(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", post_and_watch }, { "ready", read_and_free }, { "posted", harness_record }, { "past", harness_record },
		{ 0 }
	};
	struct harness *h = *state;

	harness_pipe(h);
	put(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "own past posted");
}

static void stop_all(struct poe_event *ev)
{
	harness_tell(ev, "once");
	poe_kernel_stop(ev->kernel);
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

static void second_mode_is_not_delivered_once_the_session_has_stopped(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_both_ways }, { "ready", stop_all }, { 0 } };
	struct harness *h = *state;

	socket_pair(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "once");
}

static void record_mode(struct poe_event *ev)
{
	harness_tell(ev, "%s", poe_arg_int(ev, 1) == POE_READ ? "read" : "write");
	if (++harness_of(ev)->number == 2)
		poe_watch_free(harness_of(ev)->watch);
}

static void reading_goes_before_writing(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_both_ways }, { "ready", record_mode }, { 0 } };
	struct harness *h = *state;

	socket_pair(h);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "read write");
}

static void watched_descriptor_does_not_block(void **state)
{
	struct harness *h = *state;

	harness_pipe(h);
	put(h);
	fcntl(h->pipe[0], F_SETFL, 0);
	harness_session(h, NULL, reader_states);
	assert_true(fcntl(h->pipe[0], F_GETFL) & O_NONBLOCK);
	harness_run(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(ready_descriptor_brings_descriptor_mode_and_own_values),
		HARNESS_TEST_REAL(ready_descriptor_brings_descriptor_mode_and_own_values),
		HARNESS_TEST_REAL(watch_keeps_its_session_until_something_comes),
		HARNESS_TEST(one_descriptor_may_be_watched_many_times_by_many_sessions),
		HARNESS_TEST(paused_watch_waits_until_it_is_resumed),
		HARNESS_TEST(paused_watch_does_not_keep_the_program_running),
		HARNESS_TEST(refused_watch_releases_its_values),
		HARNESS_TEST(object_taken_from_a_watch_comes_once),
		HARNESS_TEST(object_of_a_watch_goes_with_it),
		HARNESS_TEST(regular_file_is_always_ready),
		HARNESS_TEST(descriptors_go_before_alarms_and_posts_of_a_timeslice),
		HARNESS_TEST(second_mode_is_not_delivered_once_the_session_has_stopped),
		HARNESS_TEST(reading_goes_before_writing),
		HARNESS_TEST(watched_descriptor_does_not_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
