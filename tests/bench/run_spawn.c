/*
 * run_spawn  /bin/true in a Run wheel with pipes to all three of its streams,
 *            until it has ended and both outputs are closed; then the next.
 *            Counted: each.
 */
#include "bench.h"

#include <poe.h>

struct spawning {
	struct poe_wheel_run *wheel;
	long left;
	int ends; /* told: closed, ended */
};

static void start(struct poe_event *ev)
{
	static const char *const program[] = { "/bin/true", NULL };
	struct spawning *me = ev->heap;

	me->ends = 0;
	me->wheel = poe_wheel_run_new(ev->kernel, &(struct poe_wheel_run_plan){
		.program = program, .stdout_event = "line", .stderr_event = "line", .close_event = "end",
		.exit_event = "end" });
	if (me->wheel == NULL || poe_wheel_run_pid(me->wheel) == 0)
		peer_die("poe_wheel_run_new");
}

static void end(struct poe_event *ev)
{
	struct spawning *me = ev->heap;

	if (++me->ends < 2)
		return;
	poe_wheel_run_free(me->wheel);
	if (--me->left > 0)
		start(ev);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "end", end },
	{ 0 },
};

void bench_run_spawn(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 2000);
	struct spawning me = { .left = count };
	double begin = peer_now();

	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &me });
	poe_run(k);
	peer_print("run_spawn", (peer_now() - begin) / (double)count * 1e6, "us");
	poe_kernel_free(k);
}
