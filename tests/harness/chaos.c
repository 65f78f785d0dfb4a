/* See chaos.h.  What stands between the client and who answers, and counts. */
#include "chaos.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const char garbage[] = "no-one asked for";
static const char alert[] = "\x15\x03\x03\x00\x02\x02\x28";

struct chaos *chaos_new(const struct chaos_plan *plan)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof own;
	struct chaos *c = calloc(1, sizeof *c);

	assert_non_null(c);
	c->plan = *plan;
	if (plan->tls != NULL)
		poe_tls_ref(plan->tls);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(c->fd, (const struct sockaddr *)&own, sizeof own), 0);
	assert_int_equal(listen(c->fd, CHAOS_WIRES), 0);
	assert_int_equal(getsockname(c->fd, (struct sockaddr *)&own, &size), 0);
	c->port = ntohs(own.sin_port);
	return c;
}

/* Whoever is behind is heard to the end, so that TLS has had its say. */
static void hang_up(struct chaos_wire *w)
{
	if (w->front >= 0)
		close(w->front);
	if (w->back >= 0)
		close(w->back);
	w->front = w->back = -1;
	chaos_answerer_free(w);
}

void chaos_free(struct chaos *c)
{
	int i;

	for (i = 0; i < c->count; i++)
		hang_up(&c->wires[i]);
	close(c->fd);
	poe_tls_unref(c->plan.tls);
	free(c);
}

static bool let_in(struct chaos *c)
{
	struct chaos_wire *w = &c->wires[c->count];
	int on = 1, fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return false;
	assert_true(c->count < CHAOS_WIRES);
	c->count++;
	*w = (struct chaos_wire){ .front = fd };
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	chaos_answerer_open(w, c->plan.tls);
	return true;
}

static void say(const struct chaos_wire *w, const char *text, size_t length)
{
	(void)send(w->front, text, length, MSG_NOSIGNAL);
}

static void act(struct chaos *c, struct chaos_wire *w)
{
	const struct linger at_once = { .l_onoff = 1 };

	c->acted = true;
	c->answered = w->answered;
	switch (c->plan.action) {
	case CHAOS_RESET:
		(void)setsockopt(w->front, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		hang_up(w);
		break;
	case CHAOS_ALERT:
		say(w, alert, sizeof alert - 1);
		hang_up(w);
		break;
	case CHAOS_CLOSE:
		hang_up(w);
		break;
	case CHAOS_HALF_CLOSE:
		shutdown(w->front, SHUT_WR);
		w->mute = true;
		break;
	case CHAOS_GARBAGE:
		say(w, garbage, sizeof garbage - 1);
		break;
	default:
		w->stalled = c->plan.action == CHAOS_STALL;
		w->drips = c->plan.action == CHAOS_DRIP;
	}
}

static bool is_due(struct chaos *c, const struct chaos_wire *w)
{
	char octet;

	if (c->acted || c->plan.action == CHAOS_NOTHING || w != c->wires || w->passed[c->plan.side] < c->plan.at)
		return false;
	if (c->plan.side == CHAOS_IN && recv(w->front, &octet, 1, MSG_PEEK) <= 0)
		return false;
	return c->plan.turns-- <= 0;
}

/* How many octets may pass. */
static size_t allowance(const struct chaos *c, const struct chaos_wire *w, enum chaos_side side, double now)
{
	size_t most = 4096;

	if (w == c->wires && !c->acted && c->plan.action != CHAOS_NOTHING && side == c->plan.side)
		most = c->plan.at - w->passed[side] < most ? c->plan.at - w->passed[side] : most;
	if (w->stalled)
		most = 0;
	if (w->drips && side == CHAOS_OUT && most > 0)
		most = now - w->dripped >= 1;
	return most;
}

static bool carry(struct chaos *c, struct chaos_wire *w, enum chaos_side side, double now)
{
	size_t most = allowance(c, w, side, now);
	char octets[4096];
	ssize_t n;

	if (w->front < 0 || most == 0)
		return false;
	n = recv(side == CHAOS_IN ? w->front : w->back, octets, most, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0 && !(side == CHAOS_OUT && w->mute)) {
		hang_up(w);
		return true;
	}
	if (n <= 0)
		return false;
	w->passed[side] += (size_t)n;
	w->dripped = now;
	if (side == CHAOS_IN || !w->mute)
		(void)send(side == CHAOS_IN ? w->back : w->front, octets, (size_t)n, MSG_NOSIGNAL);
	return true;
}

bool chaos_turn(struct chaos *c, double now)
{
	bool moved = false;
	int i;

	while (let_in(c))
		moved = true;
	for (i = 0; i < c->count; i++) {
		struct chaos_wire *w = &c->wires[i];

		moved |= carry(c, w, CHAOS_IN, now);
		moved |= chaos_answerer_turn(w);
		moved |= carry(c, w, CHAOS_OUT, now);
		if (w->front >= 0 && is_due(c, w)) {
			act(c, w);
			moved = true;
		}
	}
	return moved;
}

void chaos_go_on(struct chaos *c)
{
	c->wires[0].stalled = false;
}

void chaos_describe(const struct chaos_plan *plan, char text[96])
{
	static const char *const actions[CHAOS_ACTIONS] = { "nothing", "reset", "close", "half-close",
							    "stall", "garbage", "alert", "drip" };

	snprintf(text, 96, "%s at %zu of the %s, after %d turns", actions[plan->action], plan->at,
		 plan->side == CHAOS_IN ? "request" : "answer", plan->turns);
}
