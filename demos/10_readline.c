/*
 * A line is typed while the program goes on: each second the time appears
 * above it, and the line stays as it was.  Arrow keys edit, and bring earlier
 * lines back; Ctrl-C or Ctrl-D ends it.
 *
 *     $ demos/10_readline
 *     12:00:01
 *     12:00:02
 *     > still typ_
 *
 * It is linked with libpoe-readline as well.  Without a terminal there is
 * neither prompt nor clock:
 *
 *     $ echo hello | demos/10_readline
 *     you said "hello"
 *     eot
 */
#include <poe.h>
#include <poe/readline.h>
#include <stdio.h>
#include <time.h>

struct console {
	struct poe_readline *wheel;
};

static void start(struct poe_event *ev)
{
	struct console *me = ev->heap;
	int columns, rows;

	me->wheel = poe_readline_new(ev->kernel, &(struct poe_readline_plan){ .input_event = "typed" });
	if (me->wheel == NULL) {
		perror("poe_readline_new");
		return;
	}
	poe_readline_get(me->wheel, "> ");
	if (poe_readline_terminal_size(me->wheel, &columns, &rows) == 0)
		poe_delay(ev->kernel, "tick", 1);
}

static void tick(struct poe_event *ev)
{
	struct console *me = ev->heap;
	time_t now = (time_t)poe_time(ev->kernel);
	char text[16];

	strftime(text, sizeof text, "%T", localtime(&now));
	poe_readline_put(me->wheel, poe_str(text));
	poe_delay(ev->kernel, "tick", 1);
}

static void typed(struct poe_event *ev)
{
	struct console *me = ev->heap;
	const char *line = poe_arg_str(ev, 0), *exception = poe_arg_str(ev, 1);
	char text[1024];

	if (exception[0] != '\0') {
		poe_readline_put(me->wheel, poe_str(exception));
		poe_readline_free(me->wheel);
		poe_alarm_remove_all(ev->kernel);
		return;
	}
	snprintf(text, sizeof text, "you said \"%s\"", line);
	poe_readline_put(me->wheel, poe_str(text));
	poe_readline_add_history(me->wheel, line);
	poe_readline_get(me->wheel, NULL);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "tick", tick },
	{ "typed(ss)", typed },
	{ 0 },
};

int main(void)
{
	struct console console = { NULL };
	struct poe_kernel *k = poe_kernel_new(NULL);

	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &console });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
