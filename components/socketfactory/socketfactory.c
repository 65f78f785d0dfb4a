/*
 * The SocketFactory wheel: its life, its plan's rules, and what it tells.
 * After POE::Wheel::SocketFactory.
 */
#include "socketfactory.h"

#include "../socket.h"

#include <poe/kernel.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int socketfactory_failed(struct poe_socketfactory *f, const char *function)
{
	f->function = function;
	f->error_num = errno;
	return -1;
}

static void destroy(struct poe_socketfactory *f)
{
	free(f->dial.endpoints);
	free(f);
}

void socketfactory_enter(struct poe_socketfactory *f)
{
	f->busy++;
}

void socketfactory_leave(struct poe_socketfactory *f)
{
	if (--f->busy == 0 && f->dead)
		destroy(f);
}

void socketfactory_close(struct poe_socketfactory *f)
{
	poe_watch_free(f->watch);
	f->watch = NULL;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* Fails from another session's handler; the ticket then leads the alarm nowhere. */
void socketfactory_cancel_alarm(struct poe_socketfactory *f)
{
	if (f->alarm.v != 0)
		poe_alarm_remove(f->kernel, f->alarm);
	f->alarm.v = 0;
}

/* Ends all that is under way.  What the wheel has in memory stays. */
static void stop(struct poe_socketfactory *f)
{
	socketfactory_close(f);
	socketfactory_cancel_alarm(f);
	socketfactory_dial_end(f);
}

void socketfactory_tell_failure(struct poe_socketfactory *f, const char *error_str)
{
	if (f->failure_event == NULL)
		return;
	poe_call(f->kernel, f->session, f->failure_event, poe_str(f->function), poe_int(f->error_num),
		 poe_str(error_str != NULL ? error_str : strerror(f->error_num)), poe_int(f->id));
}

void socketfactory_give_up(struct poe_socketfactory *f, const char *error_str)
{
	stop(f);
	socketfactory_tell_failure(f, error_str);
}

int socketfactory_tell_success(struct poe_socketfactory *f, int fd, const struct poe_endpoint *peer)
{
	char text[SOCKETFACTORY_ADDRESS_TEXT];
	int port = socketfactory_address_write(peer, text);
	struct poe_object *socket = socket_new(fd);

	if (socket == NULL) {
		close(fd);
		errno = ENOMEM;
		return -1;
	}
	poe_call(f->kernel, f->session, f->success_event, poe_obj(socket), poe_str(text), poe_int(port),
		 poe_int(f->id));
	return 0;
}

/* Accepted sockets have TCP_NODELAY from the one that listens. */
int socketfactory_open(struct poe_socketfactory *f, int family)
{
	const int on = 1;

	f->fd = socket(family, f->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->fd < 0)
		return socketfactory_failed(f, "socket");
	if (family != AF_UNIX && f->type == SOCK_STREAM)
		setsockopt(f->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return 0;
}

int socketfactory_bind(struct poe_socketfactory *f, int family)
{
	struct poe_endpoint own = f->bind;

	if (own.length == 0 && f->bind_port == 0)
		return 0;
	if (own.length == 0)
		socketfactory_address_any(&own, family, f->bind_port);
	if (bind(f->fd, (const struct sockaddr *)&own.address, own.length) < 0)
		return socketfactory_failed(f, "bind");
	return 0;
}

static int family_of(const struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	if (f->bind.length > 0)
		return f->bind.address.ss_family;
	return plan->domain != 0 ? plan->domain : AF_INET;
}

int socketfactory_settle(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	const int on = 1;
	int family = family_of(f, plan);

	if (socketfactory_open(f, family) < 0)
		return -1;
	if (plan->reuse && setsockopt(f->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		return socketfactory_failed(f, "socket");
	return socketfactory_bind(f, family);
}

/* A failure that new met comes here, by the queue. */
static void failed(struct poe_event *ev)
{
	struct poe_socketfactory *me = wheel_of(ev);

	if (me == NULL)
		return;
	socketfactory_enter(me);
	socketfactory_tell_failure(me, NULL);
	socketfactory_leave(me);
}

static void release(struct poe_owned *owned)
{
	poe_socketfactory_free(
		(struct poe_socketfactory *)((char *)owned - offsetof(struct poe_socketfactory, owned)));
}

static const struct poe_owned_kind socketfactory_kind = { .name = "socketfactory", .release = release };

static bool is_unix(const struct poe_socketfactory_plan *plan)
{
	const char *address = plan->remote_address != NULL ? plan->remote_address : plan->bind_address;

	return plan->domain == AF_UNIX || (plan->domain == 0 && address != NULL && address[0] == '/');
}

static bool is_good_domain(const struct poe_socketfactory_plan *plan)
{
	switch (plan->domain) {
	case AF_UNIX: /* a socket that listens needs a path */
		return plan->remote_address != NULL || plan->bind_address != NULL;
	case 0:
	case AF_INET:
	case AF_INET6:
		return true;
	default:
		return false;
	}
}

static bool is_good_type(const struct poe_socketfactory_plan *plan)
{
	return plan->type == 0 || plan->type == SOCK_STREAM || plan->type == SOCK_DGRAM;
}

static bool are_good_ports(const struct poe_socketfactory_plan *plan)
{
	int least = plan->remote_address != NULL ? 1 : 0;

	if (is_unix(plan))
		return plan->remote_port == 0 && plan->bind_port == 0;
	return plan->remote_port >= least && plan->remote_port <= 65535 && plan->bind_port >= 0 &&
	       plan->bind_port <= 65535;
}

static int check_plan(const struct poe_socketfactory_plan *plan)
{
	bool has_events = plan->success_event != NULL && plan->failure_event != NULL;
	bool has_addresses = (plan->remote_address == NULL || plan->remote_address[0] != '\0') &&
			     (plan->bind_address == NULL || plan->bind_address[0] != '\0');

	/* Written so that NaN is refused too. */
	if (has_events && has_addresses && is_good_domain(plan) && is_good_type(plan) &&
	    are_good_ports(plan) && plan->timeout >= 0 && plan->listen_queue >= 0)
		return 0;
	errno = EINVAL;
	return -1;
}

static int read_bind(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	int domain = is_unix(plan) ? AF_UNIX : plan->domain;

	f->type = plan->type != 0 ? plan->type : SOCK_STREAM;
	f->bind_port = plan->bind_port;
	if (plan->bind_address == NULL)
		return 0;
	if (socketfactory_address_read(&f->bind, plan->bind_address, plan->bind_port, domain) == 1)
		return 0;
	errno = EINVAL;
	return -1;
}

static int make_parts(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	f->id = poe_kernel_serial(f->kernel);
	if (read_bind(f, plan) < 0)
		return -1;
	f->success_event = poe_intern(f->kernel, plan->success_event);
	if (plan->failure_event != NULL)
		f->failure_event = poe_intern(f->kernel, plan->failure_event);
	if (f->success_event == NULL || (plan->failure_event != NULL && f->failure_event == NULL))
		return -1;
	f->ticket = wheel_ticket_new(f);
	if (f->ticket == NULL)
		return -1;
	return poe_state_set(f->kernel, "poe.socketfactory.failed(o)", failed, NULL);
}

static int begin(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	if (f->fd >= 0)
		return socketfactory_accept(f);
	if (plan->remote_address != NULL)
		return socketfactory_connect(f, plan);
	return f->type == SOCK_STREAM ? socketfactory_listen(f, plan) : socketfactory_datagram(f, plan);
}

static int start(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan)
{
	if (begin(f, plan) == 0)
		return 0;
	if (f->function == NULL)
		return -1;
	stop(f);
	return poe_post(f->kernel, f->session, "poe.socketfactory.failed", wheel_ticket_value(f->ticket));
}

struct poe_socketfactory *socketfactory_new(struct poe_kernel *k, const struct poe_socketfactory_plan *plan,
					    int fd)
{
	struct poe_socketfactory *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->kernel = k;
	f->session = poe_session_current(k);
	f->fd = fd;
	if (make_parts(f, plan) < 0 || start(f, plan) < 0) {
		int error_num = errno;

		if (fd >= 0)
			f->fd = -1;
		poe_socketfactory_free(f);
		errno = error_num;
		return NULL;
	}
	poe_own(k, f->session, &f->owned, &socketfactory_kind);
	return f;
}

struct poe_socketfactory *poe_socketfactory_new(struct poe_kernel *k,
						const struct poe_socketfactory_plan *plan)
{
	return check_plan(plan) == 0 ? socketfactory_new(k, plan, -1) : NULL;
}

void poe_socketfactory_free(struct poe_socketfactory *f)
{
	if (f == NULL || f->dead)
		return;
	f->dead = true;
	poe_disown(&f->owned);
	wheel_ticket_end(f->ticket);
	f->ticket = NULL;
	stop(f);
	if (f->busy == 0)
		destroy(f);
}

int64_t poe_socketfactory_id(const struct poe_socketfactory *f)
{
	return f->id;
}

int poe_socketfactory_port(const struct poe_socketfactory *f)
{
	struct poe_endpoint own = { .length = sizeof own.address };
	char text[SOCKETFACTORY_ADDRESS_TEXT];

	if (f->fd < 0 || getsockname(f->fd, (struct sockaddr *)&own.address, &own.length) < 0)
		return 0;
	return socketfactory_address_write(&own, text);
}
