/*
 * libuv, which has neither sessions nor a queue of events.  libuv_timers.c has
 * its timers, libuv_spawn.c its processes.
 *
 * yield, pingpong, ring
 *           An idle handle that stops itself and starts the next one of a ring
 *           of 1, 2 or 503: the nearest that libuv has to a posted event.  Each
 *           costs one turn of the loop.  Counted: each callback.
 * fd_ready  1,000 socket pairs watched by uv_poll, one byte passed round.
 *           Counted: each hop, that is one epoll_wait, one read and one write.
 */
#define _GNU_SOURCE
#include "libuv.h"
#include "peer.h"

#include <stdlib.h>

enum { PAIRS = 1000 };

struct idle_ring {
	uv_idle_t *handle;
	long       size, left;
};

static void idle_event(uv_idle_t *handle)
{
	struct idle_ring *ring = handle->data;

	uv_idle_stop(handle);
	if (--ring->left > 0)
		uv_idle_start(&ring->handle[(handle - ring->handle + 1) % ring->size],
			      idle_event);
}

static double pass_idle(long size, long count)
{
	uv_loop_t *loop = uv_default_loop();
	struct idle_ring ring = { NULL, size, count };
	double start, taken;
	long i;

	ring.handle = calloc((size_t)size, sizeof *ring.handle);
	if (ring.handle == NULL)
		peer_die("calloc");
	for (i = 0; i < size; i++) {
		uv_idle_init(loop, &ring.handle[i]);
		ring.handle[i].data = &ring;
	}
	uv_idle_start(&ring.handle[0], idle_event);

	start = peer_now();
	uv_run(loop, UV_RUN_DEFAULT);
	taken = peer_now() - start;
	return (double)count / taken;
}

static double yield(double scale)
{
	return pass_idle(1, peer_count(scale, 4000000));
}

static double pingpong(double scale)
{
	return pass_idle(2, peer_count(scale, 4000000));
}

static double ring(double scale)
{
	return pass_idle(503, peer_count(scale, 4000000));
}

struct byte_ring {
	int     (*pair)[2];
	uv_poll_t watcher[PAIRS];
	long      left;
};

static void byte_came(uv_poll_t *watcher, int status, int events)
{
	struct byte_ring *ring = watcher->data;

	(void)status;
	(void)events;
	peer_pass_byte(ring->pair, PAIRS, (size_t)(watcher - ring->watcher));
	if (--ring->left == 0)
		uv_stop(watcher->loop);
}

static double fd_ready(double scale)
{
	uv_loop_t *loop = uv_default_loop();
	struct byte_ring *ring = calloc(1, sizeof *ring);
	long count = peer_count(scale, 200000);
	double start, taken;
	size_t i;

	if (ring == NULL)
		peer_die("calloc");
	ring->pair = peer_pairs(PAIRS);
	ring->left = count;
	for (i = 0; i < PAIRS; i++) {
		uv_poll_init(loop, &ring->watcher[i], ring->pair[i][0]);
		ring->watcher[i].data = ring;
		uv_poll_start(&ring->watcher[i], UV_READABLE, byte_came);
	}
	uv_run(loop, UV_RUN_NOWAIT);	/* epoll learns of the sockets */
	peer_first_byte(ring->pair);

	start = peer_now();
	uv_run(loop, UV_RUN_DEFAULT);
	taken = peer_now() - start;
	return (double)count / taken;
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "yield",       yield,             "events/s" },
		{ "pingpong",    pingpong,          "events/s" },
		{ "ring",        ring,              "events/s" },
		{ "fd_ready",    fd_ready,          "hops/s" },
		{ "delay_churn", libuv_delay_churn, "ns" },
		{ "delay_fire",  libuv_delay_fire,  "ns" },
		{ "run_spawn",   libuv_run_spawn,   "us" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "libuv", table);
}
