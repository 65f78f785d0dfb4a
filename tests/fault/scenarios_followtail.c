/*
 * FollowTail wheels through what happens to log files.  Each time the end is
 * reached the next thing is done to the file; a failure that is told is made up
 * for by the next poll, so all lines come in any case in which the wheel goes on.
 */
#include "trial.h"

#include <fcntl.h>
#include <poe/followtail.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINES = 6 };

struct following {
	struct trial *trial;
	struct poe_followtail *wheel; /* NULL: not made, or freed */
	char folder[40], path[64], old[64];
	int done; /* to the file */
};

static void append(const struct following *f, const char *text)
{
	int fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (write(fd, text, strlen(text)) < 0)
		trial_break(f->trial, "the scenario could not write");
	close(fd);
}

static void end(struct following *f)
{
	poe_followtail_free(f->wheel);
	f->wheel = NULL;
}

static void rotate(const struct following *f)
{
	rename(f->path, f->old);
	append(f, "four\nfi");
}

static void truncate_to(const struct following *f, const char *text)
{
	if (truncate(f->path, 0) == 0)
		append(f, text);
}

static void do_next(struct poe_event *ev)
{
	struct following *me = ev->heap;

	if (me->wheel == NULL)
		return;
	switch (me->done++) {
	case 0: append(me, "one\ntwo\nth"); break;
	case 1: append(me, "ree\n"); break;
	case 2: rotate(me); break;
	case 3: append(me, "ve\n"); break;
	case 4: truncate_to(me, "six\n"); break;
	default: end(me); break;
	}
}

static void see_line(struct poe_event *ev)
{
	static const char *const lines[LINES] = { "one", "two", "three", "four", "five", "six" };
	struct following *me = ev->heap;

	for (int i = 0; i < LINES; i++)
		if (strcmp(poe_arg_str(ev, 0), lines[i]) == 0)
			trial_see(me->trial);
}

static void note_error(struct poe_event *ev)
{
	struct following *me = ev->heap;

	trial_told(me->trial, "", (int)poe_arg_int(ev, 1));
}

static void start(struct poe_event *ev)
{
	struct following *me = ev->heap;
	struct poe_filter *lines = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });

	if (!trial_check(me->trial, lines != NULL))
		return;
	me->wheel = poe_followtail_new(ev->kernel, &(struct poe_followtail_plan){
		.filename = me->path, .input_event = "line", .error_event = "error", .reset_event = "reset",
		.idle_event = "idle", .filter = lines });
	if (!trial_check(me->trial, me->wheel != NULL))
		poe_filter_free(lines);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state states[] = {
	{ "_start", start }, { "line(s)", see_line }, { "error(si)", note_error },
	{ "reset", ignore }, { "idle", do_next }, { 0 },
};

static bool prepare(struct following *f, struct trial *t)
{
	f->trial = t;
	strcpy(f->folder, "/tmp/libpoe-fault-XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return false;
	snprintf(f->path, sizeof f->path, "%s/log", f->folder);
	snprintf(f->old, sizeof f->old, "%s/log.1", f->folder);
	return true;
}

static void clean(const struct following *f)
{
	unlink(f->path);
	unlink(f->old);
	rmdir(f->folder);
}

static void follow_log(struct trial *t)
{
	struct following f = { .trial = t };

	if (!prepare(&f, t))
		return;
	append(&f, "an old line\nand half of");
	append(&f, " one, done\n");
	trial_hope(t, LINES);
	trial_session(t, states, &f);
	trial_go(t);
	clean(&f);
}

/* A pipe has no end: its lines are counted instead. */
static void see_pipe_line(struct poe_event *ev)
{
	struct following *me = ev->heap;

	see_line(ev);
	if (strcmp(poe_arg_str(ev, 0), "six") == 0)
		end(me);
	else if (me->done++ == 0)
		append(me, "ree\nfour\nfive\nsix\n");
}

static void start_pipe(struct poe_event *ev)
{
	struct following *me = ev->heap;

	start(ev);
	if (me->wheel != NULL)
		append(me, "one\ntwo\nth");
}

/* What a pipe has lost does not come again. */
static void note_error_and_end(struct poe_event *ev)
{
	struct following *me = ev->heap;

	note_error(ev);
	end(me);
}

static const struct poe_state pipe_states[] = {
	{ "_start", start_pipe }, { "line(s)", see_pipe_line }, { "error(si)", note_error_and_end },
	{ "reset", ignore }, { "idle", ignore }, { 0 },
};

static void follow_pipe(struct trial *t)
{
	struct following f = { .trial = t };

	if (!prepare(&f, t) || mkfifo(f.path, 0600) < 0)
		return;
	trial_hope(t, LINES);
	trial_session(t, pipe_states, &f);
	trial_go(t);
	clean(&f);
}

const struct scenario scenarios_followtail[] = {
	{ "a_log_is_rotated_and_truncated", follow_log, POE_CLOCK_VIRTUAL, 0 },
	{ "lines_come_through_a_named_pipe", follow_pipe, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
