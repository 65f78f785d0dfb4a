/*
 * A ReadLine wheel on a terminal of the test's own: keys are typed as octets,
 * and the screen is read.  What the wheel tells is written down as "line:hello "
 * or "interrupt: ".
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "screen.h"

#include <poe/kernel.h>
#include <poe/readline.h>
#include <poe/session.h>

struct console;
typedef void console_step(struct console *c);

struct console {
	struct poe_kernel *kernel;    /* real clock, as a terminal has its own */
	poe_sid session;
	struct poe_readline *wheel;
	struct poe_readline_plan plan;
	struct screen screen;
	int master, slave;            /* slave is the plan's */
	int count;                    /* of input events */
	char log[4096];
	console_step *hook;           /* done in each input event, after it is written down; NULL: nothing */
	console_step *step;
	int fds_before;
};

/* A terminal so wide and 24 rows high, a kernel, a session and a wheel. */
struct console *console_new(int columns);
void console_free(struct console *c); /* asserts that nothing is left, and the terminal's mode as it was */

void console_do(struct console *c, console_step *step); /* in a handler of the session */
void console_free_wheel(struct console *c);
void console_get(struct console *c, const char *prompt);
void console_put(struct console *c, const char *line);

/* Types keys; runs until a row reads so, or so many input events have come.  Both give up after ten seconds. */
void console_type(struct console *c, const char *keys);
void console_run(struct console *c, int rounds); /* so many milliseconds, about */
void console_await_row(struct console *c, int row, const char *text);
void console_await_inputs(struct console *c, int count);

void console_assert_told(struct console *c, const char *expected);

#endif
