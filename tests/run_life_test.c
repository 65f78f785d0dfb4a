/* The Run wheel's end, at every time it may come; where streams lead instead; and who reaps the child. */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char both_ways[] = "cat; echo e >&2; exit 3";

static void put_two_and_shut(struct runner *r)
{
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("one"), poe_str("two")), 0);
	poe_wheel_run_shutdown_stdin(r->wheel);
}

/* Nothing but the child's own end comes after a word; and that only if the session is still there. */
static void assert_last(struct harness *h, const char *word, runner_step *hook)
{
	struct runner *r = runner_new(h, both_ways);
	const char *rest;

	r->plan.stdin_event = "in";
	r->hook_event = word;
	r->hook = hook;
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_end(r);
	rest = strchr(strstr(r->log, word), ' ') + 1;
	if (hook != runner_free_wheel || strcmp(word, "exit") == 0)
		assert_string_equal(rest, "");
	else if (strcmp(rest, "signal:13 ") != 0 && strstr(r->log, "exit:3 ") == NULL)
		fail_msg("after \"%s\" comes \"%s\"", word, rest);
	assert_true(strchr(rest, ' ') == NULL || strchr(rest, ' ')[1] == '\0');
	runner_free(r);
}

static const char *const words[] = { "in", "out:one", "out:two", "err", "error:read", "error:read:0:STDOUT",
				     "error:read:0:STDERR", "close", "exit" };

static void freed_in_any_event_nothing_comes_after_but_the_childs_end(void **state)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_last(*state, words[i], runner_free_wheel);
}

static void stop_session_only(struct runner *r)
{
	poe_kernel_stop(r->kernel);
	r->wheel = NULL;
}

static void kernel_may_be_stopped_in_any_event(void **state)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_last(*state, words[i], stop_session_only);
}

static void kernel_may_be_stopped_in_the_error_of_what_is_not_run(void **state)
{
	struct runner *r = runner_new(*state, NULL);

	r->plan.program = (const char *const[]){ "/no/such", NULL };
	r->hook_event = "error";
	r->hook = runner_stop_kernel;
	runner_run(r);
	runner_assert_told(r, "error:exec:ENOENT: ");
	runner_free(r);
}

static void assert_gone(pid_t pid)
{
	errno = 0;
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void child_nobody_asks_for_is_reaped(void **state)
{
	struct runner *r = runner_new(*state, "exit 3"), *other = runner_new(*state, "sleep .1");

	r->plan.exit_event = r->plan.stderr_event = NULL;
	runner_start(r);
	runner_start(other);
	runner_release(r);
	runner_end(other);
	assert_gone(r->pid);
	runner_free(r);
	runner_free(other);
}

static void child_does_not_hold_the_program_when_its_wheel_is_freed(void **state)
{
	struct harness *h = *state;
	struct runner *r = runner_new(h, "exec sleep 100");

	r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, runner_free_wheel);
	runner_end(r);
	assert_int_equal(kill(r->pid, SIGKILL), 0);
	assert_int_equal(waitpid(r->pid, NULL, 0), r->pid);
	runner_free(r);
}

static void child_that_dies_before_the_kernels_end_is_reaped_there(void **state)
{
	struct harness *h = *state;
	struct runner *r = runner_new(h, "exec sleep 100");
	siginfo_t info;

	r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, runner_free_wheel);
	runner_end(r);
	kill(r->pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOWAIT), 0);
	poe_kernel_free(h->kernel);
	h->kernel = NULL;
	assert_gone(r->pid);
	runner_free(r);
}

static void wait_oneself(struct runner *r)
{
	assert_int_equal(poe_sig_child(r->kernel, r->pid, "exit", poe_int(poe_wheel_run_id(r->wheel))), 0);
}

static void session_may_wait_by_itself_as_in_poe(void **state)
{
	struct runner *r = runner_new(*state, "exit 3");

	r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, wait_oneself);
	r->plan.exit_event = "exit";
	runner_end(r);
	runner_assert_saw(r, "exit:3 ");
	assert_int_equal(r->closed, 1);
	assert_gone(r->pid);
	runner_free(r);
}

static void kill_and_free(struct runner *r)
{
	assert_int_equal(poe_wheel_run_kill(r->wheel, SIGKILL), 0);
	runner_free_wheel(r);
}

static void exit_is_told_after_the_wheel_was_freed(void **state)
{
	struct runner *r = runner_new(*state, "exec sleep 100");

	runner_start(r);
	runner_do(r, kill_and_free);
	runner_end(r);
	runner_assert_told(r, "signal:9 ");
	assert_gone(r->pid);
	runner_free(r);
}

static void freed_wheel_ends_the_childs_input(void **state)
{
	struct runner *r = runner_new(*state, "cat >/dev/null; exit 4");

	runner_start(r);
	runner_do(r, runner_free_wheel);
	runner_end(r);
	runner_assert_told(r, "exit:4 ");
	runner_free(r);
}

static char *new_path(char path[64])
{
	int fd;

	strcpy(path, "/tmp/poe-run-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return path;
}

static void assert_holds(const char *path, const char *expected)
{
	char text[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof text - 1);

	close(fd);
	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

static struct runner *quiet_runner(struct harness *h, const char *command)
{
	struct runner *r = runner_new(h, command);

	r->plan.stdout_event = r->plan.stderr_event = NULL;
	return r;
}

static void streams_lead_to_files(void **state)
{
	char in[64], out[64], err[64];
	struct runner *r = quiet_runner(*state, "cat; echo err >&2"), *again;

	r->plan.redirect_stdin.path = "/dev/null";
	r->plan.redirect_output.path = new_path(in);
	runner_run(r);
	assert_holds(in, "err\n");
	again = quiet_runner(*state, "cat; echo err >&2");
	again->plan.redirect_stdin.path = in;
	again->plan.redirect_stdout.path = new_path(out);
	again->plan.redirect_stderr.path = new_path(err);
	runner_run(again);
	assert_holds(out, "err\n");
	assert_holds(err, "err\n");
	unlink(in);
	unlink(out);
	unlink(err);
	runner_free(r);
	runner_free(again);
}

static void both_outputs_go_to_one_file_in_order(void **state)
{
	char path[64];
	struct runner *r = quiet_runner(*state, "echo 1; echo 2 >&2; echo 3");

	r->plan.redirect_output.path = new_path(path);
	r->plan.no_stdin = 1;
	runner_run(r);
	assert_holds(path, "1\n2\n3\n");
	unlink(path);
	runner_free(r);
}

static void streams_lead_to_descriptors_that_stay_the_callers(void **state)
{
	struct harness *h = *state;
	struct runner *r = quiet_runner(h, "echo out; echo err >&2");
	char text[64] = "";

	harness_pipe(h);
	r->plan.redirect_stdout.fd = h->pipe[1];
	r->plan.redirect_stderr.fd = h->pipe[1];
	runner_run(r);
	assert_int_equal(read(h->pipe[0], text, sizeof text), 8);
	assert_string_equal(text, "out\nerr\n");
	assert_true(fcntl(h->pipe[1], F_GETFD) & FD_CLOEXEC);
	runner_free(r);
}

static void standard_error_may_join_a_piped_output_of_ours(void **state)
{
	struct runner *r = runner_new(*state, "echo x");

	r->plan.stderr_event = NULL;
	r->plan.redirect_stderr.fd = STDOUT_FILENO;
	runner_run(r);
	runner_assert_saw(r, "out:x ");
	runner_free(r);
}

static void what_cannot_be_opened_is_an_error_event(void **state)
{
	struct runner *r = quiet_runner(*state, "true"), *other = quiet_runner(*state, "true");

	r->plan.redirect_stdin.path = "/no/such/file";
	other->plan.redirect_stdout.fd = 12345;
	runner_start(r);
	runner_start(other);
	runner_release(r);
	runner_end(other);
	runner_assert_told(r, "error:open:ENOENT: ");
	runner_assert_told(other, "error:dup:EBADF: ");
	runner_free(r);
	runner_free(other);
}

/* What takes the place of a closed standard stream must not be in the way of the child's. */
static void be_without_streams(struct runner *r)
{
	close(0);
	close(1);
	close(2);
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_end(r);
	_exit(strstr(r->log, "out:one out:two ") == NULL || strstr(r->log, "err:e ") == NULL ||
	      strstr(r->log, "exit:3 ") == NULL);
}

static void works_in_a_program_without_standard_streams(void **state)
{
	struct runner *r = runner_new(*state, both_ways);

	for (int priority = 0; priority < 2; priority++) {
		pid_t pid;
		int status;

		r->plan.priority = priority;
		pid = fork();
		if (pid == 0)
			be_without_streams(r);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	runner_end(r);
	runner_free(r);
}

static void many_at_once_come_and_go(void **state)
{
	enum { MANY = 50 };
	struct runner *r[MANY];

	for (int i = 0; i < MANY; i++) {
		r[i] = runner_new(*state, both_ways);
		runner_start(r[i]);
		runner_do(r[i], put_two_and_shut);
		runner_release(r[i]);
	}
	assert_int_equal(poe_run(r[0]->kernel), 0);
	for (int i = 0; i < MANY; i++) {
		runner_assert_saw(r[i], "out:one out:two ");
		runner_assert_saw(r[i], "exit:3 ");
		runner_free(r[i]);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(freed_in_any_event_nothing_comes_after_but_the_childs_end),
		HARNESS_TEST_REAL(kernel_may_be_stopped_in_any_event),
		HARNESS_TEST_REAL(kernel_may_be_stopped_in_the_error_of_what_is_not_run),
		HARNESS_TEST_REAL(child_nobody_asks_for_is_reaped),
		HARNESS_TEST_REAL(child_does_not_hold_the_program_when_its_wheel_is_freed),
		HARNESS_TEST_REAL(child_that_dies_before_the_kernels_end_is_reaped_there),
		HARNESS_TEST_REAL(session_may_wait_by_itself_as_in_poe),
		HARNESS_TEST_REAL(exit_is_told_after_the_wheel_was_freed),
		HARNESS_TEST_REAL(freed_wheel_ends_the_childs_input),
		HARNESS_TEST_REAL(streams_lead_to_files),
		HARNESS_TEST_REAL(both_outputs_go_to_one_file_in_order),
		HARNESS_TEST_REAL(streams_lead_to_descriptors_that_stay_the_callers),
		HARNESS_TEST_REAL(standard_error_may_join_a_piped_output_of_ours),
		HARNESS_TEST_REAL(what_cannot_be_opened_is_an_error_event),
		HARNESS_TEST_REAL(works_in_a_program_without_standard_streams),
		HARNESS_TEST_REAL(many_at_once_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
