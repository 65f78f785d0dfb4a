/*
 * What a session hears from wheels on files and on other programs: anything
 * may be done in it.  See harness/stage.h.
 */
#include "stage.h"

#include <fcntl.h>
#include <poe/followtail.h>
#include <poe/listenaccept.h>
#include <poe/wheel_run.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file of our own with something in it; its descriptor is the peer. */
static void make_file(struct stage *s)
{
	strcpy(s->path, "/tmp/reentry_test.XXXXXX");
	s->peer = stage_keep(s, mkstemp(s->path));
	assert_int_equal(write(s->peer, "old\n", 4), 4);
}

static void make_tail(struct stage *s, struct poe_followtail_plan plan)
{
	if (plan.fd == 0)
		plan.filename = s->path;
	plan.input_event = plan.input_event ? plan.input_event : "aside";
	s->tail = poe_followtail_new(s->kernel, &plan);
	assert_non_null(s->tail);
}

static void drop_tail(struct stage *s)
{
	poe_followtail_free(s->tail);
	s->tail = NULL;
}

static void arrange_line(struct stage *s)
{
	make_file(s);
	make_tail(s, (struct poe_followtail_plan){ .input_event = "heard" });
}

static void append(struct stage *s)
{
	assert_int_equal(write(s->peer, "one\ntwo\nthree", 13), 13);
}

static void arrange_idle(struct stage *s)
{
	make_file(s);
	make_tail(s, (struct poe_followtail_plan){ .idle_event = "heard", .fd = fcntl(s->peer, F_DUPFD_CLOEXEC, 3) });
}

static void arrange_reset(struct stage *s)
{
	make_file(s);
	make_tail(s, (struct poe_followtail_plan){ .reset_event = "heard", .seek = POE_SEEK_START });
}

/* It has been read by then, or not: either way it is another file now. */
static void truncate_file(struct stage *s)
{
	while (poe_followtail_tell(s->tail) < 4)
		poe_run_one_timeslice(s->kernel);
	assert_int_equal(ftruncate(s->peer, 0), 0);
	lseek(s->peer, 0, SEEK_SET);
	append(s);
}

static void arrange_tail_error(struct stage *s)
{
	strcpy(s->path, "/tmp");
	make_tail(s, (struct poe_followtail_plan){ .error_event = "heard" });
	s->path[0] = '\0';
}

static void arrange_accept(struct stage *s)
{
	int fd = stage_listen(s, &s->port);

	s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	s->factory = poe_listenaccept_new(s->kernel, s->fd, &(struct poe_listenaccept_plan){
		.accept_event = "heard", .error_event = "heard" });
	assert_non_null(s->factory);
}

static void dial_twice(struct stage *s)
{
	stage_dial(s, s->port);
	stage_dial(s, s->port);
}

static void drop_accept(struct stage *s)
{
	poe_socketfactory_free(s->factory);
	s->factory = NULL;
}

/* A program that ends by itself, having said something on both. */
static void make_run(struct stage *s, struct poe_wheel_run_plan plan)
{
	static const char *const program[] = { "/bin/sh", "-c", "echo one; echo two; echo three >&2; echo four >&2", NULL };

	plan.program = plan.program ? plan.program : program;
	s->run = poe_wheel_run_new(s->kernel, &plan);
	assert_non_null(s->run);
	s->awaited = poe_wheel_run_pid(s->run);
}

static void drop_run(struct stage *s)
{
	poe_wheel_run_free(s->run);
	s->run = NULL;
}

/* Then all it has said is there, and the end of it. */
static void await_end(struct stage *s)
{
	siginfo_t info;

	if (s->awaited > 0)
		waitid(P_PID, (id_t)s->awaited, &info, WEXITED | WNOWAIT);
}

static void arrange_stdout(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdout_event = "heard", .stderr_event = "aside" });
}

static void arrange_stderr(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdout_event = "aside", .stderr_event = "heard" });
}

static void arrange_end_of_output(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdout_event = "aside", .stderr_event = "aside",
						 .error_event = "heard" });
}

static void arrange_close(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdout_event = "aside", .stderr_event = "aside",
						 .close_event = "heard" });
}

static void arrange_exit(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdout_event = "aside", .stderr_event = "aside",
						 .exit_event = "heard" });
}

static void arrange_stdin(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .stdin_event = "heard", .stdout_event = "aside",
						 .program = (const char *const[]){ "/bin/cat", NULL } });
	poe_wheel_run_put(s->run, poe_str("one"));
}

static void arrange_no_program(struct stage *s)
{
	make_run(s, (struct poe_wheel_run_plan){ .error_event = "heard",
						 .program = (const char *const[]){ "/no/such/program", NULL } });
}

static const struct stage_row rows[] = {
	{ "in input_event of FollowTail", .arrange = arrange_line, .provoke = append, .drop = drop_tail },
	{ "in idle_event of FollowTail", .arrange = arrange_idle, .drop = drop_tail },
	{ "in reset_event of FollowTail", .arrange = arrange_reset, .provoke = truncate_file, .drop = drop_tail },
	{ "in error_event of FollowTail", .arrange = arrange_tail_error, .drop = drop_tail },
	{ "in accept_event of ListenAccept", .arrange = arrange_accept, .provoke = dial_twice, .drop = drop_accept },
	{ "in stdout_event of Run", .arrange = arrange_stdout, .provoke = await_end, .drop = drop_run },
	{ "in stderr_event of Run", .arrange = arrange_stderr, .provoke = await_end, .drop = drop_run },
	{ "in error_event of Run, at the end of output", .arrange = arrange_end_of_output, .provoke = await_end,
	  .drop = drop_run },
	{ "in error_event of Run, without a program", .arrange = arrange_no_program, .drop = drop_run },
	{ "in close_event of Run", .arrange = arrange_close, .provoke = await_end, .drop = drop_run },
	{ "in exit_event of Run", .arrange = arrange_exit, .provoke = await_end, .drop = drop_run },
	{ "in stdin_event of Run", .arrange = arrange_stdin, .drop = drop_run },
};

int main(void)
{
	struct CMUnitTest tests[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[i] = (struct CMUnitTest)STAGE_TEST(rows[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
