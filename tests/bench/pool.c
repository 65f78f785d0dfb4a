/*
 * The keep-alive manager.  Told: wall clock for each cycle.
 *
 * allocate_hit     Allocate, response event, free: one host, one kept connection.
 * allocate_hit_8k  The same by turns over 1,000 hosts with 8 kept connections each.
 * handoff_1        A freed connection goes to the one request that waits for it.
 * handoff_N        The same, but 100,000 wait.
 * connect          Allocate of a new connection, then close; 8 at a time, spread
 *                  over 32 servers.
 */
#include "bench.h"
#include "manager.h"

#include <poe.h>
#include <stdlib.h>

enum { AT_ONCE = 8 };

struct taker {
	struct poe_keepalive *manager;
	struct server *servers;
	long hosts;
	struct poe_connection **held; /* the kept ones, while they are opened */
	long kept, opened;
	long waiters;
	long asked, done, count;
	double start, taken; /* of the cycles; seconds */
};

static void ask(const struct poe_event *ev, const char *event)
{
	struct taker *me = ev->heap;

	manager_ask(ev->kernel, me->manager, &me->servers[me->asked++ % me->hosts], event, poe_str("context"));
}

static void finish(const struct poe_event *ev)
{
	struct taker *me = ev->heap;

	me->taken = peer_now() - me->start;
	poe_kernel_stop(ev->kernel);
}

static void open_first(struct poe_event *ev)
{
	ask(ev, "opened");
}

/* All kept connections are held until the last one is open: then all are idle at once. */
static void opened(struct poe_event *ev)
{
	struct taker *me = ev->heap;

	me->held[me->opened++] = manager_take(ev);
	if (me->opened < me->kept) {
		ask(ev, "opened");
		return;
	}
	for (long i = 0; i < me->kept; i++)
		poe_connection_free(me->held[i]);
	me->start = peer_now();
	ask(ev, "got_connection");
}

static void hit(struct poe_event *ev)
{
	struct taker *me = ev->heap;

	poe_connection_free(manager_take(ev));
	if (++me->done == me->count)
		finish(ev);
	else
		ask(ev, "got_connection");
}

static const struct poe_state hit_states[] = {
	{ "_start", open_first },
	{ "opened(o)", opened },
	{ "got_connection(o)", hit },
	{ 0 },
};

static void queue_up(struct poe_event *ev)
{
	const struct taker *me = ev->heap;

	for (long i = 0; i <= me->waiters; i++)
		ask(ev, "got_connection");
}

/* Each who gets the connection asks for it again, then frees it. */
static void hand_on(struct poe_event *ev)
{
	struct taker *me = ev->heap;
	struct poe_connection *connection = manager_take(ev);

	/* The first of all had to be opened. */
	if (me->done++ == 1)
		me->start = peer_now();
	if (me->done == me->count + 2) {
		finish(ev);
		return;
	}
	ask(ev, "got_connection");
	poe_connection_free(connection);
}

static const struct poe_state handoff_states[] = {
	{ "_start", queue_up },
	{ "got_connection(o)", hand_on },
	{ 0 },
};

static void connect_some(struct poe_event *ev)
{
	struct taker *me = ev->heap;

	me->start = peer_now();
	for (int i = 0; i < AT_ONCE; i++)
		ask(ev, "got_connection");
}

static void connected(struct poe_event *ev)
{
	struct taker *me = ev->heap;
	struct poe_connection *connection = manager_take(ev);

	poe_connection_close(connection);
	poe_connection_free(connection);
	if (++me->done == me->count)
		finish(ev);
	else
		ask(ev, "got_connection");
}

static const struct poe_state connect_states[] = {
	{ "_start", connect_some },
	{ "got_connection(o)", connected },
	{ 0 },
};

/* Runs the session to its end and returns the seconds of one cycle. */
static double run(struct taker *me, const struct poe_state *states, int per_host)
{
	struct poe_kernel *k = poe_kernel_new(NULL);

	peer_raise_files();
	me->servers = malloc((size_t)me->hosts * sizeof *me->servers);
	me->held = malloc((size_t)(me->kept + 1) * sizeof *me->held);
	if (k == NULL || me->servers == NULL || me->held == NULL)
		peer_die("malloc");
	for (long i = 0; i < me->hosts; i++)
		me->servers[i] = server_of(i);
	me->manager = manager_new(k, per_host);
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = me });
	poe_run(k);
	poe_keepalive_free(me->manager);
	poe_kernel_free(k);
	free(me->servers);
	free(me->held);
	return me->taken / (double)me->count;
}

void bench_allocate_hit(double scale)
{
	struct taker me = { .hosts = 1, .kept = 1, .count = peer_count(scale, 1000000) };

	peer_print("allocate_hit", run(&me, hit_states, 8) * 1e9, "ns");
}

void bench_allocate_hit_8k(double scale)
{
	struct taker me = { .hosts = 1000, .kept = 8000, .count = peer_count(scale, 1000000) };

	peer_print("allocate_hit_8k", run(&me, hit_states, 8) * 1e9, "ns");
}

void bench_handoff_1(double scale)
{
	struct taker me = { .hosts = 1, .waiters = 1, .count = peer_count(scale, 500000) };

	peer_print("handoff_1", run(&me, handoff_states, 1) * 1e9, "ns");
}

void bench_handoff_n(double scale)
{
	struct taker me = { .hosts = 1, .waiters = 100000, .count = peer_count(scale, 500000) };

	peer_print("handoff_N", run(&me, handoff_states, 1) * 1e9, "ns");
}

void bench_connect(double scale)
{
	struct taker me = { .hosts = 32, .count = peer_count(scale, 20000) };

	peer_print("connect", run(&me, connect_states, 8) * 1e6, "us");
}
