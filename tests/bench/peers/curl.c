/*
 * libcurl's multi interface, driven by epoll through its socket and timer
 * callbacks, which is the fastest way that it has.
 *
 * http_get_1, http_get_64
 *          GET / from the server at BENCH_PORT for a second, 1 or 64 at once,
 *          over kept connections.  Told: requests/s, and client CPU a request.
 * idle_connection_bytes
 *          Resident bytes for each of 10,000 idle connections in curl's cache, 10
 *          to each of 1,000 addresses, one answered request behind each.  Needs
 *          a server that answers on all of 127.0.0.0/8.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum { MOST = 100, READY = 64 };

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

static double http_get(int at_once, double seconds, const char *cpu_name)
{
	struct client *client = client_new(at_once, "127.0.0.1");
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
	return http_get(1, scale, "http_get_1.curl.cpu");
}

static double http_get_64(double scale)
{
	return http_get(64, scale, "http_get_64.curl.cpu");
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

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "http_get_1",            http_get_1,            "requests/s" },
		{ "http_get_64",           http_get_64,           "requests/s" },
		{ "idle_connection_bytes", idle_connection_bytes, "bytes" },
		{ NULL, NULL, NULL }
	};

	curl_global_init(CURL_GLOBAL_ALL);
	return peer_main(argc, argv, "curl", table);
}
