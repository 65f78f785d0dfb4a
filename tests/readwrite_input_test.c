#include "readwrite.h"
#include "wire.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct wire *started(void)
{
	struct wire *w = wire_new();

	wire_start(w);
	return w;
}

static void pause_input(struct wire *w)
{
	poe_readwrite_pause_input(w->wheel);
}

static void resume_input(struct wire *w)
{
	poe_readwrite_resume_input(w->wheel);
	wire_assert_told(w, "");
}

static void close_peer(struct wire *w)
{
	close(w->peer);
	w->peer = -1;
	wire_settle(w);
}

static void lines_come_in_as_records(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "hello\r\nworld\n\n");
	wire_assert_told(w, "input:hello input:world input: ");
	assert_int_equal(poe_readwrite_octets_in(w->wheel), 14);
	wire_free(w);
}

static void a_record_in_pieces_is_one_record(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "he");
	wire_send(w, "ll");
	wire_assert_told(w, "");
	assert_int_equal(poe_readwrite_pending_input(w->wheel), 4);
	wire_send(w, "o\r");
	wire_send(w, "\nnext\r\n");
	wire_assert_told(w, "input:hello input:next ");
	assert_int_equal(poe_readwrite_pending_input(w->wheel), 0);
	wire_free(w);
}

static void send_long_line(struct wire *w, char *line, size_t length)
{
	memset(line, 'x', length);
	line[length - 1] = '\n';
	for (size_t done = 0; done < length;) {
		ssize_t n = send(w->peer, line + done, length - done, 0);

		if (n > 0)
			done += (size_t)n;
		wire_settle(w);
	}
}

static size_t longest;

static void note_length(struct poe_event *ev)
{
	poe_arg_bytes(ev, 0, &longest);
	assert_int_equal(strlen(poe_arg_str(ev, 0)), longest);
}

static void watch_length(struct wire *w)
{
	poe_state_set(w->kernel, "input", note_length, NULL);
}

static void a_line_of_many_reads_is_one_record(void **state)
{
	enum { LENGTH = 3 << 20 };
	struct wire *w = started();
	char *line = malloc(LENGTH);

	(void)state;
	wire_do(w, watch_length);
	send_long_line(w, line, LENGTH);
	assert_int_equal(longest, LENGTH - 1);
	assert_null(w->wheel->in.pending.buffer);
	free(line);
	wire_free(w);
}

static void a_record_that_begins_in_mid_buffer_may_outgrow_it(void **state)
{
	struct wire *w = started();
	char text[800], expected[820];

	(void)state;
	memset(text, 'x', sizeof text);
	text[0] = '\n';
	text[200] = text[799] = '\0';
	wire_send(w, "first");
	wire_send(w, text); /* the end of the first, and a part of the second */
	text[200] = 'y';
	text[798] = '\n';
	wire_send(w, text + 200);
	snprintf(expected, sizeof expected, "input:first input:%.*s ", 797, text + 1);
	wire_assert_told(w, expected);
	wire_free(w);
}

static void an_idle_wheel_holds_no_input_memory(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "whole\n");
	assert_null(w->wheel->in.pending.buffer);
	wire_send(w, "half");
	assert_non_null(w->wheel->in.pending.buffer);
	assert_true(w->wheel->in.pending.room < 1024);
	wire_send(w, "\n");
	assert_null(w->wheel->in.pending.buffer);
	wire_free(w);
}

static void pause_holds_back_the_rest_of_a_read_until_resume(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "input";
	w->hook = pause_input;
	wire_send(w, "1\n2\n3\nhal");
	wire_assert_told(w, "input:1 ");
	assert_int_equal(poe_readwrite_pending_input(w->wheel), 7);
	wire_do(w, resume_input);
	wire_settle(w);
	wire_assert_told(w, "input:2 ");
	w->hook_event = NULL;
	wire_do(w, resume_input);
	wire_settle(w);
	wire_assert_told(w, "input:3 ");
	wire_send(w, "f\n");
	wire_assert_told(w, "input:half ");
	wire_free(w);
}

static void a_paused_wheel_reads_nothing(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, pause_input);
	wire_send(w, "1\n");
	assert_int_equal(poe_readwrite_octets_in(w->wheel), 0);
	wire_do(w, resume_input);
	wire_settle(w);
	wire_assert_told(w, "input:1 ");
	wire_free(w);
}

static void pause_and_resume_in_one(struct wire *w)
{
	pause_input(w);
	poe_readwrite_resume_input(w->wheel);
}

static void pause_and_resume_in_a_handler_lose_nothing(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "input";
	w->hook = pause_and_resume_in_one;
	wire_send(w, "1\n2\n3\n");
	wire_assert_told(w, "input:1 input:2 input:3 ");
	wire_free(w);
}

static void end_of_input_is_told_once_with_zero(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "last\npart");
	close_peer(w);
	wire_assert_told(w, "input:last error:read:0 ");
	assert_int_equal(poe_readwrite_pending_input(w->wheel), 4);
	wire_settle(w);
	wire_assert_told(w, "");
	wire_free(w);
}

/* A connection over loopback; [0] is the client's end. */
static void connect_pair(int pair[2])
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 1), 0);
	getsockname(listener, (struct sockaddr *)&address, &length);
	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(pair[0], (struct sockaddr *)&address, sizeof address), 0);
	pair[1] = accept(listener, NULL, NULL);
	close(listener);
}

static void a_reset_is_a_read_error(void **state)
{
	struct linger now = { .l_onoff = 1 };
	struct wire *w;
	int pair[2];

	(void)state;
	connect_pair(pair);
	w = wire_on(pair[0], pair[1]);
	wire_start(w);
	setsockopt(w->peer, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close_peer(w);
	wire_assert_told(w, "error:read:ECONNRESET ");
	wire_free(w);
}

static void shut_input(struct wire *w)
{
	poe_readwrite_shutdown_input(w->wheel);
}

static void shutdown_stops_input_in_the_middle_of_a_read(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "input";
	w->hook = shut_input;
	wire_send(w, "1\n2\n");
	wire_assert_told(w, "input:1 ");
	assert_int_equal(poe_readwrite_pending_input(w->wheel), 0);
	assert_int_equal(send(w->peer, "x", 1, MSG_NOSIGNAL), -1);
	wire_free(w);
}

static void input_off(struct wire *w)
{
	poe_readwrite_event(w->wheel, "input", NULL);
}

static void input_on(struct wire *w)
{
	poe_readwrite_event(w->wheel, "input", "input");
	wire_assert_told(w, "");
}

static void without_an_input_event_nothing_is_delivered(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "input";
	w->hook = input_off;
	wire_send(w, "1\n2\n");
	wire_send(w, "3\n");
	wire_assert_told(w, "input:1 ");
	w->hook_event = NULL;
	wire_do(w, input_on);
	wire_settle(w);
	wire_assert_told(w, "input:2 input:3 ");
	wire_free(w);
}

static void without_an_input_event_the_descriptor_is_not_read(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.input_event = NULL;
	wire_start(w);
	wire_send(w, "1\n");
	close_peer(w);
	assert_int_equal(poe_readwrite_octets_in(w->wheel), 0);
	wire_assert_told(w, "");
	wire_free(w);
}

static void echo(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	assert_int_equal(poe_put(me->wheel, poe_arg(ev, 0)), 0);
}

static void use_echo(struct wire *w)
{
	poe_state_set(w->kernel, "input", echo, NULL);
}

static void a_record_can_be_put_as_it_came(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_do(w, use_echo);
	wire_send(w, "one\ntwo\n");
	wire_assert_got(w, "one\r\ntwo\r\n");
	wire_free(w);
}

/* A driver that holds its octets itself, as a TLS record half read. */
struct holder {
	struct poe_driver driver;
	const char *held;
	int fd;
};

static ssize_t holder_read(struct poe_driver *d, void *data, size_t length)
{
	struct holder *h = (struct holder *)d;

	if (h->held[0] == '\0')
		return recv(h->fd, data, length, 0);
	*(char *)data = *h->held++;
	return 1;
}

static size_t holder_pending(const struct poe_driver *d)
{
	return strlen(((const struct holder *)d)->held);
}

static void holder_free(struct poe_driver *d)
{
	free(d);
}

static const struct poe_driver_ops holder_ops = {
	.name = "holder", .read = holder_read, .pending = holder_pending, .free = holder_free,
};

static struct wire *holding(const char *octets)
{
	struct wire *w = wire_new();
	struct holder *h = malloc(sizeof *h);

	*h = (struct holder){ { &holder_ops }, octets, w->fd };
	w->plan.driver = &h->driver;
	return w;
}

static void octets_pending_in_the_driver_are_read_though_the_descriptor_is_silent(void **state)
{
	struct wire *w = holding("one\ntwo\nthr");

	(void)state;
	wire_start(w);
	wire_assert_told(w, "");
	wire_settle(w);
	wire_assert_told(w, "input:one input:two ");
	wire_send(w, "ee\n");
	wire_assert_told(w, "input:three ");
	wire_free(w);
}

static void octets_pending_in_the_driver_wait_for_resume(void **state)
{
	struct wire *w = holding("one\ntwo\n");

	(void)state;
	w->hook_event = "input";
	w->hook = pause_input;
	wire_start(w);
	wire_settle(w);
	wire_assert_told(w, "input:one ");
	wire_do(w, resume_input);
	wire_settle(w);
	wire_assert_told(w, "input:two ");
	wire_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_in_as_records),
		cmocka_unit_test(a_record_in_pieces_is_one_record),
		cmocka_unit_test(a_line_of_many_reads_is_one_record),
		cmocka_unit_test(a_record_that_begins_in_mid_buffer_may_outgrow_it),
		cmocka_unit_test(an_idle_wheel_holds_no_input_memory),
		cmocka_unit_test(pause_holds_back_the_rest_of_a_read_until_resume),
		cmocka_unit_test(a_paused_wheel_reads_nothing),
		cmocka_unit_test(pause_and_resume_in_a_handler_lose_nothing),
		cmocka_unit_test(end_of_input_is_told_once_with_zero),
		cmocka_unit_test(a_reset_is_a_read_error),
		cmocka_unit_test(shutdown_stops_input_in_the_middle_of_a_read),
		cmocka_unit_test(without_an_input_event_nothing_is_delivered),
		cmocka_unit_test(without_an_input_event_the_descriptor_is_not_read),
		cmocka_unit_test(a_record_can_be_put_as_it_came),
		cmocka_unit_test(octets_pending_in_the_driver_are_read_though_the_descriptor_is_silent),
		cmocka_unit_test(octets_pending_in_the_driver_wait_for_resume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
