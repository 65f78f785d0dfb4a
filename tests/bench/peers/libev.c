/*
 * libev without sessions: the floor under us, not an equal.
 *
 * deep      100,000 malloc'd watchers fed to the loop, then run; the first time
 *           in the process, so the memory is cold.  Counted: each watcher run.
 *           (ev_feed_event is last in, first out.  A queue it is not.)
 * fd_ready  1,000 socket pairs, one byte passed round.  Counted: each hop, that
 *           is one epoll_wait, one read and one write.
 */
#include "peer.h"

#include <ev.h>
#include <stdlib.h>

enum { PAIRS = 1000 };

static void deep_event(struct ev_loop *loop, ev_prepare *watcher, int revents)
{
	long *left = watcher->data;

	(void)loop;
	(void)revents;
	--*left;
	free(watcher);
}

static double deep(double scale)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	long count = peer_count(scale, 100000), left = count, i;
	double start = peer_now(), taken;

	for (i = 0; i < count; i++) {
		ev_prepare *watcher = malloc(sizeof *watcher);

		if (watcher == NULL)
			peer_die("malloc");
		ev_prepare_init(watcher, deep_event);
		watcher->data = &left;
		ev_feed_event(loop, watcher, EV_CUSTOM);
	}
	while (left > 0)
		ev_run(loop, EVRUN_NOWAIT);
	taken = peer_now() - start;
	ev_loop_destroy(loop);
	return (double)count / taken;
}

struct byte_ring {
	int (*pair)[2];
	ev_io watcher[PAIRS];
	long  left;
};

static void byte_came(struct ev_loop *loop, ev_io *watcher, int revents)
{
	struct byte_ring *ring = watcher->data;

	(void)revents;
	peer_pass_byte(ring->pair, PAIRS, (size_t)(watcher - ring->watcher));
	if (--ring->left == 0)
		ev_break(loop, EVBREAK_ALL);
}

static double fd_ready(double scale)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct byte_ring *ring = calloc(1, sizeof *ring);
	long count = peer_count(scale, 200000);
	double start, taken;
	size_t i;

	if (ring == NULL)
		peer_die("calloc");
	ring->pair = peer_pairs(PAIRS);
	ring->left = count;
	for (i = 0; i < PAIRS; i++) {
		ev_io_init(&ring->watcher[i], byte_came, ring->pair[i][0], EV_READ);
		ring->watcher[i].data = ring;
		ev_io_start(loop, &ring->watcher[i]);
	}
	ev_run(loop, EVRUN_NOWAIT);	/* epoll learns of the sockets */
	peer_first_byte(ring->pair);

	start = peer_now();
	ev_run(loop, 0);
	taken = peer_now() - start;
	free(ring->pair);
	free(ring);
	ev_loop_destroy(loop);
	return (double)count / taken;
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "deep",     deep,     "events/s" },
		{ "fd_ready", fd_ready, "hops/s" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "libev", table);
}
