/*
 * The keep-alive manager by its call, poe_keepalive_allocate, without a message.
 *
 * allocate_direct       Allocate of a kept connection, and free: one host.  It is looked at
 *                       whether the peer is there, each time.  Told: CPU for each.
 * allocate_direct_8k    The same by turns over 1,000 hosts with 8 idle connections each.
 * fairness_p999         32 users, one host, 16 connections, which each user keeps for a random
 *                       (exponential) time and then asks again at once: the wait that one
 *                       in a thousand exceeds, over the mean of those times.  By the virtual
 *                       clock, so that it is the queue that is measured.
 */
#include "bench.h"
#include "manager.h"

#include <math.h>
#include <poe.h>
#include <stdlib.h>

enum { BATCH = 100, HOSTS_8K = 1000, EACH_8K = 8, USERS = 32, SLOTS = 16 };

struct direct {
	struct poe_keepalive *manager;
	struct server *servers;
	long hosts, kept, count, done;
	double start, taken; /* CPU seconds */
};

static struct poe_keepalive_request request_of(const struct server *server)
{
	return (struct poe_keepalive_request){ .scheme = "http", .address = server->address, .port = server->port,
					       .event = "got_connection" };
}

static void fill(struct poe_event *ev)
{
	struct direct *me = ev->heap;

	for (long i = 0; i < me->hosts; i++) {
		struct poe_keepalive_request request = request_of(&me->servers[i]);

		if (poe_keepalive_prewarm(me->manager, &request, (int)(me->kept / me->hosts)) < 0)
			peer_die("poe_keepalive_prewarm");
	}
	poe_yield(ev->kernel, "wait");
}

static void wait_for_all(struct poe_event *ev)
{
	struct direct *me = ev->heap;
	struct poe_keepalive_stats stats;

	poe_keepalive_stats(me->manager, &stats);
	if (stats.idle < (size_t)me->kept) {
		poe_delay_set(ev->kernel, "wait", 0.01);
		return;
	}
	me->start = peer_cpu();
	poe_yield(ev->kernel, "allocate");
}

/* The loop has its turn now and then, as it has in a program. */
static void allocate(struct poe_event *ev)
{
	struct direct *me = ev->heap;

	for (int i = 0; i < BATCH; i++, me->done++) {
		struct poe_keepalive_request request = request_of(&me->servers[me->done % me->hosts]);
		struct poe_connection *connection = poe_keepalive_allocate(me->manager, &request);

		if (connection == NULL)
			peer_die("poe_keepalive_allocate");
		poe_connection_free(connection);
	}
	if (me->done < me->count) {
		poe_yield(ev->kernel, "allocate");
		return;
	}
	me->taken = peer_cpu() - me->start;
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state direct_states[] = {
	{ "_start", fill }, { "wait", wait_for_all }, { "allocate", allocate }, { 0 },
};

static void measure_direct(const char *name, struct direct *me)
{
	struct poe_kernel *k = poe_kernel_new(NULL);

	peer_raise_files();
	me->servers = calloc((size_t)me->hosts, sizeof *me->servers);
	if (k == NULL || me->servers == NULL)
		peer_die("calloc");
	for (long i = 0; i < me->hosts; i++)
		me->servers[i] = server_of(i);
	me->manager = manager_new(k, EACH_8K);
	poe_session_create(k, &(struct poe_session_plan){ .states = direct_states, .heap = me });
	poe_run(k);
	poe_keepalive_free(me->manager);
	poe_kernel_free(k);
	free(me->servers);
	peer_print(name, me->taken / (double)me->done * 1e9, "ns");
}

void bench_allocate_direct(double scale)
{
	measure_direct("allocate_direct", &(struct direct){ .hosts = 1, .kept = 1, .count = peer_count(scale, 2000000) });
}

void bench_allocate_direct_8k(double scale)
{
	measure_direct("allocate_direct_8k", &(struct direct){ .hosts = HOSTS_8K, .kept = HOSTS_8K * EACH_8K,
							       .count = peer_count(scale, 2000000) });
}

struct queue {
	struct poe_keepalive *manager;
	struct server server;
	uint64_t random;
	long served, count;
	double *waits; /* seconds, as many as `count` */
	double services;
};

struct customer {
	struct queue *queue;
	struct poe_connection *connection;
	double asked;
};

/* Mean 1. */
static double exponential(uint64_t *state)
{
	return -log(((double)(peer_random(state) >> 11) + 1) / 9007199254740993.0);
}

/* The first loans, while connections are being made, do not count. */
static void serve(struct poe_event *ev, struct poe_connection *connection)
{
	struct customer *me = ev->heap;
	struct queue *queue = me->queue;
	double service = exponential(&queue->random);
	long number = queue->served++ - (long)USERS * USERS;

	me->connection = connection;
	if (number >= queue->count)
		return;
	if (number >= 0) {
		queue->waits[number] = poe_now(ev->kernel) - me->asked;
		queue->services += service;
	}
	poe_delay_set(ev->kernel, "served", service);
}

static void queue_up(struct poe_event *ev)
{
	struct customer *me = ev->heap;
	struct poe_keepalive_request request = request_of(&me->queue->server);
	struct poe_connection *connection;

	me->asked = poe_now(ev->kernel);
	connection = poe_keepalive_allocate(me->queue->manager, &request);
	if (connection != NULL)
		serve(ev, connection);
}

static void my_turn(struct poe_event *ev)
{
	serve(ev, manager_take(ev));
}

static void served(struct poe_event *ev)
{
	struct customer *me = ev->heap;

	poe_connection_free(me->connection);
	queue_up(ev);
}

static const struct poe_state customer_states[] = {
	{ "_start", queue_up }, { "got_connection(o)", my_turn }, { "served", served }, { 0 },
};

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

void bench_fairness_p999(double scale)
{
	struct poe_kernel *k = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL });
	struct queue queue = { .manager = manager_new(k, SLOTS), .server = server_of(0), .random = 1,
			       .count = peer_count(scale, 200000) };
	struct customer customers[USERS];

	queue.waits = calloc((size_t)queue.count, sizeof *queue.waits);
	if (queue.waits == NULL)
		peer_die("calloc");
	for (int i = 0; i < USERS; i++) {
		customers[i] = (struct customer){ .queue = &queue };
		poe_session_create(k, &(struct poe_session_plan){ .states = customer_states, .heap = &customers[i] });
	}
	while (queue.served < queue.count + (long)USERS * USERS)
		poe_run_one_timeslice(k);
	poe_keepalive_free(queue.manager);
	poe_kernel_free(k);
	qsort(queue.waits, (size_t)queue.count, sizeof *queue.waits, by_size);
	peer_print("fairness_p999", queue.waits[queue.count * 999 / 1000] * (double)queue.count / queue.services, "x");
	free(queue.waits);
}
