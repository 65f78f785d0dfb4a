#include "readwrite.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { MUCH = 1 << 20 };

/* A wheel that is freed in the handler of this event. */
static struct wire *doomed(const char *event)
{
	struct wire *w = wire_new();

	w->hook_event = event;
	w->hook = wire_free_wheel;
	return w;
}

static void freed_in_input_nothing_comes_after(void **state)
{
	struct wire *w = doomed("input");

	(void)state;
	wire_start(w);
	wire_send(w, "1\n2\nhalf");
	wire_assert_told(w, "input:1 ");
	assert_int_equal(send(w->peer, "x", 1, MSG_NOSIGNAL), -1);
	wire_free(w);
}

static void freed_in_input_from_the_buffer_nothing_comes_after(void **state)
{
	struct wire *w = doomed("input");

	(void)state;
	wire_start(w);
	wire_send(w, "ha");
	wire_send(w, "lf\n2\n3");
	wire_assert_told(w, "input:half ");
	wire_free(w);
}

static void freed_in_error_nothing_comes_after(void **state)
{
	struct wire *w = doomed("error");

	(void)state;
	wire_start(w);
	close(w->peer);
	w->peer = -1;
	wire_settle(w);
	wire_assert_told(w, "error:read:0 ");
	wire_free(w);
}

static void freed_in_a_framing_error_nothing_comes_after(void **state)
{
	struct wire *w = doomed("error");

	(void)state;
	w->plan.filter = poe_filter_block(NULL);
	wire_start(w);
	wire_send(w, "1\1");
	wire_assert_told(w, "error:filter:EPROTO ");
	wire_free(w);
}

static void put_hello(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("hello")), 0);
}

static void freed_in_flushed_nothing_comes_after(void **state)
{
	struct wire *w = doomed("flushed");

	(void)state;
	wire_start(w);
	wire_do(w, put_hello);
	wire_settle(w);
	wire_assert_told(w, "flushed ");
	wire_assert_got(w, "hello\r\n");
	wire_free(w);
}

static void put_much(struct wire *w)
{
	char *octets = calloc(1, MUCH);

	assert_int_equal(poe_put(w->wheel, poe_bytes(octets, MUCH)), 1);
	free(octets);
}

static void take_all(struct wire *w)
{
	char *octets = malloc(MUCH);

	while (recv(w->peer, octets, MUCH, 0) > 0)
		wire_settle(w);
	free(octets);
}

static void start_with_marks(struct wire *w)
{
	w->plan.high_event = "high";
	w->plan.low_event = "low";
	w->plan.high_mark = 1000;
	w->plan.low_mark = 10;
	wire_start(w);
	wire_do(w, put_much);
	wire_settle(w);
}

static void freed_in_high_nothing_comes_after(void **state)
{
	struct wire *w = doomed("high");

	(void)state;
	start_with_marks(w);
	take_all(w);
	wire_assert_told(w, "high ");
	wire_free(w);
}

static void freed_in_low_nothing_comes_after(void **state)
{
	struct wire *w = doomed("low");

	(void)state;
	start_with_marks(w);
	take_all(w);
	wire_assert_told(w, "high low ");
	wire_free(w);
}

static void put_and_free(struct wire *w)
{
	put_hello(w);
	wire_free_wheel(w);
}

static void an_event_posted_by_a_wheel_since_freed_never_comes(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	wire_start(w);
	wire_do(w, put_and_free);
	wire_settle(w);
	wire_assert_told(w, "");
	wire_free(w);
}

static void a_wheel_may_be_freed_from_outside_its_session(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	wire_start(w);
	wire_send(w, "half");
	wire_do(w, put_hello);
	wire_free_wheel(w);
	wire_settle(w);
	wire_assert_told(w, "");
	wire_free(w);
}

static void stop_kernel(struct wire *w)
{
	poe_kernel_stop(w->kernel);
}

static void the_sessions_end_frees_wheel_and_descriptor(void **state)
{
	struct wire *w = wire_new();
	int fd = w->fd, peer = w->peer;

	(void)state;
	wire_start(w);
	w->hook_event = "input";
	w->hook = stop_kernel;
	assert_int_equal(send(peer, "1\n2\n", 4, 0), 4);
	assert_int_equal(poe_run(w->kernel), 0);
	wire_assert_told(w, "input:1 ");
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	poe_kernel_free(w->kernel);
	close(peer);
	free(w);
}

static void wheels_have_numbers_of_their_own(void **state)
{
	struct wire *w = wire_new();
	int64_t first;

	(void)state;
	wire_start(w);
	first = poe_readwrite_id(w->wheel);
	w->fd = dup(w->fd);
	wire_free_wheel(w);
	wire_start(w);
	assert_int_not_equal(poe_readwrite_id(w->wheel), first);
	assert_int_equal(poe_readwrite_fd(w->wheel), w->fd);
	wire_free(w);
}

static int refusal;

static void fail_to_start(struct wire *w)
{
	w->wheel = poe_readwrite_new(w->kernel, w->fd, &w->plan);
	refusal = errno;
	assert_null(w->wheel);
}

/* Starts with a plan that cannot be, and sees that nothing was taken. */
static void assert_refused(struct wire *w, int error_num)
{
	struct poe_filter *f = poe_filter_stream();

	w->plan.filter = f;
	wire_do(w, fail_to_start);
	assert_int_equal(refusal, error_num);
	w->plan.filter = NULL;
	poe_filter_free(f);
}

static void a_bad_plan_is_einval_and_nothing_is_taken(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.high_mark = 10;
	assert_refused(w, EINVAL);
	w->plan.low_mark = 10;
	assert_refused(w, EINVAL);
	w->plan.low_mark = 11;
	assert_refused(w, EINVAL);
	w->plan.high_mark = 0;
	assert_refused(w, EINVAL);
	w->plan.low_mark = 0;
	w->plan.high_event = "high";
	assert_refused(w, EINVAL);
	w->plan.high_event = NULL;
	w->plan.input_event = "";
	assert_refused(w, EINVAL);
	w->plan.input_event = "input";
	wire_start(w);
	wire_free(w);
}

static void a_bad_descriptor_is_ebadf(void **state)
{
	struct wire *w = wire_new();
	int good = w->fd;

	(void)state;
	w->fd = -1;
	assert_refused(w, EBADF);
	w->fd = good;
	wire_start(w);
	wire_free(w);
}

static void outside_a_handler_a_wheel_is_esrch(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	assert_null(poe_readwrite_new(w->kernel, w->fd, &w->plan));
	assert_int_equal(errno, ESRCH);
	wire_start(w);
	wire_free(w);
}

/* Somebody who lends a watch, and has it back when nothing is lent. */
struct lender {
	struct poe_watch *watch;
	int times;
};

static void lenders_turn(struct poe_event *ev)
{
	struct lender *me = ev->object;
	char octet;

	me->times++;
	assert_int_equal(recv(poe_watch_fd(me->watch), &octet, 1, 0), 1);
}

static struct lender lender;

static void make_watch(struct wire *w)
{
	const struct poe_watch_plan plan = { .modes = POE_READ, .handler = lenders_turn, .object = &lender };

	lender = (struct lender){ .watch = poe_watch_new(w->kernel, w->fd, &plan) };
	poe_watch_weaken(lender.watch);
	w->plan.watch = lender.watch;
}

static void a_lent_watch_and_its_descriptor_outlive_the_wheel(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	wire_do(w, make_watch);
	wire_start(w);
	wire_send(w, "for the wheel\n");
	wire_do(w, wire_free_wheel);
	assert_int_equal(poe_watch_give(lender.watch, w->session, lenders_turn, &lender), 0);
	wire_send(w, "x");
	wire_assert_told(w, "input:for the wheel ");
	assert_int_equal(lender.times, 1);
	poe_watch_free(lender.watch);
	close(w->fd);
	wire_free(w);
}

static void an_unknown_event_name_is_einval(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	wire_start(w);
	assert_int_equal(poe_readwrite_event(w->wheel, "flush", "x"), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_readwrite_event(w->wheel, "flushed", "other"), 0);
	wire_free(w);
}

static void a_wheel_works_on_pipes(void **state)
{
	struct wire *w;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	w = wire_on(ends[0], ends[1]);
	wire_start(w);
	assert_int_equal(write(w->peer, "one\ntwo\n", 8), 8);
	wire_settle(w);
	close(w->peer);
	w->peer = -1;
	wire_settle(w);
	wire_assert_told(w, "input:one input:two error:read:0 ");
	wire_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(freed_in_input_nothing_comes_after),
		cmocka_unit_test(freed_in_input_from_the_buffer_nothing_comes_after),
		cmocka_unit_test(freed_in_error_nothing_comes_after),
		cmocka_unit_test(freed_in_a_framing_error_nothing_comes_after),
		cmocka_unit_test(freed_in_flushed_nothing_comes_after),
		cmocka_unit_test(freed_in_high_nothing_comes_after),
		cmocka_unit_test(freed_in_low_nothing_comes_after),
		cmocka_unit_test(an_event_posted_by_a_wheel_since_freed_never_comes),
		cmocka_unit_test(a_wheel_may_be_freed_from_outside_its_session),
		cmocka_unit_test(the_sessions_end_frees_wheel_and_descriptor),
		cmocka_unit_test(wheels_have_numbers_of_their_own),
		cmocka_unit_test(a_bad_plan_is_einval_and_nothing_is_taken),
		cmocka_unit_test(a_bad_descriptor_is_ebadf),
		cmocka_unit_test(outside_a_handler_a_wheel_is_esrch),
		cmocka_unit_test(a_lent_watch_and_its_descriptor_outlive_the_wheel),
		cmocka_unit_test(an_unknown_event_name_is_einval),
		cmocka_unit_test(a_wheel_works_on_pipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
