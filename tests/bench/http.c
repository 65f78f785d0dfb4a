/*
 * http_get_1, http_get_64
 *     GET / from the server at BENCH_PORT for a second, 1 or 64 sessions at once.
 *     Each request allocates a connection from the manager, by the call, starts a
 *     wheel on it, puts the request, gets the response and frees the connection.
 *     Told: requests/s, and client CPU a request.
 * tls_get_64
 *     The same over TLS, from a server that BENCH_CA verifies.
 * bulk_64k, bulk_1m
 *     The same with bodies of 64 KiB and of 1 MiB, 8 at once.  Told: MB/s (10^6).
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

/* What is done; body: octets, or 0 for an answer that is one record. */
struct load {
	const char *name;
	int at_once;
	const char *scheme, *path;
	long body;
};

struct meter {
	const struct load *load;
	char get[64];
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
	long left; /* of a body; 0: a head comes next */
};

static void put_request(struct getter *me)
{
	struct poe_filter *filter = me->meter->load->body > 0 ? http_pieces() : http_filter();
	struct poe_readwrite *wheel = poe_connection_start(me->connection, &(struct poe_readwrite_plan){
			.input_event = "response", .error_event = "failed", .filter = filter });

	if (wheel == NULL || poe_put(wheel, poe_str(me->meter->get)) == -1)
		peer_die("poe_put");
}

/* A kept connection comes at once, a new one by the event. */
static void next(struct poe_event *ev)
{
	struct getter *me = ev->heap;
	struct poe_keepalive_request request = { .scheme = me->meter->load->scheme,
						 .address = me->meter->server.address,
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

static void check_head(const void *octets, size_t length)
{
	static const char good[] = "HTTP/1.1 200 ";

	if (length < sizeof good - 1 || memcmp(octets, good, sizeof good - 1) != 0)
		peer_die("response");
}

/* A whole answer; or its head, and then its body by pieces. */
static void response(struct poe_event *ev)
{
	struct getter *me = ev->heap;
	size_t length;
	const void *octets = poe_arg_bytes(ev, 0, &length);

	if (me->left == 0) {
		check_head(octets, length);
		me->left = me->meter->load->body;
	} else {
		me->left -= (long)length;
	}
	if (me->left > 0)
		return;
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

static struct poe_keepalive *new_manager(struct poe_kernel *k, const struct load *load)
{
	struct poe_keepalive_plan plan = { .max_per_host = load->at_once };
	struct poe_keepalive *manager;
	char why[256] = "";

	if (strcmp(load->scheme, "https") == 0) {
		plan.tls = poe_tls_new(&(struct poe_tls_plan){ .ca_file = getenv("BENCH_CA") }, why, sizeof why);
		if (plan.tls == NULL)
			peer_die(why);
	}
	manager = poe_keepalive_new(k, &plan);
	if (manager == NULL)
		peer_die("poe_keepalive_new");
	poe_tls_unref(plan.tls);
	return manager;
}

static struct meter measure(const struct load *load, double seconds)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct getter *getters = calloc((size_t)load->at_once, sizeof *getters);
	struct meter meter = { .load = load, .manager = new_manager(k, load), .seconds = seconds,
			       .server = { "127.0.0.1", (int)peer_port() } };

	if (getters == NULL)
		peer_die("calloc");
	snprintf(meter.get, sizeof meter.get, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", load->path);
	for (int i = 0; i < load->at_once; i++) {
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

static void bench(const struct load *load, double seconds)
{
	struct meter meter = measure(load, seconds);
	double rate = (double)meter.done / meter.taken;
	char name[32];

	snprintf(name, sizeof name, "%s.cpu", load->name);
	peer_print(name, meter.spent / (double)meter.done * 1e6, "us/request");
	if (load->body > 0)
		peer_print(load->name, rate * (double)load->body / 1e6, "MB/s");
	else
		peer_print(load->name, rate, "requests/s");
}

void bench_http_get_1(double scale)
{
	bench(&(struct load){ "http_get_1", 1, "http", "/", 0 }, scale);
}

void bench_http_get_64(double scale)
{
	bench(&(struct load){ "http_get_64", 64, "http", "/", 0 }, scale);
}

void bench_tls_get_64(double scale)
{
	bench(&(struct load){ "tls_get_64", 64, "https", "/", 0 }, scale);
}

void bench_bulk_64k(double scale)
{
	bench(&(struct load){ "bulk_64k", 8, "http", "/64k", 65536 }, scale);
}

void bench_bulk_1m(double scale)
{
	bench(&(struct load){ "bulk_1m", 8, "http", "/1m", 1048576 }, scale);
}
