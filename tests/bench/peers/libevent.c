/*
 * libevent's evhttp: one evhttp_connection for each request at a time.
 *
 * http_get_1, http_get_64
 *          GET / from the server at BENCH_PORT for a second, 1 or 64 at once,
 *          over kept connections.  Told: requests/s, and client CPU a request.
 */
#define _GNU_SOURCE
#include "libevent_tcp.h"
#include "peer.h"

#include <event2/event.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 64 };

struct slot {
	struct evhttp_connection *connection;
	long *done;			/* counts the answers of all slots */
};

static void request(struct slot *slot);

static void answered(struct evhttp_request *answer, void *data)
{
	struct slot *slot = data;

	if (answer == NULL || evhttp_request_get_response_code(answer) != 200) {
		fprintf(stderr, "libevent: no answer\n");
		exit(1);
	}
	++*slot->done;
	request(slot);
}

static void request(struct slot *slot)
{
	struct evhttp_request *get = evhttp_request_new(answered, slot);

	evhttp_add_header(evhttp_request_get_output_headers(get),
			  "Host", "127.0.0.1");
	if (evhttp_make_request(slot->connection, get, EVHTTP_REQ_GET, "/") != 0)
		peer_die("evhttp_make_request");
}

static void run_for(struct event_base *base, double seconds)
{
	struct timeval time = { .tv_sec = (time_t)seconds };

	time.tv_usec = (suseconds_t)((seconds - (double)time.tv_sec) * 1e6);
	event_base_loopexit(base, &time);
	event_base_dispatch(base);
}

static double http_get(int at_once, double seconds, const char *cpu_name)
{
	struct event_base *base = event_base_new();
	struct slot slot[MOST];
	double start, cpu, taken;
	long done = 0;
	int i;

	for (i = 0; i < at_once; i++) {
		slot[i].done = &done;
		slot[i].connection = evhttp_connection_base_new(base, NULL,
			"127.0.0.1", (unsigned short)peer_port());
		request(&slot[i]);
	}
	run_for(base, 0.2);		/* connects and warms up */
	done = 0;
	start = peer_now();
	cpu = peer_cpu();
	run_for(base, seconds);
	taken = peer_now() - start;
	peer_print(cpu_name, (peer_cpu() - cpu) / (double)done * 1e6, "us/request");
	for (i = 0; i < at_once; i++)
		evhttp_connection_free(slot[i].connection);
	event_base_free(base);
	return (double)done / taken;
}

static double http_get_1(double scale)
{
	return http_get(1, scale, "http_get_1.libevent.cpu");
}

static double http_get_64(double scale)
{
	return http_get(64, scale, "http_get_64.libevent.cpu");
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "http_get_1",  http_get_1,  "requests/s" },
		{ "http_get_64", http_get_64, "requests/s" },
		{ "tcp_echo",    libevent_tcp_echo,   "messages/s" },
		{ "tcp_accept",  libevent_tcp_accept, "connections/s" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "libevent", table);
}
