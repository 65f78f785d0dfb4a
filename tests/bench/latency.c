/*
 * io_latency  A session yields for ever, while another thread writes the time
 *             into a socket every 300 us; from then to the handler.  With an
 *             empty yield handler (.p50, .p99) and with one that takes 1 us
 *             (.busy.p50, .busy.p99).
 */
#include "bench.h"

#include <poe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const double handler_seconds = 1e-6;
static const long interval_ns = 300000;

struct latency {
	int sockets[2];  /* the writer's, the session's */
	double *seconds; /* one for each byte, room for `count` */
	long count, seen;
};

static void *write_times(void *data)
{
	const struct latency *me = data;
	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (long i = 0; i < me->count; i++) {
		double now;

		next.tv_nsec += interval_ns;
		if (next.tv_nsec >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		now = peer_now();
		if (write(me->sockets[0], &now, sizeof now) != sizeof now)
			peer_die("write");
	}
	return NULL;
}

static void start(struct poe_event *ev)
{
	const struct latency *me = ev->heap;

	poe_select_read(ev->kernel, me->sockets[1], "ready");
	poe_yield(ev->kernel, "work");
}

static void ready(struct poe_event *ev)
{
	struct latency *me = ev->heap;
	double written;

	/* Two may be there when this thread lost its processor. */
	while (read(me->sockets[1], &written, sizeof written) == sizeof written)
		me->seconds[me->seen++] = peer_now() - written;
	if (me->seen == me->count)
		poe_kernel_stop(ev->kernel);
}

static void idle_work(struct poe_event *ev)
{
	poe_yield(ev->kernel, "work");
}

static void busy_work(struct poe_event *ev)
{
	double end = peer_now() + handler_seconds;

	while (peer_now() < end)
		;
	poe_yield(ev->kernel, "work");
}

static const struct poe_state idle_states[] = {
	{ "_start", start }, { "ready", ready }, { "work", idle_work }, { 0 },
};

static const struct poe_state busy_states[] = {
	{ "_start", start }, { "ready", ready }, { "work", busy_work }, { 0 },
};

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void print_quantile(const struct latency *me, const char *name, double part)
{
	long place = (long)(part * (double)(me->count - 1));

	peer_print(name, me->seconds[place] * 1e6, "us");
}

static void measure(struct latency *me, const struct poe_state *states)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	pthread_t writer;

	me->seen = 0;
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = me });
	if (pthread_create(&writer, NULL, write_times, me) != 0)
		peer_die("pthread_create");
	poe_run(k);
	pthread_join(writer, NULL);
	poe_kernel_free(k);
	qsort(me->seconds, (size_t)me->count, sizeof *me->seconds, compare);
}

void bench_io_latency(double scale)
{
	struct latency me = { .count = peer_count(scale, 5000) };

	me.seconds = malloc((size_t)me.count * sizeof *me.seconds);
	if (me.seconds == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, me.sockets) != 0)
		peer_die("socketpair");
	measure(&me, idle_states);
	print_quantile(&me, "io_latency.p50", 0.5);
	print_quantile(&me, "io_latency.p99", 0.99);
	measure(&me, busy_states);
	print_quantile(&me, "io_latency.busy.p50", 0.5);
	print_quantile(&me, "io_latency.busy.p99", 0.99);
	close(me.sockets[0]);
	close(me.sockets[1]);
	free(me.seconds);
}
