/*
 * delay_churn  1,000,000 timers pending, due in 1,000 to 2,000 s.  One of them,
 *              at random, is cancelled and set anew.  Told: ns per operation,
 *              half of the time of such a pair.
 * delay_fire   1,000,000 timers, due in random order over half a second, fire.
 *              Told: CPU ns per timer, waiting and setting left out.
 */
#define _GNU_SOURCE
#include "libuv.h"
#include "peer.h"

#include <stdlib.h>

static uv_timer_t *timers_new(long count, void *data)
{
	uv_timer_t *timer = malloc((size_t)count * sizeof *timer);
	long i;

	if (timer == NULL)
		peer_die("malloc");
	for (i = 0; i < count; i++) {
		uv_timer_init(uv_default_loop(), &timer[i]);
		timer[i].data = data;
	}
	return timer;
}

static void never(uv_timer_t *timer)
{
	(void)timer;
	abort();
}

double libuv_delay_churn(double scale)
{
	long pending = peer_count(scale, 1000000);
	long pairs = peer_count(scale, 1000000), i;
	uv_timer_t *timer = timers_new(pending, NULL), *one;
	uint64_t random = 88172645463325252u;
	double start, taken;

	for (i = 0; i < pending; i++)
		uv_timer_start(&timer[i], never,
			       1000000 + peer_random(&random) % 1000000, 0);
	start = peer_now();
	for (i = 0; i < pairs; i++) {
		one = &timer[peer_random(&random) % (uint64_t)pending];
		uv_timer_stop(one);
		uv_timer_start(one, never,
			       1000000 + peer_random(&random) % 1000000, 0);
	}
	taken = peer_now() - start;
	free(timer);
	return taken / (double)pairs / 2 * 1e9;
}

static void fire(uv_timer_t *timer)
{
	long *left = timer->data;

	--*left;
}

double libuv_delay_fire(double scale)
{
	long count = peer_count(scale, 1000000), left = count, i;
	uv_timer_t *timer = timers_new(count, &left);
	uint64_t random = 88172645463325252u;
	double start, taken;

	uv_update_time(uv_default_loop());
	for (i = 0; i < count; i++)
		uv_timer_start(&timer[i], fire,
			       300 + peer_random(&random) % 500, 0);
	start = peer_cpu();
	uv_run(uv_default_loop(), UV_RUN_DEFAULT);
	taken = peer_cpu() - start;
	if (left != 0)
		abort();
	free(timer);
	return taken / (double)count * 1e9;
}
