/* Records into a child process and out of it, by pipes. */
#include "runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void outputs_come_line_by_line_and_then_end(void **state)
{
	struct runner *r = runner_new(*state, "echo one; echo two; exit 3");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_run(r);
	runner_assert_told(r, "out:one out:two error:read:0:STDOUT close ");
	runner_free(r);
}

static void each_output_has_its_own_event_and_its_own_end(void **state)
{
	struct runner *r = runner_new(*state, "echo out; echo err >&2; exit 3");

	runner_run(r);
	runner_assert_saw(r, "out:out ");
	runner_assert_saw(r, "err:err ");
	runner_assert_saw(r, "error:read:0:STDOUT ");
	runner_assert_saw(r, "error:read:0:STDERR ");
	runner_assert_saw(r, "exit:3 ");
	assert_int_equal(r->closed, 1);
	runner_free(r);
}

static void close_waits_for_the_last_output(void **state)
{
	struct runner *r = runner_new(*state, "exec >&-; sleep .05; echo late >&2");

	r->plan.exit_event = NULL;
	runner_run(r);
	runner_assert_told(r, "error:read:0:STDOUT err:late error:read:0:STDERR close ");
	runner_free(r);
}

static void exit_comes_before_close_when_a_grandchild_holds_the_pipe(void **state)
{
	struct runner *r = runner_new(*state, "(sleep .1; echo late) & exit 5");

	r->plan.stderr_event = NULL;
	runner_run(r);
	runner_assert_told(r, "exit:5 out:late error:read:0:STDOUT close ");
	runner_free(r);
}

static void put_two(struct runner *r)
{
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("one"), poe_str("two")), 0);
}

static void shut_input(struct runner *r)
{
	poe_wheel_run_shutdown_stdin(r->wheel);
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("three")), -1);
	assert_int_equal(errno, EPIPE);
}

static void put_two_and_shut(struct runner *r)
{
	put_two(r);
	shut_input(r);
}

static void what_is_put_goes_in_and_shutdown_ends_it(void **state)
{
	struct runner *r = runner_new(*state, "cat; echo end");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_end(r);
	runner_assert_told(r, "out:one out:two out:end error:read:0:STDOUT close ");
	runner_free(r);
}

static void what_is_put_is_told_to_be_flushed_from_the_loop(void **state)
{
	struct runner *r = runner_new(*state, "sleep .05; cat");

	r->plan.stdin_event = "in";
	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_assert_told(r, "");
	runner_end(r);
	runner_assert_told(r, "in out:one out:two error:read:0:STDOUT close ");
	runner_free(r);
}

static void shutdown_without_a_put_is_an_end_too(void **state)
{
	struct runner *r = runner_new(*state, "cat; echo end");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, shut_input);
	runner_end(r);
	runner_assert_told(r, "out:end error:read:0:STDOUT close ");
	runner_free(r);
}

static void lines_end_in_a_line_feed_only(void **state)
{
	struct runner *r = runner_new(*state, "head -c 8 | od -An -c | tr -d ' '; printf 'a\\rb\\n'");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_end(r);
	runner_assert_told(r, "out:one\\ntwo\\n out:a\rb error:read:0:STDOUT close ");
	runner_free(r);
}

enum { MUCH = 1 << 20 };

static void put_much_and_shut(struct runner *r)
{
	char *octets = malloc(MUCH);

	memset(octets, 'x', MUCH);
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_bytes(octets, MUCH)), 0);
	assert_true(poe_wheel_run_pending_stdin(r->wheel) > MUCH / 2);
	poe_wheel_run_shutdown_stdin(r->wheel);
	free(octets);
}

static void shutdown_waits_for_a_megabyte_that_was_put(void **state)
{
	struct runner *r = runner_new(*state, "sleep .05; wc -c");

	r->plan.stdin_event = "in";
	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, put_much_and_shut);
	runner_end(r);
	runner_assert_told(r, "in out:1048577 error:read:0:STDOUT close ");
	runner_free(r);
}

static void put_and_forget(struct runner *r)
{
	poe_wheel_run_put(r->wheel, poe_str("nobody reads this"));
}

static void put_after_failure(struct runner *r)
{
	errno = 0;
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("x")), -1);
	assert_int_equal(errno, EPIPE);
	poe_wheel_run_shutdown_stdin(r->wheel);
}

static void child_that_closes_its_input_is_a_failed_write_and_no_signal(void **state)
{
	struct runner *r = runner_new(*state, "exec <&-; echo ready; sleep .1");

	runner_start(r);
	runner_until(r, "out:ready ");
	runner_do(r, put_and_forget);
	runner_assert_told(r, "out:ready ");
	runner_until(r, "error:write:EPIPE:STDIN ");
	runner_do(r, put_after_failure);
	runner_end(r);
	assert_int_equal(r->closed, 1);
	runner_assert_saw(r, "exit:0 ");
	runner_free(r);
}

static void put_to_no_input(struct runner *r)
{
	assert_int_equal(poe_wheel_run_put(r->wheel, poe_str("x")), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(poe_wheel_run_pending_stdin(r->wheel), 0);
	poe_wheel_run_shutdown_stdin(r->wheel);
	poe_wheel_run_set_stdin_filter(r->wheel, poe_filter_stream());
	poe_wheel_run_set_stderr_filter(r->wheel, poe_filter_stream());
	poe_wheel_run_pause_stderr(r->wheel);
	poe_wheel_run_resume_stderr(r->wheel);
}

static void streams_that_are_not_there_take_nothing(void **state)
{
	struct runner *r = runner_new(*state, "echo x");

	r->plan.no_stdin = 1;
	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, put_to_no_input);
	runner_end(r);
	runner_assert_told(r, "out:x error:read:0:STDOUT close ");
	runner_free(r);
}

static void pause_out(struct runner *r)
{
	poe_wheel_run_pause_stdout(r->wheel);
}

static void resume_out(struct runner *r)
{
	poe_wheel_run_resume_stdout(r->wheel);
}

static void paused_output_waits_and_the_other_does_not(void **state)
{
	struct runner *r = runner_new(*state, "echo one; echo two; sleep .02; echo err >&2");

	r->plan.exit_event = NULL;
	r->hook_event = "out:one";
	r->hook = pause_out;
	runner_start(r);
	runner_until(r, "error:read:0:STDERR ");
	runner_assert_told(r, "out:one err:err error:read:0:STDERR ");
	runner_do(r, resume_out);
	runner_end(r);
	runner_assert_told(r, "out:one err:err error:read:0:STDERR out:two error:read:0:STDOUT close ");
	runner_free(r);
}

static void filters_of_the_plan_are_the_streams_own(void **state)
{
	struct runner *r = runner_new(*state, "cat; printf 'a\\nb!'; printf abcdef >&2");

	r->plan.stdin_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "!" });
	r->plan.stdout_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "!" });
	r->plan.stderr_filter = poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 });
	runner_start(r);
	runner_do(r, put_two_and_shut);
	runner_end(r);
	runner_assert_saw(r, "out:one ");
	runner_assert_saw(r, "out:two ");
	runner_assert_saw(r, "out:a\nb ");
	runner_assert_saw(r, "err:abc err:def ");
	runner_free(r);
}

static void switch_filters(struct runner *r)
{
	poe_wheel_run_set_stdin_filter(r->wheel, poe_filter_line(&(struct poe_filter_line_plan){ .literal = ";" }));
	poe_wheel_run_set_stdout_filter(r->wheel, poe_filter_line(&(struct poe_filter_line_plan){ .literal = ";" }));
	put_two_and_shut(r);
}

static void filters_are_switched_in_the_middle(void **state)
{
	struct runner *r = runner_new(*state, "printf 'first\\n2a;2b;'; cat");

	r->plan.stderr_event = r->plan.exit_event = NULL;
	r->hook_event = "out:first";
	r->hook = switch_filters;
	runner_run(r);
	runner_assert_told(r, "out:first out:2a out:2b out:one out:two error:read:0:STDOUT close ");
	runner_free(r);
}

static void retarget(struct runner *r)
{
	struct poe_wheel_run *w = r->wheel;

	assert_int_equal(poe_wheel_run_event(w, "stdout", "err"), 0);
	assert_int_equal(poe_wheel_run_event(w, "stderr", "out"), 0);
	assert_int_equal(poe_wheel_run_event(w, "error", NULL), 0);
	assert_int_equal(poe_wheel_run_event(w, "close", "close"), 0);
	assert_int_equal(poe_wheel_run_event(w, "stdin", "in"), 0);
	assert_int_equal(poe_wheel_run_event(w, "exit", "x"), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_wheel_run_event(w, "close", ""), -1);
	put_two_and_shut(r);
}

static void events_are_retargeted(void **state)
{
	struct runner *r = runner_new(*state, "cat; sleep .02; echo e >&2");

	r->plan.exit_event = NULL;
	runner_start(r);
	runner_do(r, retarget);
	runner_end(r);
	runner_assert_told(r, "in err:one err:two out:e close ");
	runner_free(r);
}

static void turn_out_off(struct runner *r)
{
	assert_int_equal(poe_wheel_run_event(r->wheel, "stdout", NULL), 0);
}

static void output_without_an_event_does_not_delay_close(void **state)
{
	struct runner *r = runner_new(*state, "echo x; sleep .02; exec 2>&-; cat");

	r->plan.exit_event = NULL;
	r->hook_event = "out:x";
	r->hook = turn_out_off;
	runner_run(r);
	runner_assert_told(r, "out:x error:read:0:STDERR close ");
	runner_free(r);
}

static void turn_err_on(struct runner *r)
{
	assert_int_equal(poe_wheel_run_event(r->wheel, "stderr", "err"), 0);
}

static void turn_err_off(struct runner *r)
{
	assert_int_equal(poe_wheel_run_event(r->wheel, "stderr", NULL), 0);
}

static void close_is_told_once(void **state)
{
	struct runner *r = runner_new(*state, "exec >&-; sleep .05; echo e >&2; exec 2>&-; sleep .05");

	r->hook_event = "close";
	r->hook = turn_err_on;
	runner_start(r);
	runner_do(r, turn_err_off);
	runner_end(r);
	runner_assert_told(r, "error:read:0:STDOUT close err:e error:read:0:STDERR exit:0 ");
	runner_free(r);
}

static void retarget_the_missing(struct runner *r)
{
	assert_int_equal(poe_wheel_run_event(r->wheel, "stderr", "err"), -1);
	assert_int_equal(errno, EINVAL);
}

static void stream_that_does_not_lead_here_has_no_event(void **state)
{
	struct runner *r = runner_new(*state, "true");

	r->plan.stderr_event = NULL;
	runner_start(r);
	runner_do(r, retarget_the_missing);
	runner_end(r);
	runner_free(r);
}

static void framing_error_ends_that_output(void **state)
{
	struct runner *r = runner_new(*state, "printf 'nonsense'; cat >/dev/null");

	r->plan.stdout_filter = poe_filter_block(NULL);
	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_run(r);
	runner_assert_told(r, "error:filter:EPROTO:STDOUT close ");
	runner_free(r);
}

static void too_much_without_a_newline_is_emsgsize(void **state)
{
	struct runner *r = runner_new(*state, "printf 1234567890");

	r->plan.max_input = 5;
	r->plan.stderr_event = r->plan.exit_event = NULL;
	runner_run(r);
	runner_assert_told(r, "error:filter:EMSGSIZE:STDOUT close ");
	runner_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(outputs_come_line_by_line_and_then_end),
		HARNESS_TEST(outputs_come_line_by_line_and_then_end),
		HARNESS_TEST_REAL(each_output_has_its_own_event_and_its_own_end),
		HARNESS_TEST_REAL(close_waits_for_the_last_output),
		HARNESS_TEST_REAL(exit_comes_before_close_when_a_grandchild_holds_the_pipe),
		HARNESS_TEST_REAL(what_is_put_goes_in_and_shutdown_ends_it),
		HARNESS_TEST_REAL(what_is_put_is_told_to_be_flushed_from_the_loop),
		HARNESS_TEST_REAL(shutdown_without_a_put_is_an_end_too),
		HARNESS_TEST_REAL(lines_end_in_a_line_feed_only),
		HARNESS_TEST_REAL(shutdown_waits_for_a_megabyte_that_was_put),
		HARNESS_TEST_REAL(child_that_closes_its_input_is_a_failed_write_and_no_signal),
		HARNESS_TEST_REAL(streams_that_are_not_there_take_nothing),
		HARNESS_TEST_REAL(paused_output_waits_and_the_other_does_not),
		HARNESS_TEST_REAL(filters_of_the_plan_are_the_streams_own),
		HARNESS_TEST_REAL(filters_are_switched_in_the_middle),
		HARNESS_TEST_REAL(events_are_retargeted),
		HARNESS_TEST_REAL(output_without_an_event_does_not_delay_close),
		HARNESS_TEST_REAL(close_is_told_once),
		HARNESS_TEST_REAL(stream_that_does_not_lead_here_has_no_event),
		HARNESS_TEST_REAL(framing_error_ends_that_output),
		HARNESS_TEST_REAL(too_much_without_a_newline_is_emsgsize),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
