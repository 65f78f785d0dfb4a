/*
 * A visitor's session: from the accepted socket to the end of its wheel.  What
 * the component keeps lies behind the user's heap, in one piece of memory.
 */
#include "visitor.h"

#include "listener.h"

#include <errno.h>
#include <poe/kernel.h>
#include <stdalign.h>
#include <stdlib.h>
#include <unistd.h>

const char *const tcp_visitor_names[TCP_ROWS] = {
	[TCP_INPUT] = "client_input", [TCP_ERROR] = "client_error", [TCP_FLUSHED] = "client_flushed",
	[TCP_HIGH] = "client_high", [TCP_LOW] = "client_low", [TCP_PRE_CONNECT] = "client_pre_connect",
	[TCP_CONNECTED] = "client_connected", [TCP_DISCONNECTED] = "client_disconnected",
};

static size_t own_offset(size_t size)
{
	return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

/* As in POE, who comes by a path is called LOCAL: such a socket mostly has no name. */
static void set_remote(struct poe_tcp *tcp, const struct poe_event *accepted)
{
	tcp->remote_port = (int)poe_arg_int(accepted, 2);
	tcp_set_remote(tcp, tcp->remote_port == 0 ? "LOCAL" : poe_arg_str(accepted, 1));
}

void *tcp_visitor_new(struct tcp_listener *listener, struct poe_event *accepted)
{
	struct poe_tcp *tcp = calloc(1, own_offset(listener->client_size) + sizeof(struct tcp_visitor));
	struct tcp_visitor *v;

	if (tcp == NULL)
		return NULL;
	v = (struct tcp_visitor *)(void *)((char *)tcp + own_offset(listener->client_size));
	*v = (struct tcp_visitor){ .own = { .names = tcp_visitor_names, .rows = listener->client_rows },
				   .tcp = tcp, .listener = listener, .release = listener->client_release };
	tcp->own = &v->own;
	tcp->shutdown_on_error = listener->shutdown_on_error;
	set_remote(tcp, accepted);
	v->fd = poe_socket_take(accepted);
	return tcp;
}

static struct tcp_visitor *visitor_of(const struct poe_event *ev)
{
	return (struct tcp_visitor *)((struct poe_tcp *)ev->heap)->own;
}

static void close_socket(struct tcp_visitor *v)
{
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

void tcp_visitor_free(void *heap)
{
	struct poe_tcp *tcp = heap;
	struct tcp_visitor *v = (struct tcp_visitor *)tcp->own;

	if (v->release != NULL)
		v->release(heap);
	tcp_visitor_part(v);
	close_socket(v);
	free(heap);
}

void tcp_visitor_join(struct tcp_visitor *v, struct tcp_visitor **list)
{
	v->next = *list;
	v->link = list;
	if (v->next != NULL)
		v->next->link = &v->next;
	*list = v;
}

void tcp_visitor_part(struct tcp_visitor *v)
{
	if (v->link == NULL)
		return;
	*v->link = v->next;
	if (v->next != NULL)
		v->next->link = v->link;
	v->next = NULL;
	v->link = NULL;
}

void tcp_visitor_hurry(struct tcp_visitor *v)
{
	v->tcp->got_an_error = 1;
}

/* The server's handler that has accepted is still running, so the server is there. */
static void start(struct poe_event *ev)
{
	struct tcp_visitor *me = visitor_of(ev);

	me->session = ev->session;
	tcp_visitor_join(me, &me->listener->visitors);
	if (!tcp_is_welcome(ev, poe_list(poe_int(me->fd))) || me->tcp->shutdown) {
		close_socket(me);
		return;
	}
	if (tcp_open(ev, me->fd, &me->listener->stream, NULL) < 0) {
		me->listener->refusal = errno;
		close_socket(me);
		return;
	}
	me->fd = -1;
	tcp_pass_on(ev, TCP_CONNECTED);
}

static void hang_up(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	if (me->own->leaving)
		return;
	me->own->leaving = true;
	tcp_tell(ev, TCP_DISCONNECTED, poe_list(poe_none()));
	poe_readwrite_free(me->wheel);
	me->wheel = NULL;
}

static void shut_down(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	me->shutdown = 1;
	if (me->wheel != NULL && tcp_may_leave(me))
		hang_up(ev);
}

static void failed(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	tcp_tell_error(ev);
	if (!me->shutdown_on_error && !tcp_waits_in_vain(me))
		return;
	me->got_an_error = 1;
	if (poe_yield(ev->kernel, "shutdown") < 0)
		shut_down(ev);
}

static void flushed(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	tcp_tell_flushed(ev);
	if (me->shutdown && me->wheel != NULL)
		hang_up(ev);
}

static void stop(struct poe_event *ev)
{
	struct tcp_visitor *me = visitor_of(ev);

	tcp_visitor_part(me);
	if (me->listener != NULL)
		poe_call(ev->kernel, me->listener->session, "disconnected");
}

const struct poe_state tcp_visitor_states[] = {
	{ "_start", start },
	{ "poe.tcp.error(sisi)", failed },
	{ "poe.tcp.flushed(i)", flushed },
	{ "poe.tcp.discard", tcp_discard },
	{ "shutdown", shut_down },
	{ "_stop", stop },
	{ 0 },
};
