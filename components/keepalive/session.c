/*
 * The manager's session.  It is kept by its alias alone: idle connections and
 * the timer are weak, and those who wait keep themselves alive.  So a program
 * that has nothing else to do ends.
 */
#include "dial.h"
#include "manager.h"
#include "response.h"
#include <errno.h>
#include <math.h>
#include <string.h>

/* Seconds until an answer that found no memory is posted again. */
static const double retry_after = 0.01;

/* The alarm is one and the same all along, so that a deadline needs no memory when it matters. */
static void arm(struct poe_keepalive *ka)
{
	double seconds = ka->pool.wake - poe_now(ka->kernel);

	if (ka->alarm.v != 0 && !isnan(poe_delay_adjust(ka->kernel, ka->alarm, seconds))) {
		ka->timer_changed = false;
		return;
	}
	ka->alarm = poe_delay_set(ka->kernel, "ka_timer", seconds);
	if (ka->alarm.v == 0)
		return;
	ka->timer_changed = false;
	(void)poe_alarm_weaken(ka->kernel, ka->alarm);
}

static void begin_dials(struct poe_keepalive *ka)
{
	struct link *l;

	while ((l = list_first(&ka->starting)) != NULL)
		ka_dial_begin(LIST_ENTRY(l, struct dial, starting));
}

/* What the session lives by goes, once everybody has been answered. */
static void say_farewell(struct poe_keepalive *ka)
{
	ka->said_farewell = true;
	(void)poe_alias_remove(ka->kernel, ka->alias);
	(void)poe_alarm_remove(ka->kernel, ka->alarm);
}

static bool has_work(const struct poe_keepalive *ka)
{
	return !list_empty(&ka->starting) || !list_empty(&ka->outbox) || ka->timer_changed ||
	       (ka->pool.shut && !ka->said_farewell);
}

static void do_work(struct poe_keepalive *ka)
{
	ka->working = true;
	do {
		begin_dials(ka);
		ka_post_answers(ka);
	} while (!list_empty(&ka->starting));
	if (!list_empty(&ka->outbox))
		pool_wake_at(&ka->pool, poe_now(ka->kernel) + retry_after);
	else if (ka->pool.shut && !ka->said_farewell)
		say_farewell(ka);
	if (ka->said_farewell)
		ka->timer_changed = false;
	else if (ka->timer_changed)
		arm(ka);
	ka->working = false;
}

void ka_work(struct poe_keepalive *ka)
{
	if (ka->working || ka->stopped || !has_work(ka))
		return;
	if (poe_session_current(ka->kernel).v == ka->session.v)
		do_work(ka);
	else
		(void)poe_call(ka->kernel, ka->session, "ka_work");
}

/* The event's name as the kernel has it.  Most requests of a manager are answered by the same one. */
static const char *intern(struct poe_keepalive *ka, const char *event)
{
	if (ka->event == NULL || strcmp(ka->event, event) != 0)
		ka->event = poe_intern(ka->kernel, event);
	return ka->event;
}

int ka_accept(struct poe_keepalive *ka, struct ask *ask, poe_sid asker)
{
	struct poe_keepalive_request request = ka_ask_request(ask);
	struct pool_name name = ka_name(ka, &request);
	int error;

	ask->manager = ka;
	ask->asker = asker;
	if (intern(ka, ask->event) == NULL)
		return -1;
	ask->event = ka->event;
	ka_note(ka, "allocate", &name, (int64_t)ka->pool.waiting);
	if (pool_allocate(&ka->pool, &ask->request, &name, ask->timeout != 0 ? ask->timeout : ka->timeout) < 0)
		return -1;
	if (ask->stage != ASK_MADE)
		return 0;
	ask->stage = ASK_WAITING;
	if (ka_hold_asker(ask) == 0)
		return 0;
	error = errno;
	(void)pool_cancel(&ka->pool, pool_ticket_id(&ka->pool.tickets, &ask->request));
	errno = error;
	return -1;
}

static void start(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;

	me->session = ev->session;
	arm(me);
}

static void work(struct poe_event *ev)
{
	do_work(ev->heap);
}

static void timer(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;

	me->alarm.v = 0;
	pool_expire(&me->pool);
	me->timer_changed = true;
	ka_work(me);
}

static void resolved(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;
	const struct poe_resolve_response *answer = poe_resolve_response(ev);

	ka_dial_resolved(answer->context.as.p, answer);
	ka_work(me);
}

static void allocate(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;
	struct ask *ask = ka_ask_take(ev);
	struct poe_keepalive_request request = ka_ask_request(ask);
	int error = ka_ask_fault(&request);

	/* Nobody to answer, or no way to: the answer would be undeliverable. */
	if (request.event == NULL || ev->sender.v == poe_kernel_address(ev->kernel).v) {
		ka_ask_free(ask);
		return;
	}
	ask->manager = me;
	ask->asker = ev->sender;
	if (error == 0 && ka_accept(me, ask, ev->sender) < 0)
		error = errno;
	if (error != 0)
		ka_refuse(me, ask, error);
	else
		(void)poe_return(ev, poe_int((int64_t)pool_ticket_id(&me->pool.tickets, &ask->request)));
	ka_work(me);
}

static void deallocate(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;
	poe_request_id id = { (uint64_t)poe_arg_int(ev, 0) };

	(void)poe_return(ev, poe_int(poe_keepalive_deallocate(me, id)));
}

static void shut(struct poe_event *ev)
{
	poe_keepalive_shutdown(ev->heap);
}

/* IDLE, a signal, or the kernel's end: as a shutdown, but that nothing can follow. */
static void stop(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;

	pool_shutdown(&me->pool);
	ka_post_answers(me);
	poe_resolver_unref(me->resolver);
	me->resolver = NULL;
	me->stopped = true;
}

const struct poe_state ka_states[] = {
	{ "_start",         start },
	{ "allocate(o)",    allocate },
	{ "deallocate(i)",  deallocate },
	{ "shutdown",       shut },
	{ "ka_work",        work },
	{ "ka_resolved(o)", resolved },
	{ "ka_timer",       timer },
	{ "_stop",          stop },
	{ 0 }
};

void ka_session_ended(void *manager)
{
	struct poe_keepalive *ka = manager;

	ka->stopped = true;
	ka_drop_answers(ka);
	ka_unref(ka);
}
