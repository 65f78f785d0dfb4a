/*
 * Follows a log, and tells of each transaction in it when it is over:
 *     begin NAME / any lines / commit | abort
 * through rotations of the file, until a line "quit".
 *     logwatch file
 * A port of logwatch.pl: FollowTail, and an NFA that reads what it follows.
 */
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RUNSTATE. */
struct watch {
	const char *file;
	struct poe_followtail *tail;
	int stray; /* lines outside any transaction */
	char name[64];
	int lines;
};

/* The word after "begin ", cut to fit; 0 if the line does not begin a transaction. */
static int begins(const char *line, char name[64])
{
	return sscanf(line, "begin %63s", name) == 1;
}

/* Nothing is open yet. */

static void starting_start(struct poe_event *ev)
{
	struct watch *run = ev->heap;

	run->tail = poe_followtail_new(ev->kernel, &(struct poe_followtail_plan){
		.filename = run->file,
		.input_event = "line",
		.reset_event = "rotated",
		.seek = POE_SEEK_START,
	});
	if (run->tail == NULL) {
		perror(run->file);
		return;
	}
	puts("watching");
	poe_nfa_goto_state(ev->kernel, "between", NULL);
}

static const struct poe_state starting[] = { { "start", starting_start }, { 0 } };

/* Between two transactions. */

static void between_line(struct poe_event *ev)
{
	struct watch *run = ev->heap;
	const char *line = poe_arg_str(ev, 0);
	char name[64];

	if (begins(line, name))
		poe_nfa_goto_state(ev->kernel, "inside", "enter", poe_str(name));
	else if (strcmp(line, "quit") == 0)
		poe_nfa_goto_state(ev->kernel, "ending", "enter");
	else
		run->stray++;
}

static void rotated(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state between[] = { { "line(s)", between_line }, { "rotated", rotated }, { 0 } };

/* A transaction is open. */

static void inside_enter(struct poe_event *ev)
{
	struct watch *run = ev->heap;

	snprintf(run->name, sizeof run->name, "%s", poe_arg_str(ev, 0));
	run->lines = 0;
}

static void inside_line(struct poe_event *ev)
{
	struct watch *run = ev->heap;
	const char *line = poe_arg_str(ev, 0);
	char name[64];

	if (strcmp(line, "commit") == 0) {
		printf("%s: %d lines committed\n", run->name, run->lines);
		poe_nfa_goto_state(ev->kernel, "between", NULL);
	} else if (strcmp(line, "abort") == 0) {
		printf("%s: aborted\n", run->name);
		poe_nfa_goto_state(ev->kernel, "between", NULL);
	} else if (begins(line, name)) {
		printf("%s: cut short by %s\n", run->name, name);
		poe_nfa_goto_state(ev->kernel, "inside", "enter", poe_str(name));
	} else {
		run->lines++;
	}
}

static void inside_leave(struct poe_event *ev)
{
	struct watch *run = ev->heap;

	run->name[0] = '\0';
}

static const struct poe_state inside[] = {
	{ "enter(s)", inside_enter }, { "line(s)", inside_line }, { "rotated", rotated }, { "leave", inside_leave }, { 0 }
};

/* No more is wanted. */

static void ending_enter(struct poe_event *ev)
{
	struct watch *run = ev->heap;

	poe_followtail_free(run->tail);
	printf("%d stray lines\n", run->stray);
}

static const struct poe_state ending[] = { { "enter", ending_enter }, { 0 } };

static const struct poe_nfa_state states[] = {
	{ "starting", starting }, { "between", between }, { "inside", inside }, { "ending", ending }, { 0 }
};

int main(int argc, char **argv)
{
	struct watch run = { .file = argc > 1 ? argv[1] : "/var/log/messages" };
	struct poe_kernel *k = poe_kernel_new(NULL);
	int result;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (k == NULL) {
		perror("poe_kernel_new");
		return 1;
	}
	poe_nfa_spawn(k, &(struct poe_nfa_plan){
		.states = states, .state = "starting", .event = "start", .heap = &run, .immediate = 1 });
	result = poe_run(k);
	if (result != 0)
		fprintf(stderr, "%s\n", poe_kernel_error(k));
	poe_kernel_free(k);
	return result != 0;
}
