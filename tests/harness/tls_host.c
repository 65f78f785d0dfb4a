/* See tls_host.h. */
#include "tls_host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void hear_clear(struct tls_guest *g)
{
	ssize_t n = recv(g->fd, g->heard, sizeof g->heard - 1, MSG_DONTWAIT);

	if (n <= 0)
		return;
	g->heard[n] = '\0';
	g->greeted = 1;
	assert_int_equal(send(g->fd, g->host->greeting, strlen(g->host->greeting), MSG_NOSIGNAL),
			 strlen(g->host->greeting));
}

static void shut_out(struct tls_guest *g)
{
	poe_watch_free(g->watch);
	poe_driver_free(g->driver);
	shutdown(g->fd, SHUT_RDWR);
	g->watch = NULL;
	g->driver = NULL;
}

static void hear(struct tls_guest *g)
{
	size_t length = strlen(g->heard);
	ssize_t n = g->driver->ops->read(g->driver, g->heard + length, sizeof g->heard - 1 - length);

	if (n > 0)
		g->heard[length + (size_t)n] = '\0';
	else if (n == 0 || errno != EAGAIN)
		shut_out(g);
}

static void ready(struct poe_event *ev)
{
	struct tls_guest *me = ev->object;
	int done;

	if (me->host->greeting != NULL && !me->greeted) {
		hear_clear(me);
		return;
	}
	if (me->done) {
		hear(me);
		return;
	}
	done = poe_tls_handshake(me->driver);
	if (done < 0)
		shut_out(me);
	else
		me->done = done;
}

static void knock(struct poe_event *ev)
{
	struct tls_host *me = ev->heap;
	struct tls_guest *g = &me->guests[me->count];
	int on = 1;

	assert_in_range(me->count, 0, TLS_HOST_MOST - 1);
	*g = (struct tls_guest){ .host = me, .fd = accept4(me->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) };
	if (g->fd < 0)
		return;
	assert_int_equal(setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
	me->count++;
	g->driver = poe_tls_server(me->policy, g->fd);
	assert_non_null(g->driver);
	g->watch = poe_watch_new(ev->kernel, g->fd, &(struct poe_watch_plan){
		.modes = POE_READ, .handler = ready, .object = g });
	assert_non_null(g->watch);
	poe_watch_weaken(g->watch);
}

static void start(struct poe_event *ev)
{
	struct tls_host *me = ev->heap;

	poe_watch_weaken(poe_select_read(ev->kernel, me->fd, "knock"));
	assert_int_equal(poe_alias_set(ev->kernel, "tls host"), 0);
}

static void stop(struct poe_event *ev)
{
	struct tls_host *me = ev->heap;
	int i;

	for (i = 0; i < me->count; i++)
		if (me->guests[i].driver != NULL)
			shut_out(&me->guests[i]);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "knock", knock },
	{ "_stop", stop },
	{ 0 },
};

static void listen_on_loopback(struct tls_host *h)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof own;

	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(h->fd, (const struct sockaddr *)&own, sizeof own), 0);
	assert_int_equal(listen(h->fd, TLS_HOST_MOST), 0);
	assert_int_equal(getsockname(h->fd, (struct sockaddr *)&own, &size), 0);
	h->port = ntohs(own.sin_port);
}

struct tls_host *tls_host_new(struct poe_kernel *k, const struct poe_tls_plan *plan)
{
	struct poe_tls_plan whole = *plan;
	struct tls_host *h = calloc(1, sizeof *h);

	assert_non_null(h);
	h->certificates = certificates_usual();
	if (plan->certificate_file == NULL) {
		whole.certificate_file = certificates_path(h->certificates, "server.crt");
		whole.key_file = certificates_path(h->certificates, "server.key");
	}
	if (plan->require_client)
		whole.client_ca_file = certificates_path(h->certificates, "ca.crt");
	h->policy = poe_tls_new(&whole, NULL, 0);
	assert_non_null(h->policy);
	listen_on_loopback(h);
	assert_int_not_equal(poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = h }).v, 0);
	return h;
}

void tls_host_free(struct tls_host *h)
{
	int i;

	for (i = 0; i < h->count; i++)
		close(h->guests[i].fd);
	close(h->fd);
	poe_tls_unref(h->policy);
	certificates_free(h->certificates);
	free(h);
}

struct poe_tls *tls_host_trust(struct tls_host *h, struct poe_tls_plan plan)
{
	struct poe_tls *tls;

	plan.ca_file = certificates_path(h->certificates, "ca.crt");
	tls = poe_tls_new(&plan, NULL, 0);
	assert_non_null(tls);
	return tls;
}

void tls_host_say(struct tls_host *h, int index, const char *text)
{
	struct poe_driver *d = h->guests[index].driver;
	struct iovec octets = { (void *)(uintptr_t)text, strlen(text) };

	assert_non_null(d);
	assert_int_equal(d->ops->write(d, &octets, 1), octets.iov_len);
}

void tls_host_end(struct tls_host *h, int index)
{
	shut_out(&h->guests[index]);
}

struct poe_tls_info tls_host_info(const struct tls_host *h, int index)
{
	struct poe_tls_info info = { .resumed = -1 };

	assert_non_null(h->guests[index].driver);
	assert_int_equal(poe_tls_info(h->guests[index].driver, &info), 0);
	return info;
}
