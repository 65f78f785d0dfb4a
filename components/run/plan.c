/*
 * Which plans of a Run wheel are good ones.  POE croaks at most of the others,
 * and warns of the rest.
 */
#include "run.h"

#include <errno.h>
#include <limits.h>

static bool has_one_program(const struct poe_wheel_run_plan *plan)
{
	int programs = (plan->program != NULL) + (plan->command != NULL) + (plan->code != NULL);

	return programs == 1 && (plan->program == NULL || plan->program[0] != NULL);
}

static bool is_one_way(const struct poe_redirect *to)
{
	return to->fd >= 0 && (to->path == NULL || to->fd == 0);
}

static bool leads_to_one_place(const struct poe_redirect *to, const char *event)
{
	return is_one_way(to) && (event == NULL || !run_is_redirected(to));
}

static bool are_good_redirections(const struct poe_wheel_run_plan *plan)
{
	bool output = run_is_redirected(&plan->redirect_output);
	bool any = output || run_is_redirected(&plan->redirect_stdin) ||
		   run_is_redirected(&plan->redirect_stdout) || run_is_redirected(&plan->redirect_stderr);

	if (any && plan->conduit != POE_CONDUIT_PIPE)
		return false;
	if (output && (run_is_redirected(&plan->redirect_stdout) || run_is_redirected(&plan->redirect_stderr)))
		return false;
	if (plan->no_stdin && (plan->stdin_event != NULL || run_is_redirected(&plan->redirect_stdin)))
		return false;
	return leads_to_one_place(&plan->redirect_stdin, plan->stdin_event) &&
	       leads_to_one_place(&plan->redirect_stdout, plan->stdout_event) &&
	       leads_to_one_place(&plan->redirect_stderr, plan->stderr_event) &&
	       leads_to_one_place(&plan->redirect_output, plan->stdout_event) &&
	       leads_to_one_place(&plan->redirect_output, plan->stderr_event);
}

static bool is_good_terminal(const struct poe_wheel_run_plan *plan)
{
	bool is_size = plan->rows > 0 && plan->rows <= USHRT_MAX && plan->columns > 0 &&
		       plan->columns <= USHRT_MAX;

	if ((plan->rows != 0 || plan->columns != 0) && !is_size)
		return false;
	switch (plan->conduit) {
	case POE_CONDUIT_PIPE:
		return !is_size;
	case POE_CONDUIT_PTY:
		return plan->stderr_event == NULL;
	case POE_CONDUIT_PTY_PIPE:
		return true;
	}
	return false;
}

/* A filter has one owner. */
static bool are_different_filters(const struct poe_wheel_run_plan *plan)
{
	const struct poe_filter *in = plan->stdin_filter, *out = plan->stdout_filter, *error = plan->stderr_filter;

	return (in == NULL || (in != out && in != error)) && (out == NULL || out != error);
}

int run_check_plan(const struct poe_wheel_run_plan *plan)
{
	if (has_one_program(plan) && are_good_redirections(plan) && is_good_terminal(plan) &&
	    are_different_filters(plan))
		return 0;
	errno = EINVAL;
	return -1;
}
