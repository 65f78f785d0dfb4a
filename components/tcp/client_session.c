/*
 * A client's session: it connects, has a wheel, loses it, and connects again.
 * Whatever it does next begins with freeing what it did before.
 */
#include "client.h"

#include <errno.h>
#include <poe/kernel.h>
#include <stdlib.h>
#include <unistd.h>

static struct tcp_client *client_of(const struct poe_event *ev)
{
	return (struct tcp_client *)((struct poe_tcp *)ev->heap)->own;
}

static void cancel(struct poe_event *ev)
{
	struct tcp_client *me = client_of(ev);

	if (me->again.v != 0)
		poe_alarm_remove(ev->kernel, me->again);
	me->again.v = 0;
	poe_socketfactory_free(me->dial);
	me->dial = NULL;
}

static void tell_connect_error(struct poe_event *ev, const struct poe_value *values)
{
	if (tcp_has(ev->heap, TCP_CONNECT_ERROR))
		tcp_tell(ev, TCP_CONNECT_ERROR, values);
	else
		tcp_report(client_of(ev)->address, values);
}

static void tell_errno(struct poe_event *ev)
{
	struct poe_value values[5];

	tcp_failure(values, "connect", 0);
	tell_connect_error(ev, values);
}

/* Unless the user has begun something in the row that told of the loss. */
static void try_again(struct poe_event *ev)
{
	const struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);

	if (me->backoff.min == 0 || me->finished || me->dial != NULL || tcp->wheel != NULL)
		return;
	me->again = poe_delay_set(ev->kernel, "poe.tcp.again", tcp_backoff_next(&me->backoff));
	if (me->again.v == 0 && errno == ENOMEM)
		tell_errno(ev);
}

/* The filters are taken last: only a session that has started owns them. */
static void start(struct poe_event *ev)
{
	struct tcp_client *me = client_of(ev);
	const struct poe_tcp_client_plan *plan = me->plan;

	if (poe_yield(ev->kernel, "reconnect") < 0) {
		*me->start_error = errno;
		if (me->alias != NULL)
			poe_alias_remove(ev->kernel, me->alias);
		return;
	}
	me->stream = (struct tcp_stream){ .filter = plan->filter, .output_filter = plan->output_filter,
					  .high_mark = plan->high_mark, .low_mark = plan->low_mark,
					  .tls = plan->tls != NULL ? poe_tls_ref(plan->tls) : NULL };
	me->plan = NULL;
	me->start_error = NULL;
	tcp_pass_on(ev, TCP_STARTED);
}

static void begin(struct poe_event *ev)
{
	struct tcp_client *me = client_of(ev);

	me->dial = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.success_event = "poe.tcp.connected", .failure_event = "poe.tcp.failed",
		.remote_address = me->address, .remote_port = me->port, .bind_address = me->bind_address,
		.bind_port = me->bind_port, .domain = me->domain, .timeout = me->connect_timeout,
		.resolver = me->resolver });
	if (me->dial != NULL)
		return;
	tell_errno(ev);
	try_again(ev);
}

/* As in POE, the alias comes back. */
static void reconnect(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);

	cancel(ev);
	poe_readwrite_free(tcp->wheel);
	tcp->wheel = NULL;
	tcp->connected = tcp->shutdown = tcp->got_an_error = 0;
	me->finished = me->own.broken = false;
	me->own.flushed = 0;
	if (me->alias != NULL)
		poe_alias_set(ev->kernel, me->alias);
	begin(ev);
}

static void again(struct poe_event *ev)
{
	client_of(ev)->again.v = 0;
	reconnect(ev);
}

static int set_address(struct tcp_client *client, const char *address)
{
	char *copy = strdup(address);

	if (copy == NULL)
		return -1;
	free(client->address);
	client->address = copy;
	return 0;
}

static void connect_to(struct poe_event *ev)
{
	struct tcp_client *me = client_of(ev);
	const struct poe_value address = poe_arg(ev, 0), port = poe_arg(ev, 1);

	if (address.kind == POE_STR && set_address(me, address.as.s) < 0) {
		tell_errno(ev);
		return;
	}
	if (port.kind == POE_INT)
		me->port = port.as.i > 0 && port.as.i <= 65535 ? (int)port.as.i : 0;
	if (poe_yield(ev->kernel, "reconnect") < 0)
		reconnect(ev);
}

/* The user may refuse it, and may also have shut down, or begun another one, in the row that was asked. */
static bool is_wanted(const struct poe_event *ev, int fd)
{
	const struct poe_tcp *tcp = ev->heap;
	const struct tcp_client *me = client_of(ev);
	const struct poe_value *values =
		poe_list(poe_int(fd), poe_str(tcp->remote_address), poe_int(tcp->remote_port));

	return tcp_is_welcome(ev, values) && !me->finished && me->dial == NULL;
}

/* True once there is a wheel, which then has the descriptor. */
static bool set_up(struct poe_event *ev, int fd)
{
	const struct poe_tcp *tcp = ev->heap;
	const struct tcp_remote remote = { client_of(ev)->address, tcp->remote_address };

	if (!is_wanted(ev, fd)) {
		close(fd);
		return false;
	}
	if (tcp_open(ev, fd, &client_of(ev)->stream, &remote) == 0)
		return true;
	tell_errno(ev);
	close(fd);
	return false;
}

static void connected(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);
	int fd = poe_socket_take(ev);

	tcp_set_remote(tcp, poe_arg_str(ev, 1));
	tcp->remote_port = (int)poe_arg_int(ev, 2);
	cancel(ev);
	if (!set_up(ev, fd)) {
		try_again(ev);
		return;
	}
	tcp->connected = 1;
	me->connected_at = poe_now(ev->kernel);
	tcp_tell(ev, TCP_CONNECTED, poe_list(poe_str(tcp->remote_address), poe_int(tcp->remote_port)));
}

static void failed(struct poe_event *ev)
{
	struct poe_value values[TCP_VALUES + 1];

	tcp_values(ev, 0, values);
	cancel(ev);
	tell_connect_error(ev, values);
	try_again(ev);
}

static void hang_up(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);

	poe_readwrite_free(tcp->wheel);
	tcp->wheel = NULL;
	tcp->connected = 0;
	tcp_backoff_lasted(&me->backoff, poe_now(ev->kernel) - me->connected_at);
	tcp_tell(ev, TCP_DISCONNECTED, poe_list(poe_none()));
	try_again(ev);
}

static void end_connection(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;

	tcp->shutdown = 1;
	if (tcp->wheel != NULL && tcp_may_leave(tcp))
		hang_up(ev);
}

/* Unless another one has been begun meanwhile. */
static void lost(struct poe_event *ev)
{
	const struct poe_tcp *tcp = ev->heap;

	if (tcp->got_an_error)
		end_connection(ev);
}

static void shut_down(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);

	me->finished = true;
	cancel(ev);
	tcp->connected = 0;
	end_connection(ev);
	if (me->alias != NULL)
		poe_alias_remove(ev->kernel, me->alias);
}

/* A loss, where the connection will be made again, takes no alias away.  The user's row may have begun that. */
static void server_error(struct poe_event *ev)
{
	struct poe_tcp *tcp = ev->heap;
	struct tcp_client *me = client_of(ev);
	bool comes_back = me->backoff.min > 0;

	tcp_tell_error(ev);
	if (me->dial != NULL || (!tcp->shutdown_on_error && tcp_has(tcp, TCP_ERROR) && !tcp_waits_in_vain(tcp)))
		return;
	tcp->got_an_error = 1;
	if (poe_yield(ev->kernel, comes_back ? "poe.tcp.lost" : "shutdown") == 0)
		return;
	if (comes_back)
		end_connection(ev);
	else
		shut_down(ev);
}

static void flushed(struct poe_event *ev)
{
	const struct poe_tcp *tcp = ev->heap;

	tcp_tell_flushed(ev);
	if (tcp->shutdown && tcp->wheel != NULL)
		hang_up(ev);
}

const struct poe_state tcp_client_states[] = {
	{ "_start", start },
	{ "connect", connect_to },
	{ "reconnect", reconnect },
	{ "poe.tcp.connected(osii)", connected },
	{ "poe.tcp.failed(sisi)", failed },
	{ "poe.tcp.error(sisi)", server_error },
	{ "poe.tcp.flushed(i)", flushed },
	{ "poe.tcp.discard", tcp_discard },
	{ "poe.tcp.lost", lost },
	{ "poe.tcp.again", again },
	{ "shutdown", shut_down },
	{ 0 },
};
