/* Kernels: made and freed, in a host's loop, stopped from within, idle, dumped. */
#include "trial.h"

#include <ev.h>

static void do_nothing(struct trial *t)
{
	(void)t;
}

static void see(struct poe_event *ev)
{
	trial_see(ev->heap);
}

/* One event by the queue, one by an alarm, in the loop of somebody else. */
static void start_in_host(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_yield(ev->kernel, "see") == 0);
	trial_check(me, poe_delay_add(ev->kernel, "see", 0.0001) == 0);
}

static const struct poe_state hosted_states[] = {
	{ "_start", start_in_host },
	{ "see", see },
	{ 0 },
};

static void run_in_host(struct trial *t)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct poe_kernel *own = t->kernel;

	trial_hope(t, 2);
	t->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .loop = loop, .trace = "" });
	if (trial_check(t, t->kernel != NULL)) {
		trial_session(t, hosted_states, t);
		ev_run(loop, 0);
	}
	poe_kernel_free(t->kernel);
	t->kernel = own;
	ev_loop_destroy(loop);
}

/* What is queued, and what it carries, goes with the kernel's sessions. */
static void start_and_stop(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_alias_set(ev->kernel, "doomed") == 0);
	trial_check(me, poe_yield(ev->kernel, "see", poe_str("never"), trial_object(me)) == 0);
	trial_check(me, poe_delay_add(ev->kernel, "see", 5, trial_object(me)) == 0);
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state doomed_states[] = {
	{ "_start", start_and_stop },
	{ "see", see },
	{ "_stop", see },
	{ 0 },
};

static void stop_within(struct trial *t)
{
	trial_hope(t, 1);
	trial_session(t, doomed_states, t);
	trial_go(t);
}

/* Only an alias keeps it; it does not die of IDLE, and so of ZOMBIE. */
static void start_idle(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_alias_set(ev->kernel, "idler") == 0);
	trial_check(me, poe_sig(ev->kernel, "IDLE", "idle", poe_str("a value of its own")) == 0);
}

static void idle(struct poe_event *ev)
{
	trial_see(ev->heap);
	poe_sig_handled(ev);
}

static const struct poe_state idle_states[] = {
	{ "_start", start_idle },
	{ "idle", idle },
	{ "_stop", see },
	{ 0 },
};

static void go_idle(struct trial *t)
{
	trial_hope(t, 2);
	trial_session(t, idle_states, t);
	trial_go(t);
}

static void dump(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	FILE *out = fopen("/dev/null", "w");

	trial_check(me, poe_alias_set(ev->kernel, "dumped") == 0);
	trial_check(me, poe_sig(ev->kernel, "USER", "see") == 0);
	trial_check(me, poe_refcount_increment(ev->kernel, ev->session, "a tag") == 1);
	trial_check(me, poe_delay_add(ev->kernel, "see", 5) == 0);
	poe_kernel_dump(ev->kernel, out);
	fclose(out);
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state dumped_states[] = {
	{ "_start", dump },
	{ "see", see },
	{ 0 },
};

static void dump_session(struct trial *t)
{
	trial_session(t, dumped_states, t);
	trial_go(t);
}

const struct scenario scenarios_kernel[] = {
	{ "a_kernel_is_made_and_freed", do_nothing, POE_CLOCK_REAL, 0 },
	{ "a_kernel_works_in_a_hosts_loop", run_in_host, POE_CLOCK_REAL, 0 },
	{ "a_handler_stops_the_kernel", stop_within, POE_CLOCK_VIRTUAL, 0 },
	{ "a_session_with_an_alias_goes_idle_and_ends", go_idle, POE_CLOCK_VIRTUAL, 0 },
	{ "a_session_is_dumped", dump_session, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
