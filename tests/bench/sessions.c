/*
 * session_bytes  Resident bytes for each of 1,000,000 idle sessions, each kept by a
 *                reference; their heaps, which are the user's, are not there.
 * session_churn  A session creates one that has nothing to do, which stops; again
 *                and again.
 */
#include "bench.h"

#include <poe.h>

enum { BATCH = 100 };

struct maker {
	const struct poe_state *states; /* of those it makes */
	long left;
};

static void make(struct poe_event *ev)
{
	struct maker *me = ev->heap;
	const struct poe_session_plan plan = { .states = me->states };

	for (int i = 0; i < BATCH && me->left > 0; i++, me->left--)
		if (poe_session_create(ev->kernel, &plan).v == 0)
			peer_die("poe_session_create");
	if (me->left > 0)
		poe_yield(ev->kernel, "make");
}

static const struct poe_state maker_states[] = {
	{ "_start", make },
	{ "make", make },
	{ 0 },
};

static void be_idle(struct poe_event *ev)
{
	poe_refcount_increment(ev->kernel, ev->session, "idle");
}

static const struct poe_state idle_states[] = {
	{ "_start", be_idle },
	{ 0 },
};

static void be_brief(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state brief_states[] = {
	{ "_start", be_brief },
	{ 0 },
};

static void create_maker(struct poe_kernel *k, struct maker *maker)
{
	poe_session_create(k, &(struct poe_session_plan){ .states = maker_states, .heap = maker });
}

void bench_session_bytes(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 1000000);
	struct maker maker = { .states = idle_states, .left = BATCH };
	double before;

	create_maker(k, &maker);
	poe_run_one_timeslice(k);
	before = peer_rss();
	maker.left = count;
	create_maker(k, &maker);
	while (maker.left > 0)
		poe_run_one_timeslice(k);
	peer_print("session_bytes", (peer_rss() - before) / (double)count, "bytes");
	poe_kernel_free(k);
}

void bench_session_churn(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 3000000);
	struct maker maker = { .states = brief_states, .left = count };
	double start = peer_now();

	create_maker(k, &maker);
	poe_run(k);
	peer_print("session_churn", (double)count / (peer_now() - start), "sessions/s");
	poe_kernel_free(k);
}
