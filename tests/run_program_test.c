/* What is run, as whom, and what prevents it. */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct runner *runner_of(struct harness *h, const char *const *program)
{
	struct runner *r = runner_new(h, NULL);

	r->plan.program = program;
	r->plan.stderr_event = r->plan.exit_event = NULL;
	return r;
}

static void program_is_found_in_the_path_and_gets_its_arguments(void **state)
{
	struct runner *r = runner_of(*state, ARGV("printf", "%s|%s|%s\n", "two words", "", "$HOME"));

	runner_run(r);
	runner_assert_told(r, "out:two words||$HOME error:read:0:STDOUT close ");
	runner_free(r);
}

static void program_that_is_not_there_is_an_error_event_and_nothing_more(void **state)
{
	struct runner *r = runner_of(*state, ARGV("/no/such/program"));

	r->plan.stderr_event = "err";
	r->plan.exit_event = "exit";
	runner_start(r);
	assert_int_equal(r->pid, 0);
	runner_assert_told(r, "");
	runner_end(r);
	runner_assert_told(r, "error:exec:ENOENT: ");
	runner_free(r);
}

static void file_that_is_no_program_is_eacces(void **state)
{
	struct runner *r = runner_of(*state, ARGV("/etc/passwd"));

	runner_run(r);
	runner_assert_told(r, "error:exec:EACCES: ");
	runner_free(r);
}

static void forked_exec_tells_its_failure_too(void **state)
{
	struct runner *r = runner_of(*state, ARGV("/no/such/program"));

	r->plan.priority = 1;
	runner_run(r);
	runner_assert_told(r, "error:exec:ENOENT: ");
	runner_free(r);
}

static void use_what_is_not_run(struct runner *r)
{
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("x")), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(poe_wheel_run_kill(r->wheel, SIGTERM), -1);
	assert_int_equal(errno, ESRCH);
	poe_wheel_run_shutdown_stdin(r->wheel);
	poe_wheel_run_pause_stdout(r->wheel);
	poe_wheel_run_resume_stdout(r->wheel);
	assert_int_equal(poe_wheel_run_event(r->wheel, "stdout", "out"), -1);
}

static void wheel_of_what_is_not_run_may_be_used(void **state)
{
	struct runner *r = runner_of(*state, ARGV("/no/such/program"));

	r->plan.stdout_filter = poe_filter_stream();
	runner_start(r);
	runner_do(r, use_what_is_not_run);
	runner_end(r);
	runner_assert_told(r, "error:exec:ENOENT: ");
	runner_free(r);
}

static void wheel_of_what_is_not_run_may_be_freed_at_once(void **state)
{
	struct runner *r = runner_of(*state, ARGV("/no/such/program"));

	runner_start(r);
	runner_do(r, runner_free_wheel);
	runner_end(r);
	runner_assert_told(r, "");
	runner_free(r);
}

static int say_and_count(void *object)
{
	char line[32];

	printf("got %s\n", (const char *)object);
	while (fgets(line, sizeof line, stdin) != NULL)
		printf("line %s", line);
	fprintf(stderr, "bad\n");
	return 7;
}

static void put_and_shut(struct runner *r)
{
	poe_wheel_run_put(r->wheel, poe_str("one"), poe_str("two"));
	poe_wheel_run_shutdown_stdin(r->wheel);
}

static void code_runs_in_a_child_with_streams_of_its_own(void **state)
{
	struct runner *r = runner_new(*state, NULL);

	r->plan.code = say_and_count;
	r->plan.object = "it";
	runner_start(r);
	runner_do(r, put_and_shut);
	runner_end(r);
	runner_assert_saw(r, "out:got it out:line one out:line two ");
	runner_assert_saw(r, "err:bad ");
	runner_assert_saw(r, "exit:7 ");
	runner_free(r);
}

static void what_the_parent_has_not_flushed_is_not_the_childs_to_print(void **state)
{
	struct runner *r = runner_new(*state, NULL);

	r->plan.code = say_and_count;
	r->plan.object = "it";
	fflush(stdout);
	printf("unflushed\n");
	runner_start(r);
	__fpurge(stdout);
	runner_do(r, put_and_shut);
	runner_end(r);
	runner_assert_never(r, "unflushed");
	runner_assert_saw(r, "out:got it ");
	runner_free(r);
}

static int count_descriptors(void *object)
{
	int open = 0;

	(void)object;
	for (int fd = 0; fd < 1000; fd++)
		open += fcntl(fd, F_GETFD) != -1;
	return open;
}

static void code_that_shall_inherit_nothing_has_three_descriptors(void **state)
{
	struct runner *r = runner_new(*state, NULL);

	r->plan.code = count_descriptors;
	r->plan.close_on_call = 1;
	runner_run(r);
	runner_assert_saw(r, "exit:3 ");
	runner_free(r);
}

/* The test's own surroundings may have left it some. */
static int count_inheritable(void)
{
	int count = 0;

	for (int fd = 0; fd < 1000; fd++)
		count += fcntl(fd, F_GETFD) != -1 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
	return count;
}

/* ls has one open to see them. */
static void programs_inherit_none_of_ours(void **state)
{
	char expected[64];
	struct runner *r = runner_new(*state, "ls /proc/self/fd | wc -l"), *other = runner_new(*state, "cat");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(other);
	runner_start(r);
	runner_until(r, "close ");
	snprintf(expected, sizeof expected, "out:%d error:read:0:STDOUT close ", count_inheritable() + 1);
	runner_assert_told(r, expected);
	runner_release(r);
	runner_do(other, put_and_shut);
	runner_end(other);
	runner_free(r);
	runner_free(other);
}

static void inheritable_descriptor_is_closed_if_so_wished(void **state)
{
	struct runner *r = runner_new(*state, "ls /proc/self/fd | wc -l");
	int fd = dup(STDERR_FILENO);

	r->plan.stderr_event = r->plan.exit_event = NULL;
	r->plan.close_on_call = 1;
	runner_run(r);
	close(fd);
	runner_assert_told(r, "out:4 error:read:0:STDOUT close ");
	runner_free(r);
}

/* Those from 1 to 28: of what is above, the C library keeps two for itself. */
static const char signals_of_self[] =
	"sed -n 's/^\\(Sig...\\):.*\\(.......\\)$/\\1 \\2/p' /proc/self/status | grep -v -e Cgt -e Pnd";

/* This program ignores one signal, blocks one and catches one. */
static void spoil_signals(struct runner *r)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	runner_run(r);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	runner_assert_told(r, "out:SigBlk 0000000 out:SigIgn 0000000 error:read:0:STDOUT close ");
	runner_free(r);
}

static void child_begins_with_no_signal_blocked_or_ignored(void **state)
{
	spoil_signals(runner_of(*state, ARGV("sh", "-c", signals_of_self)));
}

static void forked_child_does_too(void **state)
{
	struct runner *r = runner_of(*state, ARGV("sh", "-c", signals_of_self));

	r->plan.priority = 1;
	spoil_signals(r);
}

static void child_leads_a_group_of_its_own_unless_told_not_to(void **state)
{
	static const char same_group[] = "test $(ps -o pgid= -p $$) = $$ && echo own || echo ours";
	struct runner *r = runner_of(*state, ARGV("sh", "-c", same_group));
	struct runner *stay = runner_of(*state, ARGV("sh", "-c", same_group));

	stay->plan.no_setpgrp = 1;
	runner_start(r);
	runner_start(stay);
	runner_release(r);
	runner_end(stay);
	runner_assert_told(r, "out:own error:read:0:STDOUT close ");
	runner_assert_told(stay, "out:ours error:read:0:STDOUT close ");
	runner_free(r);
	runner_free(stay);
}

static void priority_is_added_to_ours(void **state)
{
	struct runner *r = runner_of(*state, ARGV("nice"));
	char expected[64];

	r->plan.priority = 3;
	runner_run(r);
	snprintf(expected, sizeof expected, "out:%d error:read:0:STDOUT close ",
		 getpriority(PRIO_PROCESS, 0) + 3);
	runner_assert_told(r, expected);
	runner_free(r);
}

static void killed_child_has_its_signal(void **state)
{
	struct runner *r = runner_new(*state, "exec sleep 100");

	runner_start(r);
	assert_int_equal(poe_wheel_run_kill(r->wheel, 999), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_wheel_run_kill(r->wheel, 0), 0);
	runner_end(r);
	runner_assert_saw(r, "signal:15 ");
	runner_free(r);
}

static void child_that_has_ended_cannot_be_killed(void **state)
{
	struct runner *r = runner_new(*state, "(sleep .05) & exit 0");

	runner_start(r);
	runner_until(r, "exit:0 ");
	errno = 0;
	assert_int_equal(poe_wheel_run_kill(r->wheel, SIGTERM), -1);
	assert_int_equal(errno, ESRCH);
	runner_end(r);
	runner_free(r);
}

/* Leaves no descriptor to be had; returns what to restore. */
static struct rlimit use_up_descriptors(int left)
{
	struct rlimit old, none;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ (rlim_t)(next + left), old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	return old;
}

static void want_of_descriptors_is_an_error_event_at_each_of_them(void **state)
{
	for (int left = 0; left < 6; left++) {
		struct runner *r = runner_new(*state, "echo x");
		struct rlimit old = use_up_descriptors(left);

		runner_start(r);
		setrlimit(RLIMIT_NOFILE, &old);
		runner_end(r);
		runner_assert_told(r, "error:pipe:EMFILE: ");
		runner_free(r);
	}
}

static void bad_plans_are_einval(void **state)
{
	struct runner *r = runner_new(*state, NULL);
	struct poe_wheel_run_plan good = { .command = "true", .stdout_event = "out" }, plan;
	struct poe_filter *f = poe_filter_stream();

#define REFUSED(...) (plan = good, (void)(__VA_ARGS__), r->plan = plan, runner_assert_refused(r, EINVAL))
	REFUSED(plan.command = NULL);
	REFUSED(plan.program = ARGV("true"));
	REFUSED(plan.command = NULL, plan.program = (const char *const[]){ NULL });
	REFUSED(plan.redirect_stdout.path = "/dev/null");
	REFUSED(plan.redirect_output.fd = 1);
	REFUSED(plan.redirect_stdin = (struct poe_redirect){ "/dev/null", 1 });
	REFUSED(plan.redirect_stdin.fd = -1);
	REFUSED(plan.stdout_event = NULL, plan.redirect_stdout.fd = 2, plan.redirect_output.fd = 1);
	REFUSED(plan.redirect_stdin.path = "/dev/null", plan.stdin_event = "in");
	REFUSED(plan.no_stdin = 1, plan.stdin_event = "in");
	REFUSED(plan.conduit = POE_CONDUIT_PTY, plan.stderr_event = "err");
	REFUSED(plan.conduit = POE_CONDUIT_PTY, plan.redirect_stderr.fd = 2);
	REFUSED(plan.conduit = (enum poe_conduit)9);
	REFUSED(plan.rows = 1, plan.columns = 1);
	REFUSED(plan.conduit = POE_CONDUIT_PTY, plan.rows = 1);
	REFUSED(plan.conduit = POE_CONDUIT_PTY, plan.rows = 70000, plan.columns = 1);
	REFUSED(plan.stdin_filter = f, plan.stdout_filter = f);
	REFUSED(plan.close_event = "");
	REFUSED(plan.exit_event = "");
#undef REFUSED
	poe_filter_free(f);
	runner_end(r);
	assert_null(poe_wheel_run_new(r->kernel, &good));
	assert_int_equal(errno, ESRCH);
	runner_free(r);
}

static void someone_unknown_runs_nothing(void **state)
{
	struct runner *r = runner_of(*state, ARGV("true")), *other = runner_of(*state, ARGV("true"));

	r->plan.user = "no such user";
	other->plan.group = "no such group";
	runner_start(r);
	runner_start(other);
	runner_release(r);
	runner_end(other);
	runner_assert_told(r, "error:getpwnam:ENOENT: ");
	runner_assert_told(other, "error:getgrnam:ENOENT: ");
	runner_free(r);
	runner_free(other);
}

static void number_without_an_account_needs_a_group(void **state)
{
	struct runner *r = runner_of(*state, ARGV("true"));

	r->plan.user = "123456";
	runner_run(r);
	runner_assert_told(r, "error:getpwuid:ENOENT: ");
	runner_free(r);
}

static void assert_runs_as(struct harness *h, const char *user, const char *group, const char *is)
{
	struct runner *r = runner_of(h, ARGV("sh", "-c", "echo $(id -u):$(id -g):$(id -G)"));
	char expected[128];

	r->plan.user = user;
	r->plan.group = group;
	runner_run(r);
	snprintf(expected, sizeof expected, "out:%s error:read:0:STDOUT close ", is);
	runner_assert_told(r, expected);
	runner_free(r);
}

static void child_runs_as_user_and_group_with_no_group_of_ours(void **state)
{
	gid_t ours[2] = { 0, 4 };

	if (geteuid() != 0)
		skip();
	assert_int_equal(setgroups(2, ours), 0);
	assert_runs_as(*state, "nobody", NULL, "65534:65534:65534");
	assert_runs_as(*state, "65534", NULL, "65534:65534:65534");
	assert_runs_as(*state, "123456", "daemon", "123456:1:1");
	assert_runs_as(*state, "nobody", "777", "65534:777:777");
	assert_runs_as(*state, NULL, "777", "0:777:777");
	setgroups(0, ours);
}

/* In a process of its own, as nobody. */
static void be_refused(struct runner *r)
{
	if (setresuid(65534, 65534, 65534) != 0)
		_exit(2);
	runner_run(r);
	_exit(strcmp(r->log, "error:setgroups:EPERM: ") != 0);
}

static void becoming_another_without_leave_is_an_error_event(void **state)
{
	struct runner *r = runner_of(*state, ARGV("true"));
	int status;
	pid_t pid;

	r->plan.user = "daemon";
	pid = geteuid() == 0 ? fork() : -1;
	if (pid == 0)
		be_refused(r);
	runner_end(r);
	runner_free(r);
	if (pid == -1)
		skip();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(program_is_found_in_the_path_and_gets_its_arguments),
		HARNESS_TEST_REAL(program_that_is_not_there_is_an_error_event_and_nothing_more),
		HARNESS_TEST(program_that_is_not_there_is_an_error_event_and_nothing_more),
		HARNESS_TEST_REAL(file_that_is_no_program_is_eacces),
		HARNESS_TEST_REAL(forked_exec_tells_its_failure_too),
		HARNESS_TEST_REAL(wheel_of_what_is_not_run_may_be_used),
		HARNESS_TEST_REAL(wheel_of_what_is_not_run_may_be_freed_at_once),
		HARNESS_TEST_REAL(code_runs_in_a_child_with_streams_of_its_own),
		HARNESS_TEST_REAL(what_the_parent_has_not_flushed_is_not_the_childs_to_print),
		HARNESS_TEST_REAL(code_that_shall_inherit_nothing_has_three_descriptors),
		HARNESS_TEST_REAL(programs_inherit_none_of_ours),
		HARNESS_TEST_REAL(inheritable_descriptor_is_closed_if_so_wished),
		HARNESS_TEST_REAL(child_begins_with_no_signal_blocked_or_ignored),
		HARNESS_TEST_REAL(forked_child_does_too),
		HARNESS_TEST_REAL(child_leads_a_group_of_its_own_unless_told_not_to),
		HARNESS_TEST_REAL(priority_is_added_to_ours),
		HARNESS_TEST_REAL(killed_child_has_its_signal),
		HARNESS_TEST_REAL(child_that_has_ended_cannot_be_killed),
		HARNESS_TEST_REAL(want_of_descriptors_is_an_error_event_at_each_of_them),
		HARNESS_TEST(bad_plans_are_einval),
		HARNESS_TEST_REAL(someone_unknown_runs_nothing),
		HARNESS_TEST_REAL(number_without_an_account_needs_a_group),
		HARNESS_TEST_REAL(child_runs_as_user_and_group_with_no_group_of_ours),
		HARNESS_TEST_REAL(becoming_another_without_leave_is_an_error_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
