/*
 * tls_handshake_full, tls_handshake_resumed
 *     A new connection to the server at BENCH_PORT, a handshake that verifies it
 *     by BENCH_CA, GET /, the answer, and the close; 8 at once.  Told: client CPU
 *     for each.
 * idle_tls_bytes
 *     Heap for each of 500 idle connections, one answered request behind each.
 */
#include "bench.h"
#include "http_filter.h"

#include <malloc.h>
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 8, WARM_UP = 100, IDLE = 500 };

static const char get[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

struct work {
	struct poe_tls *policy;
	const char *cache_key;
	long left;       /* connections still to be opened */
	int stays;       /* not 0: an answered connection is kept, and the session goes on with another */
	long resumed, answered;
};

struct visitor {
	struct work *work;
	struct poe_socketfactory *factory;
	struct poe_readwrite *wheel;
	struct poe_driver *driver; /* the wheel's */
};

static void next(struct poe_event *ev)
{
	struct visitor *me = ev->heap;

	if (me->work->left-- <= 0)
		return;
	me->factory = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.success_event = "connected", .failure_event = "failed", .remote_address = "127.0.0.1",
			.remote_port = (int)peer_port() });
	if (me->factory == NULL)
		peer_die("poe_socketfactory_new");
}

static void connected(struct poe_event *ev)
{
	struct visitor *me = ev->heap;
	int fd = poe_socket_take(ev);

	poe_socketfactory_free(me->factory);
	me->driver = poe_tls_client(me->work->policy, fd, "127.0.0.1", me->work->cache_key);
	me->wheel = poe_readwrite_new(ev->kernel, fd, &(struct poe_readwrite_plan){
			.input_event = "response", .error_event = "failed", .filter = http_filter(), .driver = me->driver });
	if (me->wheel == NULL || poe_put(me->wheel, poe_bytes(get, sizeof get - 1)) == -1)
		peer_die("poe_put");
}

static void response(struct poe_event *ev)
{
	struct visitor *me = ev->heap;
	struct poe_tls_info info;

	poe_tls_info(me->driver, &info);
	me->work->resumed += info.resumed;
	me->work->answered++;
	if (!me->work->stays)
		poe_readwrite_free(me->wheel);
	next(ev);
}

static void failed(struct poe_event *ev)
{
	fprintf(stderr, "bench: %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	exit(1);
}

static const struct poe_state states[] = {
	{ "_start", next },
	{ "connected(osii)", connected },
	{ "response(b)", response },
	{ "failed(sis)", failed },
	{ 0 },
};

static struct poe_tls *policy(void)
{
	char why[256];
	struct poe_tls *tls = poe_tls_new(&(struct poe_tls_plan){ .ca_file = getenv("BENCH_CA") }, why, sizeof why);

	if (tls == NULL) {
		fprintf(stderr, "bench: %s\n", why);
		exit(1);
	}
	return tls;
}

static void visit(struct poe_kernel *k, struct work *w, long connections)
{
	long expected = w->answered + connections;

	w->left = connections;
	for (int i = 0; i < AT_ONCE; i++) {
		struct visitor *v = calloc(1, sizeof *v);

		if (v == NULL)
			peer_die("calloc");
		v->work = w;
		poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = v, .free_heap = free });
	}
	while (w->answered < expected)
		poe_run_one_timeslice(k);
}

static void handshakes(const char *name, double scale, const char *cache_key)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct work w = { .policy = policy(), .cache_key = cache_key };
	long count = peer_count(scale, 1000);
	double cpu;

	visit(k, &w, WARM_UP);
	w.resumed = 0;
	cpu = peer_cpu();
	visit(k, &w, count);
	cpu = peer_cpu() - cpu;
	if (w.resumed != (cache_key != NULL ? count : 0)) {
		fprintf(stderr, "bench: %ld of %ld resumed?\n", w.resumed, count);
		exit(1);
	}
	peer_print(name, cpu / (double)count * 1e6, "us");
	poe_kernel_free(k);
	poe_tls_unref(w.policy);
}

void bench_tls_handshake_full(double scale)
{
	handshakes("tls_handshake_full", scale, NULL);
}

void bench_tls_handshake_resumed(double scale)
{
	handshakes("tls_handshake_resumed", scale, "bench");
}

void bench_idle_tls_bytes(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct work w = { .policy = policy(), .stays = 1, .cache_key = "bench" };
	size_t before;

	(void)scale;
	peer_raise_files();
	visit(k, &w, WARM_UP);
	before = mallinfo2().uordblks;
	visit(k, &w, IDLE);
	peer_print("idle_tls_bytes", (double)(mallinfo2().uordblks - before) / IDLE, "bytes");
	poe_kernel_free(k);
	poe_tls_unref(w.policy);
}
