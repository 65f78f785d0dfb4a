#include "wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poe/alarm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static void note(struct wire *w, const char *format, ...)
{
	size_t length = strlen(w->log);
	va_list list;

	va_start(list, format);
	vsnprintf(w->log + length, sizeof w->log - length, format, list);
	va_end(list);
}

static void hook(struct wire *w, const char *event)
{
	if (w->hook_event != NULL && strcmp(w->hook_event, event) == 0)
		w->hook(w);
}

static void on_input(struct poe_event *ev)
{
	struct wire *me = ev->heap;
	size_t length;
	const char *octets = poe_arg_bytes(ev, 0, &length);

	assert_int_equal(poe_arg_int(ev, 1), poe_readwrite_id(me->wheel));
	note(me, "input:%.*s ", (int)length, octets);
	hook(me, ev->name);
}

static void on_error(struct poe_event *ev)
{
	struct wire *me = ev->heap;
	int error_num = (int)poe_arg_int(ev, 1);

	assert_string_equal(poe_arg_str(ev, 2), error_num != 0 ? strerror(error_num) : "");
	assert_int_equal(poe_arg_int(ev, 3), poe_readwrite_id(me->wheel));
	note(me, "error:%s:%s ", poe_arg_str(ev, 0), error_num != 0 ? strerrorname_np(error_num) : "0");
	hook(me, ev->name);
}

static void on_plain(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	assert_int_equal(poe_arg_int(ev, 0), poe_readwrite_id(me->wheel));
	note(me, "%s ", ev->name);
	hook(me, ev->name);
}

/* The alias keeps the session when the wheel has gone. */
static void on_start(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	me->session = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void on_do(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	me->step(me);
}

static void on_quiet(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	me->quiet++;
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "input", on_input }, { "error", on_error },
	{ "flushed", on_plain }, { "high", on_plain }, { "low", on_plain },
	{ "do", on_do }, { "quiet", on_quiet }, { 0 }
};

static int count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

struct counted {
	struct wire wire; /* first */
	int descriptors;  /* before the kernel was made */
};

struct wire *wire_on(int fd, int peer)
{
	struct counted *c = calloc(1, sizeof *c);
	struct wire *w = &c->wire;

	c->descriptors = count_descriptors() - 2;
	fcntl(peer, F_SETFL, O_NONBLOCK);
	w->fd = fd;
	w->peer = peer;
	w->plan = (struct poe_readwrite_plan){ .input_event = "input", .error_event = "error",
					       .flushed_event = "flushed" };
	w->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL });
	assert_non_null(w->kernel);
	poe_session_create(w->kernel, &(struct poe_session_plan){ .states = states, .heap = w });
	return w;
}

struct wire *wire_new(void)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	return wire_on(pair[0], pair[1]);
}

void wire_free(struct wire *w)
{
	int before = ((struct counted *)w)->descriptors;
	struct poe_kernel_stats stats;

	wire_do(w, wire_free_wheel);
	wire_settle(w);
	poe_kernel_stats(w->kernel, &stats);
	assert_int_equal(stats.watches, 0);
	assert_int_equal(stats.owned, 0);
	assert_int_equal(stats.queued, 0);
	assert_int_equal(stats.undeliverable, 0);
	poe_kernel_free(w->kernel);
	if (w->peer >= 0)
		close(w->peer);
	assert_int_equal(count_descriptors(), before);
	free(w);
}

void wire_free_wheel(struct wire *w)
{
	struct poe_readwrite *wheel = w->wheel;

	w->wheel = NULL;
	poe_readwrite_free(wheel);
}

static void start(struct wire *w)
{
	w->wheel = poe_readwrite_new(w->kernel, w->fd, &w->plan);
	assert_non_null(w->wheel);
}

void wire_start(struct wire *w)
{
	wire_do(w, start);
}

void wire_do(struct wire *w, wire_step *step)
{
	w->step = step;
	poe_call(w->kernel, w->session, "do");
}

static void set_quiet(struct wire *w)
{
	assert_int_not_equal(poe_delay_set(w->kernel, "quiet", 1).v, 0);
}

/* Virtual time passes only when nothing is ready. */
void wire_settle(struct wire *w)
{
	int quiet = w->quiet;

	wire_do(w, set_quiet);
	while (w->quiet == quiet)
		assert_int_equal(poe_run_one_timeslice(w->kernel), 1);
}

void wire_send(struct wire *w, const char *text)
{
	assert_int_equal(send(w->peer, text, strlen(text), 0), strlen(text));
	wire_settle(w);
}

void wire_assert_told(struct wire *w, const char *expected)
{
	assert_string_equal(w->log, expected);
	w->log[0] = '\0';
}

void wire_assert_got(struct wire *w, const char *expected)
{
	char octets[4096];
	ssize_t n = recv(w->peer, octets, sizeof octets - 1, 0);

	octets[n > 0 ? n : 0] = '\0';
	assert_string_equal(octets, expected);
}
