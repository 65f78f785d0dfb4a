/* See runner.h. */
#include "runner.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void say(struct runner *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void end_if_over(struct runner *r)
{
	bool closed = r->closed || (r->plan.stdout_event == NULL && r->plan.stderr_event == NULL) ||
		      r->plan.close_event == NULL;
	bool exited = r->exited || r->plan.exit_event == NULL;

	if (r->not_run || (closed && exited))
		runner_free_wheel(r);
}

static void say(struct runner *r, const char *format, ...)
{
	size_t length = strlen(r->log);
	const char *word = r->log + length;
	va_list args;

	va_start(args, format);
	vsnprintf(r->log + length, sizeof r->log - length, format, args);
	va_end(args);
	if (r->hook_event != NULL && strncmp(word, r->hook_event, strlen(r->hook_event)) == 0)
		r->hook(r);
	end_if_over(r);
}

static void assert_id(const struct runner *r, const struct poe_event *ev, int index)
{
	if (r->wheel != NULL)
		assert_int_equal(poe_arg_int(ev, index), poe_wheel_run_id(r->wheel));
}

static void on_record(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	size_t length;
	const char *octets = poe_arg_bytes(ev, 0, &length);

	assert_id(me, ev, 1);
	say(me, "%s:%.*s ", ev->name, (int)length, octets);
}

static void on_flushed(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	assert_id(me, ev, 0);
	say(me, "in ");
}

static void on_error(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	int error_num = (int)poe_arg_int(ev, 1);

	assert_id(me, ev, 3);
	assert_string_equal(poe_arg_str(ev, 2), error_num != 0 ? strerror(error_num) : "");
	me->not_run |= poe_arg_str(ev, 4)[0] == '\0';
	say(me, "error:%s:%s:%s ", poe_arg_str(ev, 0), error_num != 0 ? strerrorname_np(error_num) : "0",
	    poe_arg_str(ev, 4));
}

static void on_close(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	assert_id(me, ev, 0);
	me->closed++;
	say(me, "close ");
}

static void on_exit_event(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	int status = (int)poe_arg_int(ev, 2);

	assert_string_equal(poe_arg_str(ev, 0), "CHLD");
	assert_int_equal(poe_arg_int(ev, 1), me->pid);
	assert_id(me, ev, 3);
	me->exited++;
	if (WIFEXITED(status))
		say(me, "exit:%d ", WEXITSTATUS(status));
	else
		say(me, "signal:%d ", WTERMSIG(status));
}

static void on_do(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	me->step(me);
}

static const struct poe_state states[] = {
	{ "_start", harness_ignore }, { "do", on_do },
	{ "out(bi)", on_record }, { "err(bi)", on_record }, { "in(i)", on_flushed }, { "error(sisis)", on_error },
	{ "close(i)", on_close }, { "exit(siii)", on_exit_event }, { 0 }
};

struct runner *runner_new(struct harness *h, const char *command)
{
	struct runner *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->kernel = h->kernel;
	r->plan = (struct poe_wheel_run_plan){ .command = command, .stdout_event = "out", .stderr_event = "err",
					       .error_event = "error", .close_event = "close",
					       .exit_event = "exit" };
	r->session = poe_session_create(h->kernel, &(struct poe_session_plan){ .states = states, .heap = r });
	poe_refcount_increment(h->kernel, r->session, "test");
	return r;
}

void runner_free(struct runner *r)
{
	free(r);
}

static void make(struct runner *r)
{
	r->wheel = poe_wheel_run_new(r->kernel, &r->plan);
	r->refusal = errno;
	if (r->wheel != NULL)
		r->pid = poe_wheel_run_pid(r->wheel);
}

void runner_start(struct runner *r)
{
	runner_do(r, make);
	assert_non_null(r->wheel);
}

void runner_do(struct runner *r, runner_step *step)
{
	r->step = step;
	poe_call(r->kernel, r->session, "do");
	assert_int_equal(errno, 0);
}

void runner_until(struct runner *r, const char *word)
{
	double end = poe_now(r->kernel) + 10;

	while (strstr(r->log, word) == NULL) {
		poe_run_one_timeslice(r->kernel);
		assert_true(poe_now(r->kernel) < end);
	}
}

void runner_release(struct runner *r)
{
	poe_refcount_decrement(r->kernel, r->session, "test");
}

void runner_end(struct runner *r)
{
	runner_release(r);
	assert_int_equal(poe_run(r->kernel), 0);
}

void runner_run(struct runner *r)
{
	runner_start(r);
	runner_end(r);
}

void runner_free_wheel(struct runner *r)
{
	poe_wheel_run_free(r->wheel);
	r->wheel = NULL;
}

void runner_stop_kernel(struct runner *r)
{
	poe_kernel_stop(r->kernel);
	r->wheel = NULL;
}

void runner_assert_told(struct runner *r, const char *expected)
{
	assert_string_equal(r->log, expected);
}

void runner_assert_saw(struct runner *r, const char *word)
{
	if (strstr(r->log, word) == NULL)
		fail_msg("no \"%s\" in \"%s\"", word, r->log);
}

void runner_assert_never(struct runner *r, const char *word)
{
	if (strstr(r->log, word) != NULL)
		fail_msg("\"%s\" in \"%s\"", word, r->log);
}

void runner_assert_refused(struct runner *r, int error_num)
{
	runner_do(r, make);
	assert_null(r->wheel);
	assert_int_equal(r->refusal, error_num);
}
