/*
 * The ReadLine wheel: its life, and how the loop comes to it.  After
 * POE::Wheel::ReadLine.
 *
 * Its watch is strong while a line is asked for, and otherwise paused and
 * weak.  Lines that are there already, typed ahead, come by an event that the
 * wheel posts to its session.  A line is delivered from the loop only, and the
 * next one begun after its handler has returned: until then it is libedit's
 * memory that the handler reads.
 */
#include "editor.h"
#include "history.h"

#include "../wheel.h"

#include <errno.h>
#include <poe/kernel.h>
#include <poe/readline.h>
#include <poe/session.h>
#include <poe/watch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct poe_readline {
	struct poe_kernel *kernel;
	poe_sid session;
	int64_t id;
	struct poe_owned owned;       /* by the session */
	const char *input_event;      /* interned */
	struct wheel_ticket *ticket;
	struct readline_terminal terminal;
	struct readline_editor editor; /* of zeros unless it is a terminal */
	History *history;             /* owned */
	struct poe_watch *watch;
	unsigned busy;                /* its handlers under way */
	bool asked;                   /* for a line */
	bool posted;                  /* a wake is in the queue */
	bool dead;                    /* freed while busy */
	struct readline_octets octets;
};

static const char wake_event[] = "poe.readline";

static void destroy(struct poe_readline *w)
{
	readline_editor_free(&w->editor);
	readline_terminal_close(&w->terminal);
	if (w->history != NULL)
		history_end(w->history);
	free(w);
}

static void arm(struct poe_readline *w)
{
	if (w->asked) {
		poe_watch_strengthen(w->watch);
		poe_watch_resume(w->watch, POE_READ);
	} else {
		poe_watch_pause(w->watch, POE_READ);
		poe_watch_weaken(w->watch);
	}
}

static void deliver(struct poe_readline *w, struct poe_value line, enum readline_exception exception)
{
	static const char *const names[] = {
		[READLINE_LINE] = "", [READLINE_INTERRUPT] = "interrupt",
		[READLINE_EOT] = "eot", [READLINE_CANCEL] = "cancel",
	};
	const struct poe_value values[] = { line, poe_str(names[exception]), poe_int(w->id), poe_none() };

	w->asked = false;
	arm(w);
	poe_callv(w->kernel, w->session, w->input_event, POE_HERE, values);
}

/* True if a line was delivered. */
static bool edit_on(struct poe_readline *w)
{
	enum readline_exception exception;
	struct poe_value line;

	if (!readline_editor_run(&w->editor))
		return false;
	line = readline_editor_take(&w->editor, &exception);
	deliver(w, line, exception);
	return true;
}

static bool read_on(struct poe_readline *w)
{
	const char *line = readline_octets_line(&w->octets);

	if (line == NULL && !w->octets.ended)
		return false;
	deliver(w, poe_str(line), line != NULL ? READLINE_LINE : READLINE_EOT);
	return true;
}

/* As many lines as are there and asked for, of one read at most. */
static void pump(struct poe_readline *w)
{
	bool more = true;

	w->busy++;
	while (more && w->asked && !w->dead)
		more = w->terminal.is_terminal ? edit_on(w) : read_on(w);
	w->busy--;
	if (w->dead && w->busy == 0)
		destroy(w);
}

static void ready(struct poe_event *ev)
{
	struct poe_readline *me = ev->object;

	if (me->terminal.is_terminal)
		readline_editor_resize(&me->editor);
	readline_octets_fill(&me->octets, me->terminal.in);
	pump(me);
}

static void woken(struct poe_event *ev)
{
	struct poe_readline *me = wheel_of(ev);

	if (me == NULL)
		return;
	me->posted = false;
	pump(me);
}

static int wake(struct poe_readline *w)
{
	if (w->posted || w->busy > 0)
		return 0;
	if (poe_postv(w->kernel, w->session, wake_event, POE_HERE, poe_list(wheel_ticket_value(w->ticket))) < 0)
		return -1;
	w->posted = true;
	return 0;
}

static void release(struct poe_owned *owned)
{
	poe_readline_free((struct poe_readline *)((char *)owned - offsetof(struct poe_readline, owned)));
}

static const struct poe_owned_kind readline_kind = { .name = "readline", .release = release };

static int make_editor(struct poe_readline *w, const char *app_name)
{
	if (!w->terminal.is_terminal)
		return 0;
	return readline_editor_init(&w->editor, &(struct readline_editor_plan){
		.app_name = app_name != NULL ? app_name : "poe-readline", .octets = &w->octets,
		.terminal = &w->terminal, .history = w->history });
}

static int make_parts(struct poe_readline *w, const struct poe_readline_plan *plan)
{
	w->id = poe_kernel_serial(w->kernel);
	w->input_event = poe_intern(w->kernel, plan->input_event);
	w->ticket = wheel_ticket_new(w);
	w->history = readline_history_new();
	if (w->input_event == NULL || w->ticket == NULL || w->history == NULL)
		return -1;
	if (poe_state_set(w->kernel, "poe.readline(o)", woken, NULL) < 0)
		return -1;
	if (readline_terminal_open(&w->terminal, plan->in, plan->out > 0 ? plan->out : STDOUT_FILENO) < 0)
		return -1;
	w->watch = poe_watch_new(w->kernel, w->terminal.in,
		&(struct poe_watch_plan){ .modes = POE_READ, .handler = ready, .object = w });
	return w->watch != NULL ? make_editor(w, plan->app_name) : -1;
}

struct poe_readline *poe_readline_new(struct poe_kernel *k, const struct poe_readline_plan *plan)
{
	struct poe_readline *w;
	int error_num;

	if (plan->input_event == NULL || plan->in < 0 || plan->out < 0) {
		errno = EINVAL;
		return NULL;
	}
	w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->kernel = k;
	w->session = poe_session_current(k);
	w->terminal.in = w->terminal.out = -1;
	if (make_parts(w, plan) < 0) {
		error_num = errno;
		poe_readline_free(w);
		errno = error_num;
		return NULL;
	}
	arm(w);
	poe_own(k, w->session, &w->owned, &readline_kind);
	return w;
}

void poe_readline_free(struct poe_readline *w)
{
	if (w == NULL || w->dead)
		return;
	w->dead = true;
	poe_disown(&w->owned);
	wheel_ticket_end(w->ticket);
	w->ticket = NULL;
	poe_watch_free(w->watch);
	w->watch = NULL;
	if (w->busy == 0)
		destroy(w);
}

int64_t poe_readline_id(const struct poe_readline *w)
{
	return w->id;
}

int poe_readline_get(struct poe_readline *w, const char *prompt)
{
	if (wake(w) < 0)
		return -1;
	if (prompt != NULL && w->terminal.is_terminal && readline_editor_set_prompt(&w->editor, prompt) < 0)
		return -1;
	w->asked = true;
	if (!w->dead)
		arm(w);
	return 0;
}

static int check_lines(const struct poe_value *lines)
{
	for (; lines->kind != POE_NONE; lines++)
		if ((lines->kind != POE_STR && lines->kind != POE_BYTES) || lines->length == UINT32_MAX) {
			errno = EINVAL;
			return -1;
		}
	return 0;
}

static int put_plain(struct poe_readline *w, const struct poe_value *lines)
{
	for (; lines->kind != POE_NONE; lines++)
		if (readline_terminal_write(&w->terminal, lines->as.s, lines->length) < 0 ||
		    readline_terminal_write(&w->terminal, "\n", 1) < 0)
			return -1;
	return 0;
}

int poe_readline_putv(struct poe_readline *w, const struct poe_value *lines)
{
	if (check_lines(lines) < 0)
		return -1;
	return w->terminal.is_terminal ? readline_editor_put(&w->editor, lines) : put_plain(w, lines);
}

int poe_readline_add_history(struct poe_readline *w, const char *line)
{
	return readline_history_add(w->history, line);
}

struct poe_array *poe_readline_get_history(const struct poe_readline *w)
{
	return readline_history_get(w->history);
}

int poe_readline_read_history(struct poe_readline *w, const char *file, long first, long last)
{
	return readline_history_read(w->history, file, first, last);
}

int poe_readline_write_history(const struct poe_readline *w, const char *file)
{
	return readline_history_write(w->history, file);
}

int poe_readline_truncate_history(const char *file, long lines)
{
	return readline_history_truncate(file, lines);
}

int poe_readline_bind_key(struct poe_readline *w, const char *key, const char *command)
{
	return w->terminal.is_terminal ? readline_editor_bind(&w->editor, key, command) : 0;
}

void poe_readline_clear(struct poe_readline *w)
{
	if (w->terminal.is_terminal)
		readline_editor_clear(&w->editor);
}

int poe_readline_terminal_size(const struct poe_readline *w, int *columns, int *rows)
{
	return readline_terminal_size(&w->terminal, columns, rows);
}

void poe_readline_resize(struct poe_readline *w)
{
	if (w->terminal.is_terminal)
		readline_editor_resize(&w->editor);
}
