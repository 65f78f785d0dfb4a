/*
 * idle_connection_bytes  Resident bytes for each of 10,000 idle connections in the
 *                        manager, 10 to each of 1,000 addresses, one answered
 *                        request behind each.
 */
#include "bench.h"
#include "http_filter.h"
#include "manager.h"

#include <poe.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 100, PER_HOST = 10 };

static const char get[] = "GET / HTTP/1.1\r\n\r\n";

struct opener {
	struct poe_keepalive *manager;
	struct poe_connection *held[BATCH]; /* until all of a batch are answered: none is reused */
	int taken, answered;
	long batch, batches;
};

static void next_batch(struct poe_event *ev)
{
	struct opener *me = ev->heap;

	me->taken = me->answered = 0;
	for (int i = 0; i < BATCH; i++) {
		const struct server server = server_of((me->batch * BATCH + i) / PER_HOST);

		manager_ask(ev->kernel, me->manager, &server, "got_connection", poe_none());
	}
}

static void got_connection(struct poe_event *ev)
{
	struct opener *me = ev->heap;
	struct poe_connection *connection = manager_take(ev);
	struct poe_readwrite *wheel;

	me->held[me->taken++] = connection;
	wheel = poe_connection_start(connection, &(struct poe_readwrite_plan){
			.input_event = "response", .error_event = "failed", .filter = http_filter() });
	if (wheel == NULL || poe_put(wheel, poe_bytes(get, sizeof get - 1)) == -1)
		peer_die("poe_put");
}

static void response(struct poe_event *ev)
{
	struct opener *me = ev->heap;

	if (++me->answered < BATCH)
		return;
	for (int i = 0; i < BATCH; i++)
		poe_connection_free(me->held[i]);
	if (++me->batch < me->batches)
		next_batch(ev);
}

static void failed(struct poe_event *ev)
{
	fprintf(stderr, "bench: %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	exit(1);
}

static const struct poe_state states[] = {
	{ "_start", next_batch },
	{ "got_connection(o)", got_connection },
	{ "response(b)", response },
	{ "failed(sis)", failed },
	{ 0 },
};

static void open_batches(struct poe_kernel *k, struct opener *me, long batches)
{
	me->batches += batches;
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = me });
	while (me->batch < me->batches)
		poe_run_one_timeslice(k);
}

void bench_idle_connection_bytes(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct opener me = { .manager = manager_new(k, PER_HOST) };
	long batches = peer_count(scale, 100);
	struct poe_keepalive_stats stats;
	double before, bytes;

	peer_raise_files();
	open_batches(k, &me, 1); /* brings in the code, and what a batch needs while it is opened */
	before = peer_rss();
	open_batches(k, &me, batches);
	bytes = peer_rss() - before;
	poe_keepalive_stats(me.manager, &stats);
	if (stats.idle != (size_t)(me.batches * BATCH)) {
		fprintf(stderr, "bench: %zu idle connections?\n", stats.idle);
		exit(1);
	}
	peer_print("idle_connection_bytes", bytes / (double)(batches * BATCH), "bytes");
	poe_keepalive_free(me.manager);
	poe_kernel_free(k);
}
