/*
 * libcurl's multi interface, driven by epoll through its socket and timer
 * callbacks, which is the fastest way that it has.
 *
 * http_get_1, http_get_64
 *          GET / from the server at BENCH_PORT for a second, 1 or 64 at once,
 *          over kept connections.  Told: requests/s, and client CPU a request.
 * tls_get_64
 *          The same over TLS, verified by BENCH_CA.
 * bulk_64k, bulk_1m
 *          The same with bodies of 64 KiB and 1 MiB, 8 at once.  Told: MB/s.
 * idle_connection_bytes
 *          Resident bytes for each of 10,000 idle connections in curl's cache, 10
 *          to each of 1,000 addresses, one answered request behind each.  Needs
 *          a server that answers on all of 127.0.0.0/8.
 * tls_handshake_full, tls_handshake_resumed
 *          GET / over TLS, each by a connection of its own, 8 at once, verified by
 *          BENCH_CA.  Told: client CPU for each.
 * idle_tls_bytes
 *          Heap for each of 500 idle connections over TLS in curl's cache.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum { MOST = 100, READY = 64, VISITORS = 8, IDLE_BATCHES = 5 };

struct client {
	CURLM *multi;
	CURL  *easy[MOST];
	int    epoll;
	double alarm;			/* when curl wants a turn, 0: no matter */
	int    running;
	long   opened;			/* connections */
};

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *data,
		       void *known)
{
	struct client *client = data;
	struct epoll_event event = { .data.fd = fd };

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
		       (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
	epoll_ctl(client->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
	curl_multi_assign(client->multi, fd, client);
	return 0;
}

static int want_timer(CURLM *multi, long timeout, void *data)
{
	struct client *client = data;

	(void)multi;
	client->alarm = timeout < 0 ? 0 : peer_now() + (double)timeout / 1e3;
	return 0;
}

static size_t discard(char *bytes, size_t size, size_t n, void *data)
{
	(void)bytes;
	(void)data;
	return size * n;
}

static struct client *client_new(int easies, const char *address)
{
	struct client *client = calloc(1, sizeof *client);
	char url[100];
	int i;

	if (client == NULL)
		peer_die("calloc");
	peer_raise_files();
	client->epoll = epoll_create1(0);
	client->multi = curl_multi_init();
	curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
	curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, 20000L);
	snprintf(url, sizeof url, "http://%s:%u/", address, peer_port());
	for (i = 0; i < easies; i++) {
		client->easy[i] = curl_easy_init();
		curl_easy_setopt(client->easy[i], CURLOPT_URL, url);
		curl_easy_setopt(client->easy[i], CURLOPT_WRITEFUNCTION, discard);
		curl_easy_setopt(client->easy[i], CURLOPT_NOPROXY, "*");
		curl_easy_setopt(client->easy[i], CURLOPT_NOSIGNAL, 1L);
	}
	return client;
}

static void client_free(struct client *client)
{
	int i;

	for (i = 0; i < MOST; i++)
		curl_easy_cleanup(client->easy[i]);
	curl_multi_cleanup(client->multi);
	free(client);
}

static int milliseconds_to_alarm(const struct client *client)
{
	double left;

	if (client->alarm <= 0)
		return -1;
	left = client->alarm - peer_now();
	return left <= 0 ? 0 : (int)(left * 1e3) + 1;
}

/* One turn: waits for sockets or the alarm and lets curl work. */
static void turn(struct client *client)
{
	struct epoll_event ready[READY];
	int n, i;

	n = epoll_wait(client->epoll, ready, READY, milliseconds_to_alarm(client));
	if (client->alarm > 0 && client->alarm <= peer_now()) {
		client->alarm = 0;
		curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
					 &client->running);
	}
	for (i = 0; i < n; i++) {
		int what = (ready[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			   (ready[i].events & ~(uint32_t)EPOLLOUT ?
			    CURL_CSELECT_IN : 0);

		curl_multi_socket_action(client->multi, ready[i].data.fd, what,
					 &client->running);
	}
}

/* The next request that has been answered, out of the multi again; or null. */
static CURL *next_done(struct client *client)
{
	CURLMsg *message;
	int rest;
	long opened = 0;
	CURL *easy;

	message = curl_multi_info_read(client->multi, &rest);
	if (message == NULL)
		return NULL;
	easy = message->easy_handle;
	if (message->data.result != CURLE_OK) {
		fprintf(stderr, "curl: %s\n",
			curl_easy_strerror(message->data.result));
		exit(1);
	}
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
	client->opened += opened;
	curl_multi_remove_handle(client->multi, easy);
	return easy;
}

static double get_for(struct client *client, double seconds)
{
	double end = peer_now() + seconds;
	long count = 0;
	CURL *easy;

	while (peer_now() < end) {
		turn(client);
		while ((easy = next_done(client)) != NULL) {
			count++;
			curl_multi_add_handle(client->multi, easy);
		}
	}
	return (double)count;
}

static double get_repeatedly(struct client *client, int at_once, double seconds, const char *cpu_name)
{
	double start, cpu, count;
	int i;

	for (i = 0; i < at_once; i++)
		curl_multi_add_handle(client->multi, client->easy[i]);
	get_for(client, 0.2);		/* connects and warms up */
	start = peer_now();
	cpu = peer_cpu();
	count = get_for(client, seconds);
	peer_print(cpu_name, (peer_cpu() - cpu) / count * 1e6, "us/request");
	count /= peer_now() - start;
	client_free(client);
	return count;
}

static double http_get_1(double scale)
{
	return get_repeatedly(client_new(1, "127.0.0.1"), 1, scale, "http_get_1.curl.cpu");
}

static double http_get_64(double scale)
{
	return get_repeatedly(client_new(64, "127.0.0.1"), 64, scale, "http_get_64.curl.cpu");
}

static double bulk(const char *path, double body, double seconds, const char *cpu_name)
{
	struct client *client = client_new(VISITORS, "127.0.0.1");
	char url[100];
	int i;

	snprintf(url, sizeof url, "http://127.0.0.1:%u%s", peer_port(), path);
	for (i = 0; i < VISITORS; i++)
		curl_easy_setopt(client->easy[i], CURLOPT_URL, url);
	return get_repeatedly(client, VISITORS, seconds, cpu_name) * body / 1e6;
}

static double bulk_64k(double scale)
{
	return bulk("/64k", 65536, scale, "bulk_64k.curl.cpu");
}

static double bulk_1m(double scale)
{
	return bulk("/1m", 1048576, scale, "bulk_1m.curl.cpu");
}

/* MOST requests at once, so many that each of ten hosts gets ten connections. */
static void open_batch(struct client *client, long batch)
{
	char url[100];
	int i;

	for (i = 0; i < MOST; i++) {
		snprintf(url, sizeof url, "http://127.1.%ld.%d:%u/",
			 batch, i % 10 + 1, peer_port());
		curl_easy_setopt(client->easy[i], CURLOPT_URL, url);
		curl_multi_add_handle(client->multi, client->easy[i]);
	}
	do {
		turn(client);
	} while (client->running > 0);
	while (next_done(client) != NULL)
		;
}

static double idle_connection_bytes(double scale)
{
	struct client *client = client_new(MOST, "127.0.0.1");
	long batches = peer_count(scale, 100), i;
	double before = peer_rss(), bytes;

	for (i = 0; i < batches; i++)
		open_batch(client, i);
	bytes = peer_rss() - before;
	if (client->opened != batches * MOST) {
		fprintf(stderr, "curl: %ld connections?\n", client->opened);
		exit(1);
	}
	bytes /= (double)client->opened;
	client_free(client);
	return bytes;
}

/* To one server over TLS, each to have a connection of its own or to leave one in the cache. */
static struct client *tls_client_new(int easies, int resumes, int is_closed)
{
	struct client *client = client_new(easies, "127.0.0.1");
	char url[100];
	int i;

	snprintf(url, sizeof url, "https://127.0.0.1:%u/", peer_port());
	for (i = 0; i < easies; i++) {
		curl_easy_setopt(client->easy[i], CURLOPT_URL, url);
		curl_easy_setopt(client->easy[i], CURLOPT_CAINFO, getenv("BENCH_CA"));
		curl_easy_setopt(client->easy[i], CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
		curl_easy_setopt(client->easy[i], CURLOPT_SSL_SESSIONID_CACHE, (long)resumes);
		curl_easy_setopt(client->easy[i], CURLOPT_FORBID_REUSE, (long)is_closed);
	}
	return client;
}

static double tls_get_64(double scale)
{
	return get_repeatedly(tls_client_new(64, 1, 0), 64, scale, "tls_get_64.curl.cpu");
}

static void visit(struct client *client, long visits)
{
	long asked, done = 0;
	CURL *easy;

	for (asked = 0; asked < VISITORS && asked < visits; asked++)
		curl_multi_add_handle(client->multi, client->easy[asked]);
	while (done < visits) {
		turn(client);
		while ((easy = next_done(client)) != NULL) {
			done++;
			if (asked++ < visits)
				curl_multi_add_handle(client->multi, easy);
		}
	}
}

static double handshakes(double scale, int resumes)
{
	struct client *client = tls_client_new(VISITORS, resumes, 1);
	long count = peer_count(scale, 1000);
	double cpu;

	visit(client, 100);		/* warms up */
	client->opened = 0;
	cpu = peer_cpu();
	visit(client, count);
	cpu = peer_cpu() - cpu;
	if (client->opened != count) {
		fprintf(stderr, "curl: %ld connections?\n", client->opened);
		exit(1);
	}
	client_free(client);
	return cpu / (double)count * 1e6;
}

static double tls_handshake_full(double scale)
{
	return handshakes(scale, 0);
}

static double tls_handshake_resumed(double scale)
{
	return handshakes(scale, 1);
}

/* The easies of a batch wait for all of it, so that none finds a connection to use again. */
static void add_idle(struct client *client)
{
	int i;

	for (i = 0; i < MOST; i++)
		curl_multi_add_handle(client->multi, client->easy[i]);
	do {
		turn(client);
	} while (client->running > 0);
	while (next_done(client) != NULL)
		;
}

static double idle_tls_bytes(double scale)
{
	struct client *clients[IDLE_BATCHES + 1];
	size_t before = 0;
	long opened = 0;
	int i;

	(void)scale;
	for (i = 0; i <= IDLE_BATCHES; i++) {
		clients[i] = tls_client_new(MOST, 1, 0);
		if (i == 1)
			before = mallinfo2().uordblks;
		add_idle(clients[i]);
		if (i > 0)
			opened += clients[i]->opened;
	}
	return (double)(mallinfo2().uordblks - before) / (double)opened;
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "http_get_1",            http_get_1,            "requests/s" },
		{ "http_get_64",           http_get_64,           "requests/s" },
		{ "tls_get_64",            tls_get_64,            "requests/s" },
		{ "bulk_64k",              bulk_64k,              "MB/s" },
		{ "bulk_1m",               bulk_1m,               "MB/s" },
		{ "idle_connection_bytes", idle_connection_bytes, "bytes" },
		{ "tls_handshake_full",    tls_handshake_full,    "us" },
		{ "tls_handshake_resumed", tls_handshake_resumed, "us" },
		{ "idle_tls_bytes",        idle_tls_bytes,        "bytes" },
		{ NULL, NULL, NULL }
	};

	curl_global_init(CURL_GLOBAL_ALL);
	return peer_main(argc, argv, "curl", table);
}
