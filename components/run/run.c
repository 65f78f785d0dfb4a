/*
 * The Run wheel: its life.  All that may fail for want of memory comes before
 * the child is started, but for one thing, the wait for its end.  After
 * POE::Wheel::Run.
 */
#include "run.h"
#include "../event_name.h"

#include "start.h"

#include <errno.h>
#include <poe/kernel.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

static void destroy(struct poe_wheel_run *r)
{
	poe_child_free(r->child);
	free(r);
}

void run_enter(struct poe_wheel_run *r)
{
	r->busy++;
}

void run_leave(struct poe_wheel_run *r)
{
	if (--r->busy == 0 && r->dead)
		destroy(r);
}

/* What prevented it from being run comes here, by the queue. */
static void not_run(struct poe_event *ev)
{
	struct poe_wheel_run *me = wheel_of(ev);

	if (me == NULL)
		return;
	run_enter(me);
	run_tell_error(me, me->function, me->error_num, "");
	run_leave(me);
}

static void release(struct poe_owned *owned)
{
	poe_wheel_run_free((struct poe_wheel_run *)((char *)owned - offsetof(struct poe_wheel_run, owned)));
}

static const struct poe_owned_kind run_kind = { .name = "run", .release = release };

/* The exit_event's name is looked at here, so that it will do when the child is there. */
static int make_parts(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan)
{
	const char *exit_event;

	if (event_name_set(r->kernel, &r->error_event, plan->error_event) < 0 ||
	    event_name_set(r->kernel, &r->close_event, plan->close_event) < 0 ||
	    event_name_set(r->kernel, &exit_event, plan->exit_event) < 0)
		return -1;
	r->ticket = wheel_ticket_new(r);
	if (r->ticket == NULL)
		return -1;
	return poe_state_set(r->kernel, "poe.run.failed(o)", not_run, NULL);
}

/* Notes what prevents it, with errno; always -1. */
static int note(struct poe_wheel_run *r, const char *function)
{
	r->function = function;
	r->error_num = errno;
	return -1;
}

static int run_as(struct poe_wheel_run *r, const struct run_order *order, const struct poe_wheel_run_plan *plan)
{
	struct run_identity identity;
	struct run_order as = *order;
	const char *function;

	if (run_identity_read(&identity, plan->user, plan->group, &function) < 0)
		return note(r, function);
	as.identity = &identity;
	return run_fork(&as, &r->pid, &function) < 0 ? note(r, function) : 0;
}

static int start(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan, const struct run_plumbing *p,
		 const int *ours)
{
	const char *const shell[] = { "/bin/sh", "-c", plan->command, NULL };
	bool own_session = r->has_terminal && !plan->no_setsid;
	struct run_order order = {
		.program = plan->command != NULL ? shell : plan->program,
		.code = plan->code,
		.object = plan->object,
		.ends = p->theirs,
		.ours = ours,
		.terminal = own_session ? p->terminal : "",
		.priority = plan->priority,
		.new_session = own_session,
		.new_group = !r->has_terminal && !plan->no_setpgrp,
		.close_rest = plan->close_on_call != 0,
	};
	const char *function;
	int result;

	if (plan->user != NULL || plan->group != NULL)
		return run_as(r, &order, plan);
	if (plan->code != NULL || plan->priority != 0)
		result = run_fork(&order, &r->pid, &function);
	else
		result = run_spawn(&order, &r->pid, &function);
	return result < 0 ? note(r, function) : 0;
}

/* Nobody must be left with a child that they cannot hear of. */
static int adopt(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan)
{
	r->child = poe_child_new(r->kernel, r->pid);
	if (r->child != NULL && (plan->exit_event == NULL ||
				 poe_sig_child(r->kernel, r->pid, plan->exit_event, poe_int(r->id)) == 0))
		return 0;
	kill(r->pid, SIGKILL);
	if (r->child == NULL)
		waitpid(r->pid, NULL, 0);
	errno = ENOMEM;
	return -1;
}

static int launch(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan, struct run_plumbing *p)
{
	const int ours[RUN_STREAMS] = { p->ours[0], p->ours[1], p->ours[2] };

	r->has_terminal = p->terminal[0] != '\0';
	if (run_streams_make(r, plan, p->ours) < 0 || start(r, plan, p, ours) < 0)
		return -1;
	return adopt(r, plan);
}

/* 0; or -1, and it is noted what prevents it, or else errno says why there can be no wheel. */
static int begin(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan)
{
	struct run_plumbing p;
	const char *function;
	int result, error_num;

	if (run_plumbing_open(&p, plan, &function) < 0)
		return note(r, function);
	result = launch(r, plan, &p);
	error_num = errno;
	run_plumbing_close_ours(&p);
	run_plumbing_close_theirs(&p);
	errno = error_num;
	return result;
}

static int begin_or_post(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan)
{
	if (begin(r, plan) == 0)
		return 0;
	if (r->function == NULL)
		return -1;
	r->pid = 0;
	run_streams_free(r);
	return poe_post(r->kernel, r->session, "poe.run.failed", wheel_ticket_value(r->ticket));
}

struct poe_wheel_run *poe_wheel_run_new(struct poe_kernel *k, const struct poe_wheel_run_plan *plan)
{
	struct poe_wheel_run *r;

	if (run_check_plan(plan) < 0)
		return NULL;
	r = calloc(1, sizeof *r);
	if (r == NULL)
		return NULL;
	r->kernel = k;
	r->session = poe_session_current(k);
	r->id = poe_kernel_serial(k);
	if (make_parts(r, plan) < 0 || begin_or_post(r, plan) < 0) {
		int error_num = errno;

		poe_wheel_run_free(r);
		errno = error_num;
		return NULL;
	}
	run_streams_take_filters(r, plan);
	poe_own(k, r->session, &r->owned, &run_kind);
	return r;
}

void poe_wheel_run_free(struct poe_wheel_run *r)
{
	if (r == NULL || r->dead)
		return;
	r->dead = true;
	poe_disown(&r->owned);
	wheel_ticket_end(r->ticket);
	r->ticket = NULL;
	run_streams_free(r);
	if (r->busy == 0)
		destroy(r);
}

int64_t poe_wheel_run_id(const struct poe_wheel_run *r)
{
	return r->id;
}

pid_t poe_wheel_run_pid(const struct poe_wheel_run *r)
{
	return r->pid;
}

int poe_wheel_run_kill(struct poe_wheel_run *r, int signal)
{
	if (r->child != NULL)
		return poe_child_kill(r->child, signal != 0 ? signal : SIGTERM);
	errno = ESRCH;
	return -1;
}
