/*
 * http_get_1, http_get_64
 *     GET / from the server at BENCH_PORT for a second, 1 or 64 sessions at once.
 *     Each request allocates a connection from the manager, by the call, starts a
 *     wheel on it, puts the request, gets the response and frees the connection.
 *     Told: requests/s, and client CPU a request.
 */
#include "bench.h"
#include "http_filter.h"
#include "manager.h"

#include <errno.h>
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double warm_up = 0.2; /* seconds */
static const char get[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

struct meter {
	struct poe_keepalive *manager;
	struct server server;
	double seconds;
	double start, cpu;   /* when it began */
	double taken, spent; /* out: wall clock and CPU, seconds */
	long done;           /* since it began */
};

struct getter {
	struct meter *meter;
	struct poe_connection *connection;
};

static void put_request(struct getter *me)
{
	struct poe_readwrite *wheel = poe_connection_start(me->connection, &(struct poe_readwrite_plan){
			.input_event = "response", .error_event = "failed", .filter = http_filter() });

	if (wheel == NULL || poe_put(wheel, poe_bytes(get, sizeof get - 1)) == -1)
		peer_die("poe_put");
}

/* A kept connection comes at once, a new one by the event. */
static void next(struct poe_event *ev)
{
	struct getter *me = ev->heap;
	struct poe_keepalive_request request = { .scheme = "http", .address = me->meter->server.address,
						 .port = me->meter->server.port, .event = "got_connection" };

	me->connection = poe_keepalive_allocate(me->meter->manager, &request);
	if (me->connection != NULL)
		put_request(me);
	else if (errno != EINPROGRESS)
		peer_die("poe_keepalive_allocate");
}

static void got_connection(struct poe_event *ev)
{
	struct getter *me = ev->heap;

	me->connection = manager_take(ev);
	put_request(me);
}

static void response(struct poe_event *ev)
{
	static const char good[] = "HTTP/1.1 200 ";
	struct getter *me = ev->heap;
	size_t length;
	const void *octets = poe_arg_bytes(ev, 0, &length);

	if (length < sizeof good - 1 || memcmp(octets, good, sizeof good - 1) != 0)
		peer_die("response");
	me->meter->done++;
	poe_connection_free(me->connection);
	next(ev);
}

static void failed(struct poe_event *ev)
{
	fprintf(stderr, "bench: %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	exit(1);
}

static const struct poe_state getter_states[] = {
	{ "_start", next },
	{ "got_connection(o)", got_connection },
	{ "response(bi)", response },
	{ "failed(sis)", failed },
	{ 0 },
};

static void wait_for_warmth(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "begin", warm_up);
}

static void begin(struct poe_event *ev)
{
	struct meter *me = ev->heap;

	me->done = 0;
	me->start = peer_now();
	me->cpu = peer_cpu();
	poe_delay_set(ev->kernel, "end", me->seconds);
}

static void end(struct poe_event *ev)
{
	struct meter *me = ev->heap;

	me->taken = peer_now() - me->start;
	me->spent = peer_cpu() - me->cpu;
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state meter_states[] = {
	{ "_start", wait_for_warmth },
	{ "begin", begin },
	{ "end", end },
	{ 0 },
};

static struct meter measure(int at_once, double seconds)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct getter *getters = calloc((size_t)at_once, sizeof *getters);
	struct meter meter = { .manager = manager_new(k, at_once), .seconds = seconds,
			       .server = { "127.0.0.1", (int)peer_port() } };

	if (getters == NULL)
		peer_die("calloc");
	for (int i = 0; i < at_once; i++) {
		getters[i].meter = &meter;
		poe_session_create(k, &(struct poe_session_plan){ .states = getter_states, .heap = &getters[i] });
	}
	poe_session_create(k, &(struct poe_session_plan){ .states = meter_states, .heap = &meter });
	poe_run(k);
	poe_keepalive_free(meter.manager);
	poe_kernel_free(k);
	free(getters);
	return meter;
}

void bench_http_get_1(double scale)
{
	struct meter meter = measure(1, scale);

	peer_print("http_get_1.cpu", meter.spent / (double)meter.done * 1e6, "us/request");
	peer_print("http_get_1", (double)meter.done / meter.taken, "requests/s");
}

void bench_http_get_64(double scale)
{
	struct meter meter = measure(64, scale);

	peer_print("http_get_64.cpu", meter.spent / (double)meter.done * 1e6, "us/request");
	peer_print("http_get_64", (double)meter.done / meter.taken, "requests/s");
}
