/*
 * A server's farewell: no more visitors, and, if there is a time to it, those
 * who are there are sent away.
 */
#include "farewell.h"

#include "visitor.h"

#include <poe/alarm.h>

/*
 * Posted, so that it does not come within a visitor's own handler; but where
 * there is no memory, better so than never.  Then a handler may end any of
 * them, so the list is taken apart as it is walked.
 */
static void send_away(struct tcp_listener *listener)
{
	struct tcp_visitor *told = NULL, *v;

	while ((v = listener->visitors) != NULL) {
		tcp_visitor_part(v);
		tcp_visitor_join(v, &told);
		if (poe_post(listener->kernel, v->session, "shutdown") < 0)
			poe_call(listener->kernel, v->session, "shutdown");
	}
	listener->visitors = told;
	if (told != NULL)
		told->link = &listener->visitors;
}

static void drop_all(struct tcp_listener *listener)
{
	for (struct tcp_visitor *v = listener->visitors; v != NULL; v = v->next)
		tcp_visitor_hurry(v);
	send_away(listener);
}

void tcp_farewell_deadline(struct poe_event *ev)
{
	drop_all(ev->object);
}

/* Weak: once the last client has gone there is nothing to wait for. */
static void set_deadline(struct tcp_listener *listener, double seconds)
{
	poe_alarm_id alarm = { 0 };

	if (seconds > 0)
		alarm = poe_delay_set(listener->kernel, "poe.tcp.deadline", seconds);
	if (alarm.v == 0 || poe_alarm_weaken(listener->kernel, alarm) < 0)
		drop_all(listener);
	else
		send_away(listener);
}

void tcp_farewell_close(struct tcp_listener *listener)
{
	poe_socketfactory_free(listener->door);
	listener->door = NULL;
	if (listener->alias != NULL)
		poe_alias_remove(listener->kernel, listener->alias);
}

void tcp_farewell_begin(struct poe_event *ev)
{
	struct tcp_listener *me = ev->object;
	enum poe_kind kind = poe_args(ev) > 0 ? (enum poe_kind)poe_arg(ev, 0).kind : POE_NONE;

	tcp_farewell_close(me);
	if (kind == POE_INT || kind == POE_DOUBLE)
		set_deadline(me, poe_arg_double(ev, 0));
}
