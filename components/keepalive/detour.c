/*
 * Detours: a tunnel's octets to and from the socket.
 */
#include "detour.h"
#include "dial.h"
#include <errno.h>
#include <sys/socket.h>

int ka_detour_plan(struct dial *d)
{
	const struct pool_name *name = &d->slot->key->name;

	d->tunnel = ka_tunnel_new(name->proxy, name->address, name->port);
	if (d->tunnel == NULL)
		return -1;
	d->host = d->tunnel->proxy.host;
	d->port = d->tunnel->proxy.port;
	return 0;
}

/* 1 when nothing is left to send, 0 when the socket is full, -1 with errno. */
static int send_rest(struct tunnel *t, int fd)
{
	while (t->sent < t->length) {
		struct iovec rest = { t->out + t->sent, t->length - t->sent };
		ssize_t n = sendmsg(fd, &(struct msghdr){ .msg_iov = &rest, .msg_iovlen = 1 }, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		if (n > 0)
			t->sent += (size_t)n;
	}
	t->sent = t->length = 0;
	return 1;
}

/* As a tunnel_taker; 0 also when nothing has come. */
static int read_some(struct tunnel *t, int fd)
{
	char octets[TUNNEL_IN];
	ssize_t n = recv(fd, octets, t->wants < sizeof octets ? t->wants : sizeof octets, 0);

	if (n > 0)
		return t->take(t, octets, (size_t)n);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return 0;
	if (n == 0)
		errno = ECONNRESET;
	return -1;
}

/* Watched for writing while there is something to send, and for reading else. */
static int go_on(struct dial *d, int ready)
{
	struct tunnel *t = d->tunnel;
	int fd = poe_watch_fd(d->watch), result = 0;

	if ((ready & POE_READ) != 0 && t->length == 0)
		result = read_some(t, fd);
	if (result == 0 && t->length > 0 && send_rest(t, fd) < 0)
		return -1;
	if (result != 0)
		return result;
	poe_watch_resume(d->watch, t->length > 0 ? POE_WRITE : POE_READ);
	poe_watch_pause(d->watch, t->length > 0 ? POE_READ : POE_WRITE);
	return 0;
}

static void end(struct dial *d, int result)
{
	if (result > 0)
		ka_dial_open(d);
	else if (result < 0)
		ka_dial_refused(d, "proxy", errno, d->tunnel->text);
}

static void tunnel_ready(struct poe_event *ev)
{
	struct dial *me = ev->object;
	struct poe_keepalive *ka = me->manager;

	end(me, go_on(me, poe_watch_ready(me->watch)));
	ka_work(ka);
}

void ka_detour_begin(struct dial *d)
{
	pool_dial_phase(&d->manager->pool, d->slot, SLOT_PROXY);
	(void)poe_watch_give(d->watch, d->manager->session, tunnel_ready, d);
	end(d, go_on(d, POE_WRITE));
}
