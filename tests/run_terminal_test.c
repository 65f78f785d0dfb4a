/* A child process on a terminal. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct runner *on_terminal(struct harness *h, const char *command)
{
	struct runner *r = runner_new(h, command);

	r->plan.conduit = POE_CONDUIT_PTY;
	r->plan.stderr_event = r->plan.exit_event = NULL;
	return r;
}

static void all_streams_are_one_terminal_whose_end_is_an_end_of_input(void **state)
{
	struct runner *r = on_terminal(*state, "test -t 0 && test -t 1 && test -t 2 && echo yes; echo err >&2");

	runner_run(r);
	runner_assert_told(r, "out:yes out:err error:read:0:STDOUT close ");
	runner_free(r);
}

static void terminal_has_a_name_and_the_size_it_was_given(void **state)
{
	struct runner *r = on_terminal(*state, "stty size; tty | grep -c ^/dev/pts/");

	r->plan.rows = 25;
	r->plan.columns = 80;
	runner_run(r);
	runner_assert_told(r, "out:25 80 out:1 error:read:0:STDOUT close ");
	runner_free(r);
}

static void resize(struct runner *r)
{
	assert_int_equal(poe_wheel_run_set_winsize(r->wheel, 50, 132), 0);
	assert_int_equal(poe_wheel_run_set_winsize(r->wheel, 0, 132), -1);
	assert_int_equal(errno, EINVAL);
}

static void terminal_is_resized_and_the_child_is_told(void **state)
{
	struct runner *r = on_terminal(*state, "trap 'stty size; exit' WINCH; echo ready; while :; do sleep .01; done");

	runner_start(r);
	runner_until(r, "out:ready ");
	runner_do(r, resize);
	runner_end(r);
	runner_assert_told(r, "out:ready out:50 132 error:read:0:STDOUT close ");
	runner_free(r);
}

static void resize_a_pipe(struct runner *r)
{
	assert_int_equal(poe_wheel_run_set_winsize(r->wheel, 50, 132), -1);
	assert_int_equal(errno, ENOTTY);
}

static void pipe_has_no_size(void **state)
{
	struct runner *r = runner_new(*state, "true");

	runner_start(r);
	runner_do(r, resize_a_pipe);
	runner_end(r);
	runner_free(r);
}

static void put_two(struct runner *r)
{
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("one"), poe_str("two")), 0);
}

static void what_is_put_is_read_as_it_is_and_not_echoed(void **state)
{
	struct runner *r = on_terminal(*state, "head -c 8 | od -An -c | tr -d ' '");

	r->plan.stdin_event = "in";
	runner_start(r);
	runner_do(r, put_two);
	runner_end(r);
	runner_assert_told(r, "in out:one\\ntwo\\n error:read:0:STDOUT close ");
	runner_free(r);
}

static void filters_of_both_ways_are_their_own(void **state)
{
	struct runner *r = on_terminal(*state, "head -c 8; printf '1!2!'");

	r->plan.stdin_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = ";" });
	r->plan.stdout_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "!" });
	runner_start(r);
	runner_do(r, put_two);
	runner_end(r);
	runner_assert_told(r, "out:one;two;1 out:2 error:read:0:STDOUT close ");
	runner_free(r);
}

static void shut_input(struct runner *r)
{
	poe_wheel_run_shutdown_stdin(r->wheel);
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("x")), -1);
	assert_int_equal(errno, EPIPE);
}

static void shutdown_of_input_leaves_the_output_open(void **state)
{
	struct runner *r = on_terminal(*state, "sleep .05; echo still");

	runner_start(r);
	runner_do(r, shut_input);
	runner_end(r);
	runner_assert_told(r, "out:still error:read:0:STDOUT close ");
	runner_free(r);
}

static const char who_controls[] =
	"test \"$(ps -o tty= -p $$)\" = \"$(tty | sed s,/dev/,,)\" && echo mine; "
	"test \"$(ps -o sid= -p $$ | tr -d ' ')\" = $$ && echo leader; true";

static void terminal_controls_the_child_which_leads_a_session(void **state)
{
	struct runner *r = on_terminal(*state, who_controls);

	runner_run(r);
	runner_assert_told(r, "out:mine out:leader error:read:0:STDOUT close ");
	runner_free(r);
}

static void it_does_so_when_forked_too(void **state)
{
	struct runner *r = on_terminal(*state, who_controls);

	r->plan.priority = 1;
	runner_run(r);
	runner_assert_told(r, "out:mine out:leader error:read:0:STDOUT close ");
	runner_free(r);
}

static void child_stays_in_our_session_if_so_wished(void **state)
{
	struct runner *r = on_terminal(*state, who_controls);

	r->plan.no_setsid = 1;
	runner_run(r);
	runner_assert_told(r, "error:read:0:STDOUT close ");
	runner_free(r);
}

static void standard_error_may_go_by_a_pipe(void **state)
{
	struct runner *r = on_terminal(*state, "test -t 2 || echo pipe >&2; test -t 1 && echo tty");

	r->plan.conduit = POE_CONDUIT_PTY_PIPE;
	r->plan.stderr_event = "err";
	runner_run(r);
	runner_assert_saw(r, "out:tty ");
	runner_assert_saw(r, "err:pipe ");
	runner_assert_saw(r, "error:read:0:STDERR ");
	runner_assert_saw(r, "error:read:0:STDOUT ");
	runner_free(r);
}

static void hang_up(struct runner *r)
{
	runner_free_wheel(r);
}

static void freed_wheel_hangs_the_terminal_up(void **state)
{
	struct runner *r = on_terminal(*state, "echo ready; exec sleep 100");

	r->plan.exit_event = "exit";
	r->hook_event = "out:ready";
	r->hook = hang_up;
	runner_run(r);
	runner_assert_told(r, "out:ready signal:1 ");
	runner_free(r);
}

static void program_that_is_not_there_is_told_on_a_terminal_too(void **state)
{
	struct runner *r = on_terminal(*state, NULL);

	r->plan.program = (const char *const[]){ "/no/such/program", NULL };
	runner_run(r);
	runner_assert_told(r, "error:exec:ENOENT: ");
	runner_free(r);
}

static void want_of_descriptors_is_told(void **state)
{
	struct runner *r = on_terminal(*state, "echo x");
	struct rlimit old, none;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ (rlim_t)next, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	runner_start(r);
	setrlimit(RLIMIT_NOFILE, &old);
	runner_end(r);
	runner_assert_told(r, "error:openpty:EMFILE: ");
	runner_free(r);
}

static void much_goes_through(void **state)
{
	struct runner *r = on_terminal(*state, "i=0; while [ $i -lt 1000 ]; do echo $i; i=$((i+1)); done");
	const char *at;

	runner_run(r);
	at = r->log;
	for (int i = 0; i < 1000; i++) {
		char word[32];

		snprintf(word, sizeof word, "out:%d ", i);
		at = strstr(at, word);
		assert_non_null(at);
	}
	assert_string_equal(strstr(r->log, "error"), "error:read:0:STDOUT close ");
	runner_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(all_streams_are_one_terminal_whose_end_is_an_end_of_input),
		HARNESS_TEST_REAL(terminal_has_a_name_and_the_size_it_was_given),
		HARNESS_TEST_REAL(terminal_is_resized_and_the_child_is_told),
		HARNESS_TEST_REAL(pipe_has_no_size),
		HARNESS_TEST_REAL(what_is_put_is_read_as_it_is_and_not_echoed),
		HARNESS_TEST_REAL(filters_of_both_ways_are_their_own),
		HARNESS_TEST_REAL(shutdown_of_input_leaves_the_output_open),
		HARNESS_TEST_REAL(terminal_controls_the_child_which_leads_a_session),
		HARNESS_TEST_REAL(it_does_so_when_forked_too),
		HARNESS_TEST_REAL(child_stays_in_our_session_if_so_wished),
		HARNESS_TEST_REAL(standard_error_may_go_by_a_pipe),
		HARNESS_TEST_REAL(freed_wheel_hangs_the_terminal_up),
		HARNESS_TEST_REAL(program_that_is_not_there_is_told_on_a_terminal_too),
		HARNESS_TEST_REAL(want_of_descriptors_is_told),
		HARNESS_TEST_REAL(much_goes_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
