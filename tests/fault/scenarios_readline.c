/* ReadLine wheels, on a terminal of the scenario's own and on pipes. */
#include "trial.h"

#include <fcntl.h>
#include <poe/readline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES = 3 };

struct typing {
	struct trial *trial;
	struct poe_readline *wheel; /* NULL: not made, or freed */
	int in, out;                /* the wheel's */
	int lines;                  /* that have come */
};

static void end(struct typing *me)
{
	poe_readline_free(me->wheel);
	me->wheel = NULL;
}

static void ask(struct typing *me)
{
	if (!trial_check(me->trial, poe_readline_get(me->wheel, "prompt>") == 0))
		end(me);
}

static void start(struct poe_event *ev)
{
	struct typing *me = ev->heap;

	me->wheel = poe_readline_new(ev->kernel, &(struct poe_readline_plan){
		.input_event = "input", .in = me->in, .out = me->out });
	if (trial_check(me->trial, me->wheel != NULL))
		ask(me);
}

static void use_history(struct typing *me, const char *line)
{
	struct poe_array *all;

	trial_check(me->trial, poe_readline_add_history(me->wheel, line) == 0);
	all = poe_readline_get_history(me->wheel);
	trial_check(me->trial, all != NULL);
	poe_array_free(all);
}

static void input(struct poe_event *ev)
{
	struct typing *me = ev->heap;

	if (me->wheel == NULL)
		return;
	trial_see(me->trial);
	if (++me->lines == LINES) {
		end(me);
		return;
	}
	use_history(me, poe_arg_str(ev, 0));
	trial_check(me->trial, poe_readline_put(me->wheel, poe_str("news")) == 0);
	ask(me);
}

static const struct poe_state states[] = { { "_start", start }, { "input(ss)", input }, { 0 } };

static void play(struct trial *t, int in, int out)
{
	struct typing typing = { .trial = t, .in = in, .out = out };

	trial_hope(t, LINES);
	trial_session(t, states, &typing);
	trial_go(t);
}

static void type_at_terminal(struct trial *t)
{
	static const char keys[] = "one\rtw\033[Dwo\rthree\r";
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave = -1;

	setenv("TERM", "xterm", 1);
	setenv("EDITRC", "/dev/null", 1);
	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
		slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || write(master, keys, strlen(keys)) < 0)
		return;
	play(t, slave, slave);
	close(slave);
	close(master);
}

static void type_into_pipe(struct trial *t)
{
	static const char text[] = "one\ntwo\nthree\n";
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || write(in[1], text, strlen(text)) < 0)
		return;
	play(t, in[0], out[1]);
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
}

const struct scenario scenarios_readline[] = {
	{ "lines_are_typed_at_a_terminal", type_at_terminal, POE_CLOCK_REAL, 0 },
	{ "lines_come_through_a_pipe", type_into_pipe, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
