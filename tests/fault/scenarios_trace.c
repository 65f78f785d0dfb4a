/* Traces: kept for tests, and written as JSON. */
#include "trial.h"

static void work(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_see(me);
	trial_check(me, poe_delay_add(ev->kernel, "nobody's", 1, poe_str("x")) == 0);
	poe_trace_note(ev->kernel, "worked", "a scenario", 1);
}

static const struct poe_state traced_states[] = {
	{ "_start", work },
	{ 0 },
};

static void keep(struct trial *t)
{
	struct poe_trace_record records[64];

	trial_hope(t, 2);
	if (!trial_check(t, poe_trace_keep(t->kernel, 64) == 0))
		return;
	trial_session(t, traced_states, t);
	trial_go(t);
	if (poe_trace_read(t->kernel, records, 64) > 5)
		trial_see(t);
}

static void write_json(struct trial *t)
{
	struct poe_kernel *own = t->kernel;

	trial_hope(t, 1);
	t->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "/dev/null" });
	if (trial_check(t, t->kernel != NULL)) {
		trial_session(t, traced_states, t);
		trial_go(t);
	}
	poe_kernel_free(t->kernel);
	t->kernel = own;
}

const struct scenario scenarios_trace[] = {
	{ "a_trace_is_kept", keep, POE_CLOCK_VIRTUAL, 0 },
	{ "a_trace_is_written", write_json, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
