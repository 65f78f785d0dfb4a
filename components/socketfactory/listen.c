/*
 * The SocketFactory that listens: what each way to fail of accept means.  POE
 * accepts one connection each time round and spins when the descriptor table
 * is full; this takes a few, and rests.
 */
#include "socketfactory.h"

#include <errno.h>
#include <sys/socket.h>

enum { MAX_ACCEPTS = 16 }; /* each time the socket is ready, so that others have their turn */

static const double rest_seconds = 0.05;

static void arm(struct poe_socketfactory *f)
{
	if (f->watch == NULL)
		return;
	if (f->door.paused || f->door.resting)
		poe_watch_pause(f->watch, POE_READ);
	else
		poe_watch_resume(f->watch, POE_READ);
}

static void rested(struct poe_event *ev)
{
	struct poe_socketfactory *me = wheel_of(ev);

	if (me == NULL)
		return;
	me->alarm.v = 0;
	me->door.resting = false;
	arm(me);
}

/*
 * Out of descriptors or memory: the connections wait in the backlog, and the
 * socket stays readable, so the watch must rest.  The alarm is strong: a
 * paused watch does not keep the program running.  The failure is told once,
 * until an accept has succeeded again.
 */
static void rest(struct poe_socketfactory *f)
{
	bool is_news = !f->door.exhausted;

	f->door.exhausted = true;
	f->alarm = poe_delay_set(f->kernel, "poe.socketfactory.rested", rest_seconds,
				 wheel_ticket_value(f->ticket));
	f->door.resting = f->alarm.v != 0;
	arm(f);
	if (is_news)
		socketfactory_tell_failure(f, NULL);
}

static void fail(struct poe_socketfactory *f)
{
	socketfactory_failed(f, "accept");
	switch (f->error_num) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		rest(f);
		return;
	default:
		socketfactory_give_up(f, NULL);
	}
}

/* What says nothing about the listening socket: nobody there, or a connection that died in the backlog. */
static bool is_passing(int error_num)
{
	switch (error_num) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case EPERM:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENONET:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
		return true;
	default:
		return false;
	}
}

/* False when there is nothing more to accept now. */
static bool accept_one(struct poe_socketfactory *f)
{
	struct poe_endpoint peer = { .length = sizeof peer.address };
	int fd = accept4(f->fd, (struct sockaddr *)&peer.address, &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && is_passing(errno))
		return errno != EAGAIN;
	if (fd < 0) {
		fail(f);
		return false;
	}
	if (socketfactory_tell_success(f, fd, &peer) < 0) {
		fail(f);
		return false;
	}
	f->door.exhausted = false;
	return true;
}

static void ready(struct poe_event *ev)
{
	struct poe_socketfactory *me = ev->object;

	socketfactory_enter(me);
	for (int i = 0; i < MAX_ACCEPTS && !me->dead && !me->door.paused; i++)
		if (!accept_one(me))
			break;
	socketfactory_leave(me);
}

int socketfactory_accept(struct poe_socketfactory *f)
{
	if (poe_state_set(f->kernel, "poe.socketfactory.rested(o)", rested, NULL) < 0)
		return -1;
	f->watch = poe_watch_new(f->kernel, f->fd, &(struct poe_watch_plan){
		.modes = POE_READ, .handler = ready, .object = f });
	return f->watch != NULL ? 0 : -1;
}

int socketfactory_listen(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	if (socketfactory_settle(f, plan) < 0)
		return -1;
	if (listen(f->fd, plan->listen_queue > 0 ? plan->listen_queue : SOMAXCONN) < 0)
		return socketfactory_failed(f, "listen");
	return socketfactory_accept(f);
}

void poe_socketfactory_pause_accept(struct poe_socketfactory *f)
{
	f->door.paused = true;
	arm(f);
}

void poe_socketfactory_resume_accept(struct poe_socketfactory *f)
{
	f->door.paused = false;
	arm(f);
}
