/*
 * Child processes: two lines go in and come out again, and the end is told.
 * Whoever meets trouble tells, and frees its wheel, which ends the child's input.
 */
#include "trial.h"

#include <stdio.h>
#include <string.h>

struct job {
	struct trial *trial;
	struct poe_wheel_run *wheel;
	struct poe_wheel_run_plan plan;
	int ends; /* told: of the output, of the child */
};

static void drop(struct job *j)
{
	poe_wheel_run_free(j->wheel);
	j->wheel = NULL;
}

static void start(struct poe_event *ev)
{
	struct job *me = ev->heap;

	me->wheel = poe_wheel_run_new(ev->kernel, &me->plan);
	if (!trial_must(me->trial, me->wheel != NULL) || poe_wheel_run_pid(me->wheel) == 0)
		return;
	if (!trial_check(me->trial, poe_wheel_run_put(me->wheel, poe_str("one"), poe_str("two")) == 0))
		drop(me);
	else
		poe_wheel_run_shutdown_stdin(me->wheel);
}

static void line(struct poe_event *ev)
{
	struct job *me = ev->heap;

	if (strcmp(poe_arg_str(ev, 0), "one") == 0 || strcmp(poe_arg_str(ev, 0), "two") == 0)
		trial_see(me->trial);
}

/* Not before both: a terminal that goes away hangs up on a child that is still about to end. */
static void drop_at_second(struct job *j)
{
	if (++j->ends == 2)
		drop(j);
}

static void closed(struct poe_event *ev)
{
	drop_at_second(ev->heap);
}

/* What prevents a child is told without a stream; then nothing comes of it. */
static void failed(struct poe_event *ev)
{
	struct job *me = ev->heap;

	trial_told_by(me->trial, ev);
	if (poe_arg_int(ev, 1) != 0)
		drop(me);
}

static void ended(struct poe_event *ev)
{
	struct job *me = ev->heap;

	if (poe_arg_int(ev, 2) == 0)
		trial_see(me->trial);
	drop_at_second(me);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "line(s)", line },
	{ "error(sisis)", failed },
	{ "closed", closed },
	{ "ended(sii)", ended },
	{ 0 },
};

static void play(struct trial *t, const struct poe_wheel_run_plan *plan)
{
	struct job j = { .trial = t, .plan = *plan };

	j.plan.stdout_event = "line";
	j.plan.error_event = "error";
	j.plan.close_event = "closed";
	j.plan.exit_event = "ended";
	trial_hope(t, 3);
	trial_session(t, states, &j);
	trial_go(t);
}

static const char *const cat[] = { "cat", NULL };

static void spawn_cat(struct trial *t)
{
	play(t, &(struct poe_wheel_run_plan){ .program = cat });
}

static void fork_cat(struct trial *t)
{
	play(t, &(struct poe_wheel_run_plan){ .program = cat, .priority = 1 });
}

static int copy_lines(void *object)
{
	char text[16];

	(void)object;
	while (fgets(text, sizeof text, stdin) != NULL)
		fputs(text, stdout);
	return 0;
}

static void run_code(struct trial *t)
{
	play(t, &(struct poe_wheel_run_plan){ .code = copy_lines, .close_on_call = 1 });
}

/* A terminal has no end to shut: the child knows how much is to come. */
static void run_on_terminal(struct trial *t)
{
	play(t, &(struct poe_wheel_run_plan){ .command = "exec head -c 8", .conduit = POE_CONDUIT_PTY });
}

const struct scenario scenarios_run[] = {
	{ "lines_go_through_a_program", spawn_cat, POE_CLOCK_REAL, 0 },
	{ "lines_go_through_a_forked_program", fork_cat, POE_CLOCK_REAL, 0 },
	{ "lines_go_through_a_function", run_code, POE_CLOCK_REAL, 0 },
	{ "lines_go_through_a_terminal", run_on_terminal, POE_CLOCK_REAL, 0 },
	{ 0 },
};
