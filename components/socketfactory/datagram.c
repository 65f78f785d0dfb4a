/*
 * The SocketFactory that makes a datagram socket for nobody in particular: it is
 * ready at once, and told from the queue.  One with a remote address goes the
 * way of those that connect.
 */
#include "socketfactory.h"

static void ready(struct poe_event *ev)
{
	const struct poe_endpoint nobody = { .length = 0 };
	struct poe_socketfactory *me = wheel_of(ev);
	int fd;

	if (me == NULL)
		return;
	fd = me->fd;
	me->fd = -1;
	socketfactory_enter(me);
	if (socketfactory_tell_success(me, fd, &nobody) < 0) {
		socketfactory_failed(me, "socket");
		socketfactory_give_up(me, NULL);
	}
	socketfactory_leave(me);
}

int socketfactory_datagram(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	if (poe_state_set(f->kernel, "poe.socketfactory.ready(o)", ready, NULL) < 0)
		return -1;
	if (socketfactory_settle(f, plan) < 0)
		return -1;
	return poe_post(f->kernel, f->session, "poe.socketfactory.ready", wheel_ticket_value(f->ticket));
}
