#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dump(struct harness *h)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	poe_kernel_dump(h->kernel, out);
	fclose(out);
	return text;
}

static void assert_dumped(struct harness *h, const char *const *lines, size_t count)
{
	char *text = dump(h);

	for (size_t i = 0; i < count; i++) {
		if (strstr(text, lines[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", lines[i], text);
	}
	free(text);
}

static void hold_by_everything(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	static const struct poe_state child[] = { { "_start", harness_ignore }, { 0 } };

	poe_alias_set(ev->kernel, "me");
	poe_delay_set(ev->kernel, "alarm", 2.5);
	poe_select_read(ev->kernel, h->pipe[0], "readable");
	poe_sig(ev->kernel, "USR2", "usr2");
	poe_refcount_increment(ev->kernel, ev->session, "tag");
	poe_refcount_increment(ev->kernel, ev->session, "tag");
	poe_yield(ev->kernel, "queued");
	poe_state_set(ev->kernel, "extra", harness_record, NULL);
	harness_session(h, NULL, child);
	poe_post(ev->kernel, h->other, "elsewhere");
	h->number = fork();
	if (h->number == 0)
		for (;;)
			pause();
	poe_sig_child(ev->kernel, (pid_t)h->number, "ended");
}

static void keep_house(struct poe_event *ev)
{
	poe_alarm_weaken(ev->kernel, poe_delay_set(ev->kernel, "sweep", 60));
}

/* It said "kept by" of a weak alarm, which keeps nothing. */
static void dump_tells_a_weak_alarm_from_what_keeps(void **state)
{
	static const struct poe_state states[] = { { "_start", keep_house }, { 0 } };
	static const char *const lines[] = { "  has, weakly: alarm sweep, due in 60" };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	assert_dumped(h, lines, 1);
	harness_run(h);
}

static const struct poe_state held_states[] = { { "_start", hold_by_everything }, { "queued", harness_ignore }, { 0 } };
static const struct poe_state other_states[] = { { "_start", harness_ignore }, { 0 } };

static void dump_names_everything_that_keeps_a_session(void **state)
{
	static const char *const lines[] = {
		"kernel: 3 sessions", "1 alarms, 1 watches", "states: ", " queued", "; set at run time: extra",
		"kept by: alias \"me\", until the program is idle\n", "kept by: alarm alarm, due in 2.5", "for readable\n",
		"watches signal USR2, which keeps nothing\n", "kept by: reference \"tag\", 2 times\n", "kept by: process ",
		"kept by: event queued, queued at ", "kept by: event (its birth)", "kept by: 1 events it has queued to others\n",
		"kept by: 1 child session\n"
	};
	struct harness *h = *state;

	harness_pipe(h);
	h->other = harness_session(h, NULL, other_states);
	harness_session(h, NULL, held_states);
	assert_dumped(h, lines, sizeof lines / sizeof *lines);
	poe_kernel_stop(h->kernel);
	kill((pid_t)h->number, SIGKILL);
	waitpid((pid_t)h->number, NULL, 0);
	harness_run(h);
}

static void record_dump(struct poe_event *ev)
{
	static const char *const lines[] = { "kept by nothing: it stops when this round ends\n" };

	assert_dumped(harness_of(ev), lines, 1);
}

static void dump_says_so_when_nothing_keeps_a_session(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "last", record_dump }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_post(h->kernel, s, "last");
	harness_run(h);
}

static void dump_of_an_empty_kernel_is_one_line(void **state)
{
	char *text = dump(*state);

	assert_string_equal(text, "kernel: 0 sessions, 0 events queued, 0 alarms, 0 watches, 0 reasons to go on\n");
	free(text);
}

static void release(struct poe_owned *owned)
{
	owned->kind = NULL;
}

static void dump_names_what_components_own(void **state)
{
	static const struct poe_owned_kind kind = { "readwrite", release };
	static const char *const lines[] = { "  owns: readwrite\n" };
	struct poe_owned owned = { 0 };
	struct harness *h = *state;

	poe_own(h->kernel, harness_session(h, NULL, other_states), &owned, &kind);
	assert_dumped(h, lines, 1);
	harness_run(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(dump_names_everything_that_keeps_a_session),
		HARNESS_TEST(dump_tells_a_weak_alarm_from_what_keeps),
		HARNESS_TEST(dump_says_so_when_nothing_keeps_a_session),
		HARNESS_TEST(dump_of_an_empty_kernel_is_one_line),
		HARNESS_TEST(dump_names_what_components_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
