#include "console.h"

#include <dirent.h>
#include <fcntl.h>
#include <poe/alarm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

/* What ncurses loses each time it reads of a terminal, eight octets, is not ours to find. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:_nc_trim_sgr0\n";
}

enum { PATIENCE = 10 }; /* seconds */

static void on_input(struct poe_event *ev)
{
	struct console *me = ev->heap;
	const char *line = poe_arg_str(ev, 0), *exception = poe_arg_str(ev, 1);
	size_t length = strlen(me->log);

	assert_int_equal(poe_arg_int(ev, 2), poe_readline_id(me->wheel));
	snprintf(me->log + length, sizeof me->log - length, "%s:%s ", exception[0] ? exception : "line", line);
	me->count++;
	if (me->hook != NULL)
		me->hook(me);
}

static void on_start(struct poe_event *ev)
{
	struct console *me = ev->heap;

	me->session = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void on_do(struct poe_event *ev)
{
	struct console *me = ev->heap;

	me->step(me);
}

static void on_tick(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "input(ssi)", on_input }, { "do", on_do }, { "tick", on_tick }, { 0 }
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

static void start(struct console *c)
{
	c->wheel = poe_readline_new(c->kernel, &c->plan);
	assert_non_null(c->wheel);
}

static void open_terminal(struct console *c, int columns)
{
	struct winsize size = { .ws_row = SCREEN_ROWS, .ws_col = (unsigned short)columns };

	c->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(c->master >= 0);
	assert_int_equal(grantpt(c->master) | unlockpt(c->master), 0);
	c->slave = open(ptsname(c->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(ioctl(c->slave, TIOCSWINSZ, &size), 0);
}

struct console *console_new(int columns)
{
	struct console *c = calloc(1, sizeof *c);

	assert_non_null(c);
	setenv("TERM", "xterm", 1);
	setenv("EDITRC", "/dev/null", 1);
	c->fds_before = count_descriptors();
	open_terminal(c, columns);
	screen_init(&c->screen, columns);
	c->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .trace = "" });
	assert_non_null(c->kernel);
	poe_session_create(c->kernel, &(struct poe_session_plan){ .states = states, .heap = c });
	c->plan = (struct poe_readline_plan){ .input_event = "input", .in = c->slave, .out = c->slave };
	console_do(c, start);
	return c;
}

void console_free_wheel(struct console *c)
{
	struct poe_readline *wheel = c->wheel;

	c->wheel = NULL;
	poe_readline_free(wheel);
}

static void assert_mode_is_whole(const struct console *c)
{
	struct termios mode;

	assert_int_equal(tcgetattr(c->slave, &mode), 0);
	assert_int_equal(mode.c_lflag & (ICANON | ECHO | ISIG), ICANON | ECHO | ISIG);
	assert_int_equal(fcntl(c->slave, F_GETFL) & O_NONBLOCK, 0);
}

void console_free(struct console *c)
{
	struct poe_kernel_stats stats;

	console_do(c, console_free_wheel);
	assert_mode_is_whole(c);
	poe_kernel_stats(c->kernel, &stats);
	assert_int_equal(stats.watches + stats.owned, 0);
	poe_refcount_decrement(c->kernel, c->session, "test");
	assert_int_equal(poe_run(c->kernel), 0);
	poe_kernel_free(c->kernel);
	close(c->slave);
	close(c->master);
	assert_int_equal(count_descriptors(), c->fds_before);
	free(c);
}

void console_do(struct console *c, console_step *step)
{
	c->step = step;
	poe_call(c->kernel, c->session, "do");
}

void console_get(struct console *c, const char *prompt)
{
	assert_int_equal(poe_readline_get(c->wheel, prompt), 0);
}

void console_put(struct console *c, const char *line)
{
	assert_int_equal(poe_readline_put(c->wheel, poe_str(line)), 0);
}

void console_type(struct console *c, const char *keys)
{
	assert_int_equal(write(c->master, keys, strlen(keys)), strlen(keys));
}

static void look(struct console *c)
{
	char octets[4096];
	ssize_t n = read(c->master, octets, sizeof octets);

	if (n > 0)
		screen_print(&c->screen, octets, (size_t)n);
}

static void set_tick(struct console *c)
{
	poe_delay_set(c->kernel, "tick", 0.001);
}

/* A tick at the latest ends the round, so that the screen is looked at. */
static void run_a_little(struct console *c)
{
	console_do(c, set_tick);
	assert_int_equal(poe_run_one_timeslice(c->kernel), 1);
	look(c);
}

void console_run(struct console *c, int rounds)
{
	while (rounds-- > 0)
		run_a_little(c);
}

void console_await_row(struct console *c, int row, const char *text)
{
	double start_time = poe_now(c->kernel);

	while (strcmp(screen_row(&c->screen, row), text) != 0 && poe_now(c->kernel) < start_time + PATIENCE)
		run_a_little(c);
	assert_string_equal(screen_row(&c->screen, row), text);
}

void console_await_inputs(struct console *c, int count)
{
	double start_time = poe_now(c->kernel);

	while (c->count < count && poe_now(c->kernel) < start_time + PATIENCE)
		run_a_little(c);
	assert_int_equal(c->count, count);
}

void console_assert_told(struct console *c, const char *expected)
{
	assert_string_equal(c->log, expected);
	c->log[0] = '\0';
}
