#include "readwrite.h"
#include "wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { MUCH = 4 << 20 };

static struct wire *started(void)
{
	struct wire *w = wire_new();

	wire_start(w);
	return w;
}

/* A wheel with a small socket buffer: it takes much less than MUCH at once. */
static struct wire *narrow(size_t high_mark, size_t low_mark)
{
	const int small = 4096;
	struct wire *w = wire_new();

	setsockopt(w->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	w->plan.filter = poe_filter_stream();
	w->plan.high_mark = high_mark;
	w->plan.low_mark = low_mark;
	if (high_mark > 0) {
		w->plan.high_event = "high";
		w->plan.low_event = "low";
	}
	wire_start(w);
	return w;
}

/* Whatever is told by then comes from the loop, not from within. */
static void put_hello(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("hello")), 0);
	wire_assert_told(w, "");
}

static void fill(char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		octets[i] = (char)(i * 31 + i / 251);
}

static void put_much(struct wire *w)
{
	char *octets = malloc(MUCH);
	int over = w->plan.high_mark > 0;

	fill(octets, MUCH);
	assert_int_equal(poe_put(w->wheel, poe_bytes(octets, MUCH)), over);
	free(octets);
	assert_true(poe_readwrite_pending_output(w->wheel) > MUCH / 2);
	wire_assert_told(w, "");
}

/* What has arrived, at most `length`; the wheel gets no chance to write meanwhile. */
static size_t take(struct wire *w, char *octets, size_t length)
{
	size_t done = 0;
	ssize_t n;

	while (done < length && (n = recv(w->peer, octets + done, length - done, 0)) > 0)
		done += (size_t)n;
	return done;
}

static void assert_much_arrives(struct wire *w)
{
	char *expected = malloc(MUCH), *got = malloc(MUCH);
	size_t done = 0;

	fill(expected, MUCH);
	while (done < MUCH) {
		done += take(w, got + done, MUCH - done);
		wire_settle(w);
	}
	assert_memory_equal(got, expected, MUCH);
	free(expected);
	free(got);
}

static void records_go_out_at_once_with_their_newline(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, put_hello);
	wire_assert_got(w, "hello\r\n");
	assert_int_equal(poe_readwrite_octets_out(w->wheel), 7);
	assert_int_equal(poe_readwrite_pending_output(w->wheel), 0);
	assert_false(w->wheel->out.armed);
	wire_free(w);
}

static void flushed_comes_by_the_queue_not_from_within_put(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, put_hello);
	wire_settle(w);
	wire_assert_told(w, "flushed ");
	wire_free(w);
}

static void put_hello_twice(struct wire *w)
{
	put_hello(w);
	put_hello(w);
}

static void flushed_comes_once_for_all_that_was_put(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, put_hello_twice);
	wire_settle(w);
	wire_assert_told(w, "flushed ");
	wire_do(w, put_hello);
	wire_settle(w);
	wire_assert_told(w, "flushed ");
	wire_free(w);
}

static void put_three(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("1"), poe_bytes("2", 1), poe_str("3")), 0);
}

static void one_put_takes_several_records(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, put_three);
	wire_assert_got(w, "1\r\n2\r\n3\r\n");
	wire_free(w);
}

static void put_half_bad(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("good"), poe_int(7)), -1);
	assert_int_equal(errno, EINVAL);
}

static void nothing_is_sent_of_a_put_that_fails(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, put_half_bad);
	wire_settle(w);
	wire_assert_got(w, "");
	assert_int_equal(poe_readwrite_pending_output(w->wheel), 0);
	wire_assert_told(w, "");
	wire_do(w, put_hello);
	wire_assert_got(w, "hello\r\n");
	wire_free(w);
}

static void megabytes_go_out_whole_as_the_peer_takes_them(void **state)
{
	struct wire *w = narrow(0, 0);

	(void)state;
	wire_do(w, put_much);
	assert_true(w->wheel->out.armed);
	wire_settle(w);
	wire_assert_told(w, "");
	assert_much_arrives(w);
	wire_assert_told(w, "flushed ");
	assert_int_equal(poe_readwrite_octets_out(w->wheel), MUCH);
	assert_false(w->wheel->out.armed);
	wire_free(w);
}

static void marks_come_in_pairs(void **state)
{
	struct wire *w = narrow(100000, 1000);

	(void)state;
	wire_do(w, put_much);
	wire_settle(w);
	wire_assert_told(w, "high ");
	assert_much_arrives(w);
	wire_assert_told(w, "low flushed ");
	wire_do(w, put_much);
	assert_much_arrives(w);
	wire_assert_told(w, "high low flushed ");
	wire_free(w);
}

static void put_little_while_high(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("little")), 1);
}

static void a_put_while_high_brings_no_second_high(void **state)
{
	struct wire *w = narrow(100000, 1000);
	char *got = malloc(MUCH);

	(void)state;
	wire_do(w, put_much);
	wire_do(w, put_little_while_high);
	wire_settle(w);
	wire_do(w, put_little_while_high);
	wire_settle(w);
	wire_assert_told(w, "high ");
	while (poe_readwrite_pending_output(w->wheel) > 0) {
		take(w, got, MUCH);
		wire_settle(w);
	}
	wire_assert_told(w, "low flushed ");
	free(got);
	wire_free(w);
}

static void output_that_stays_between_the_marks_brings_no_mark(void **state)
{
	struct wire *w = narrow(2 * MUCH, 1000);

	(void)state;
	w->plan.high_mark = 0; /* what put_much expects */
	wire_do(w, put_much);
	assert_much_arrives(w);
	wire_assert_told(w, "flushed ");
	wire_free(w);
}

static void put_until_high(struct wire *w)
{
	char octets[100] = "";

	while (poe_put(w->wheel, poe_bytes(octets, sizeof octets)) == 0)
		;
}

/* The queue runs full and empty before the loop has told anything. */
static void high_is_told_before_low_also_when_the_peer_is_quick(void **state)
{
	struct wire *w = narrow(2, 1);
	char *got = malloc(MUCH);

	(void)state;
	wire_do(w, put_until_high);
	take(w, got, MUCH);
	wire_settle(w);
	wire_assert_told(w, "high low flushed ");
	free(got);
	wire_free(w);
}

static void put_is_epipe(struct wire *w)
{
	assert_int_equal(poe_put(w->wheel, poe_str("hello")), -1);
	assert_int_equal(errno, EPIPE);
}

static void put_is_epipe_after_a_failed_write(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.input_event = NULL;
	wire_start(w);
	close(w->peer);
	w->peer = -1;
	wire_do(w, put_hello);
	wire_do(w, put_is_epipe);
	wire_settle(w);
	wire_assert_told(w, "error:write:EPIPE ");
	wire_settle(w);
	wire_assert_told(w, "");
	wire_free(w);
}

static void a_write_that_fails_while_draining_is_told_once(void **state)
{
	struct wire *w = narrow(100000, 1000);

	(void)state;
	w->plan.input_event = NULL;
	wire_do(w, put_much);
	poe_readwrite_event(w->wheel, "input", NULL);
	close(w->peer);
	w->peer = -1;
	wire_settle(w);
	wire_assert_told(w, "high error:write:EPIPE ");
	wire_do(w, put_is_epipe);
	wire_free(w);
}

static void put_much_and_shut(struct wire *w)
{
	put_much(w);
	poe_readwrite_shutdown_output(w->wheel);
	put_is_epipe(w);
}

static void shutdown_waits_for_what_was_put(void **state)
{
	struct wire *w = narrow(0, 0);
	char octet;

	(void)state;
	wire_do(w, put_much_and_shut);
	assert_much_arrives(w);
	wire_assert_told(w, "flushed ");
	assert_int_equal(recv(w->peer, &octet, 1, 0), 0);
	wire_do(w, put_is_epipe);
	wire_send(w, "still reading");
	wire_assert_told(w, "input:still reading ");
	wire_free(w);
}

static void shut(struct wire *w)
{
	poe_readwrite_shutdown_output(w->wheel);
}

static void shutdown_with_nothing_pending_is_at_once(void **state)
{
	struct wire *w = started();
	char octet;

	(void)state;
	wire_do(w, shut);
	assert_int_equal(recv(w->peer, &octet, 1, 0), 0);
	wire_do(w, put_is_epipe);
	wire_free(w);
}

static void flushed_off(struct wire *w)
{
	poe_readwrite_event(w->wheel, "flushed", NULL);
}

static void flushed_on(struct wire *w)
{
	poe_readwrite_event(w->wheel, "flushed", "flushed");
}

static void an_event_that_is_off_is_not_made_up_for(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, flushed_off);
	wire_do(w, put_hello);
	assert_false(w->wheel->posted);
	wire_do(w, flushed_on);
	wire_settle(w);
	wire_assert_told(w, "");
	wire_do(w, put_hello);
	wire_settle(w);
	wire_assert_told(w, "flushed ");
	wire_free(w);
}

static void put_again(struct wire *w)
{
	static const char *const texts[] = { "a", "b", "c" };
	static int n;

	if (n < 3)
		poe_put(w->wheel, poe_str(texts[n++]));
}

static void a_put_in_flushed_brings_the_next_flushed(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "flushed";
	w->hook = put_again;
	wire_do(w, put_hello);
	wire_settle(w);
	wire_assert_told(w, "flushed flushed flushed flushed ");
	wire_assert_got(w, "hello\r\na\r\nb\r\nc\r\n");
	wire_free(w);
}

static void filters_may_differ_by_direction(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.output_filter = poe_filter_block(NULL);
	wire_start(w);
	wire_send(w, "line\n");
	wire_assert_told(w, "input:line ");
	wire_do(w, put_hello);
	wire_assert_got(w, "5");
	wire_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_go_out_at_once_with_their_newline),
		cmocka_unit_test(flushed_comes_by_the_queue_not_from_within_put),
		cmocka_unit_test(flushed_comes_once_for_all_that_was_put),
		cmocka_unit_test(one_put_takes_several_records),
		cmocka_unit_test(nothing_is_sent_of_a_put_that_fails),
		cmocka_unit_test(megabytes_go_out_whole_as_the_peer_takes_them),
		cmocka_unit_test(marks_come_in_pairs),
		cmocka_unit_test(a_put_while_high_brings_no_second_high),
		cmocka_unit_test(output_that_stays_between_the_marks_brings_no_mark),
		cmocka_unit_test(high_is_told_before_low_also_when_the_peer_is_quick),
		cmocka_unit_test(put_is_epipe_after_a_failed_write),
		cmocka_unit_test(a_write_that_fails_while_draining_is_told_once),
		cmocka_unit_test(shutdown_waits_for_what_was_put),
		cmocka_unit_test(shutdown_with_nothing_pending_is_at_once),
		cmocka_unit_test(an_event_that_is_off_is_not_made_up_for),
		cmocka_unit_test(a_put_in_flushed_brings_the_next_flushed),
		cmocka_unit_test(filters_may_differ_by_direction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
