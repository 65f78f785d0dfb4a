/* Plays a row: each cell on a kernel of its own, and a look at what is left. */
#include "stage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = -1;

	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static struct stage *stage_new(const struct stage_row *row, const struct stage_action *action)
{
	struct stage *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->row = row;
	s->action = action;
	s->fd = s->peer = -1;
	s->open_before = open_descriptors();
	s->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	assert_non_null(s->kernel);
	return s;
}

static void check_result(struct stage *s, int result)
{
	bool fails = s->senseless == NULL && s->action->outcome & STAGE_FAILS;

	stage_check(s, result == (fails ? -1 : 0), fails ? "poe_run has succeeded" : "poe_run has failed");
	stage_check(s, s->calls > 0, "never heard");
	stage_check(s, s->curtain || s->is_copy || s->action->outcome & (STAGE_KERNEL_ENDS | STAGE_FAILS),
		    "the kernel has stopped without a curtain");
}

static void check_left(struct stage *s)
{
	struct poe_kernel_stats left;

	poe_kernel_stats(s->kernel, &left);
	stage_check(s, left.sessions == 0, "sessions are left");
	stage_check(s, left.queued == 0, "events are left");
	stage_check(s, left.alarms == 0, "alarms are left");
	stage_check(s, left.watches == 0, "watches are left");
	stage_check(s, left.owned == 0, "owned things are left");
	stage_check(s, s->heaps == 0, "heaps are left, or were freed twice");
	stage_check(s, s->born == 0, "a session that was made did not begin, or did not end");
}

static void on_encore(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", on_encore }, { 0 } };
	int *left = ev->heap;

	poe_signal(ev->kernel, poe_kernel_address(ev->kernel), "ENCORE");
	if (--*left > 0)
		poe_session_create(ev->kernel, &(struct poe_session_plan){ .states = states, .heap = left });
}

/* Whatever has happened, the kernel is as good as new: a family lives on it, hears of a signal, and ends. */
static void play_encore(struct stage *s)
{
	static const struct poe_state states[] = { { "_start", on_encore }, { 0 } };
	int left = 20;

	poe_session_create(s->kernel, &(struct poe_session_plan){ .states = states, .heap = &left });
	stage_check(s, poe_run(s->kernel) == 0 && left == 0, "the kernel cannot be used again");
	check_left(s);
}

/* The process that an act has made of us plays to its end too, and fails if anything of it did. */
static void wait_for_copy(struct stage *s)
{
	int status = 0;

	if (s->forked == 0)
		return;
	stage_check(s, waitpid(s->forked, &status, 0) == s->forked && WIFEXITED(status) && WEXITSTATUS(status) == 0,
		    "the copy has failed");
}

static int stage_free(struct stage *s)
{
	int failures;

	if (s->row->end != NULL)
		s->row->end(s);
	check_left(s);
	play_encore(s);
	poe_kernel_free(s->kernel);
	for (int i = 0; i < s->peer_count; i++)
		close(s->peers[i]);
	stage_check(s, open_descriptors() == s->open_before, "descriptors are left, or others' were closed");
	if (s->is_copy)
		_exit(s->failures > 0);
	wait_for_copy(s);
	if (s->path[0] != '\0')
		remove(s->path);
	if (s->awaited > 0)
		waitpid(s->awaited, NULL, 0);
	failures = s->failures;
	free(s);
	return failures;
}

static void tell(const struct stage *s)
{
	if (getenv("STAGE_TOLD") != NULL && s->senseless == NULL)
		fprintf(stderr, "%s / %s\n", s->row->name, s->action->name);
	else if (getenv("STAGE_TOLD") != NULL)
		fprintf(stderr, "\tmakes no sense: %s\n", s->senseless);
}

static int play(const struct stage_row *row, const struct stage_action *action)
{
	struct stage *s = stage_new(row, action);

	tell(s);
	stage_open(s);
	if (row->provoke != NULL && !s->actor_ended)
		row->provoke(s);
	check_result(s, poe_run(s->kernel));
	if (s->senseless != NULL)
		tell(s);
	return stage_free(s);
}

void stage_play(void **state)
{
	const struct stage_row *row = *state;
	int failures = 0;

	for (size_t i = 0; i < stage_action_count; i++)
		failures += play(row, &stage_actions[i]);
	assert_int_equal(failures, 0);
}
