/*
 * trace_off, trace_on  A session yields to itself, one int, with nobody looking
 *                      and with the trace kept in memory.  Told: ns an event.
 */
#include "bench.h"

#include <poe.h>

enum { RECORDS = 65536 };

static void tick(struct poe_event *ev)
{
	int64_t left = poe_arg_int(ev, 0);

	if (left > 1)
		poe_yield(ev->kernel, "tick", poe_int(left - 1));
}

static const struct poe_state states[] = {
	{ "_start(i)", tick },
	{ "tick(i)", tick },
	{ 0 },
};

static double time_of_event(size_t records, long count)
{
	struct poe_kernel *k = poe_kernel_new(&(struct poe_kernel_plan){ .trace = "" });
	double start, taken;

	if (k == NULL || poe_trace_keep(k, records) == -1)
		peer_die("poe_trace_keep");
	start = peer_now();
	poe_session_create(k, &(struct poe_session_plan){ .states = states,
							  .args = poe_list(poe_int(count)) });
	poe_run(k);
	taken = peer_now() - start;
	poe_kernel_free(k);
	return taken / (double)count * 1e9;
}

void bench_trace_off(double scale)
{
	peer_print("trace_off", time_of_event(0, peer_count(scale, 10000000)), "ns");
}

void bench_trace_on(double scale)
{
	peer_print("trace_on", time_of_event(RECORDS, peer_count(scale, 10000000)), "ns");
}
