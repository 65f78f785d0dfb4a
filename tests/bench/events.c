/*
 * yield           A session yields to itself, one int.
 * pingpong, ring  2 or 503 sessions post a token round.
 * deep            100,000 events posted, then run, the first time in the process.
 * Counted: each event.
 */
#include "bench.h"

#include <poe.h>
#include <stdlib.h>

static void tick(struct poe_event *ev)
{
	int64_t left = poe_arg_int(ev, 0);

	if (left > 1)
		poe_yield(ev->kernel, "tick", poe_int(left - 1));
}

static void start_ticking(struct poe_event *ev)
{
	poe_yield(ev->kernel, "tick", poe_int(poe_arg_int(ev, 0)));
}

static const struct poe_state ticker_states[] = {
	{ "_start(i)", start_ticking },
	{ "tick(i)", tick },
	{ 0 },
};

/* Runs until no session is left, and frees the kernel; returns the events a second. */
static double rate_of_run(struct poe_kernel *k, long count)
{
	double start = peer_now(), taken;

	poe_run(k);
	taken = peer_now() - start;
	poe_kernel_free(k);
	return (double)count / taken;
}

void bench_yield(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 20000000);

	poe_session_create(k, &(struct poe_session_plan){ .states = ticker_states,
							  .args = poe_list(poe_int(count)) });
	peer_print("yield", rate_of_run(k, count), "events/s");
}

struct member {
	poe_sid next;
};

/* What keeps a member, and the program, is its reference; the end takes them all away. */
static void join(struct poe_event *ev)
{
	poe_refcount_increment(ev->kernel, ev->session, "ring");
}

static void token(struct poe_event *ev)
{
	const struct member *me = ev->heap;
	int64_t left = poe_arg_int(ev, 0);

	if (left == 1)
		poe_kernel_stop(ev->kernel);
	else
		poe_post(ev->kernel, me->next, "token", poe_int(left - 1));
}

static const struct poe_state member_states[] = {
	{ "_start", join },
	{ "token(i)", token },
	{ 0 },
};

static double pass_token(size_t size, long count)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct member *member = calloc(size, sizeof *member);
	poe_sid last = { 0 };
	double rate;

	if (k == NULL || member == NULL)
		peer_die("ring");
	/* Each knows the one made before it, and the first one the last. */
	for (size_t i = 0; i < size; i++) {
		member[i].next = last;
		last = poe_session_create(
			k, &(struct poe_session_plan){ .states = member_states, .heap = &member[i] });
	}
	member[0].next = last;
	poe_post(k, last, "token", poe_int(count));
	rate = rate_of_run(k, count);
	free(member);
	return rate;
}

void bench_pingpong(double scale)
{
	peer_print("pingpong", pass_token(2, peer_count(scale, 10000000)), "events/s");
}

void bench_ring(double scale)
{
	peer_print("ring", pass_token(503, peer_count(scale, 10000000)), "events/s");
}

static void post_many(struct poe_event *ev)
{
	int64_t count = poe_arg_int(ev, 0);

	for (int64_t i = 0; i < count; i++)
		poe_yield(ev->kernel, "event", poe_int(i));
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state deep_states[] = {
	{ "_start(i)", post_many },
	{ "event(i)", ignore },
	{ 0 },
};

void bench_deep(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 100000);
	double start = peer_now();

	poe_session_create(k, &(struct poe_session_plan){ .states = deep_states,
							  .args = poe_list(poe_int(count)) });
	poe_run(k);
	peer_print("deep", (double)count / (peer_now() - start), "events/s");
	poe_kernel_free(k);
}
