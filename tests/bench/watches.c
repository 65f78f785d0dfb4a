/*
 * fd_ready  1,000 socket pairs, each watched by a named event, one byte passed
 *           round.  Counted: each hop, that is one epoll_wait, one read and one
 *           write.
 */
#include "bench.h"

#include <poe.h>
#include <stdlib.h>

enum { PAIRS = 1000 };

struct byte_ring {
	int (*pair)[2];
	long left;
};

static void watch_all(struct poe_event *ev)
{
	const struct byte_ring *me = ev->heap;

	for (int i = 0; i < PAIRS; i++)
		if (poe_select_read(ev->kernel, me->pair[i][0], "byte_came", poe_int(i)) == NULL)
			peer_die("poe_select_read");
}

static void byte_came(struct poe_event *ev)
{
	struct byte_ring *me = ev->heap;
	int64_t place = poe_arg_int(ev, 2);

	peer_pass_byte(me->pair, PAIRS, (size_t)place);
	if (--me->left == 0)
		poe_kernel_stop(ev->kernel);
}

static const struct poe_state states[] = {
	{ "_start", watch_all },
	{ "byte_came(iii)", byte_came },
	{ 0 },
};

void bench_fd_ready(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	long count = peer_count(scale, 200000);
	struct byte_ring me = { peer_pairs(PAIRS), count };
	double start;

	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &me });
	poe_run_one_timeslice(k); /* epoll learns of the sockets */
	peer_first_byte(me.pair);

	start = peer_now();
	poe_run(k);
	peer_print("fd_ready", (double)count / (peer_now() - start), "hops/s");
	poe_kernel_free(k);
	free(me.pair);
}
