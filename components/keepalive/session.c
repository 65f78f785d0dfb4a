/*
 * The manager's session.  It is kept by its alias alone: idle connections and
 * the timer are weak, and those who wait keep themselves alive.  So a program
 * that has nothing else to do ends.
 */
#include "connection.h"
#include "dial.h"
#include "farewell.h"
#include "manager.h"
#include "response.h"
#include "snapshot.h"
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

/* Posts that found no memory are made again. */
static void try_later(struct poe_keepalive *ka)
{
	pool_wake_at(&ka->pool, poe_now(ka->kernel) + retry_after);
}

/*
 * What the session lives by goes, once everybody has been answered; but who
 * wants to know of the end is told first, when the last loan is over.
 */
static void say_farewell(struct poe_keepalive *ka)
{
	if (!list_empty(&ka->farewells) && !pool_is_over_and_done(&ka->pool))
		return;
	if (ka_farewell_say(ka) < 0) {
		try_later(ka);
		return;
	}
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
		try_later(ka);
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

static int ask_pool(struct poe_keepalive *ka, struct ask *ask, const struct pool_name *name)
{
	double timeout = ask->asked.timeout != 0 ? ask->asked.timeout : ka->timeout;
	struct poe_connection *bad = ask->instead;

	if (bad == NULL)
		return pool_allocate(&ka->pool, &ask->request, name, timeout);
	timeout = bad->loan.ends - poe_round_time(ka->kernel);
	return pool_allocate_fresh(&ka->pool, &ask->request, name, timeout, bad->slot);
}

int ka_accept(struct poe_keepalive *ka, struct ask *ask, poe_sid asker)
{
	struct pool_name name = ka_usual_name(&ka->usual, &ask->asked);
	int error;

	ask->manager = ka;
	ask->asker = asker;
	if (intern(ka, ask->event) == NULL)
		return -1;
	ask->event = ka->event;
	ka_note(ka, "allocate", &name, (int64_t)ka->pool.waiting);
	if (ask_pool(ka, ask, &name) < 0)
		return -1;
	if (ask->stage != ASK_MADE)
		return 0;
	ask->stage = ASK_WAITING;
	ask->response.why_not_reused = pool_why_not(&ka->pool, &name);
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
	int error = ka_ask_fault(&ask->asked);

	/* Nobody to answer, or no way to: the answer would be undeliverable. */
	if (ask->event == NULL || ev->sender.v == poe_kernel_address(ev->kernel).v) {
		ka_ask_free(ask);
		return;
	}
	ask->manager = me;
	ask->asker = ev->sender;
	ask->from = ev->from;
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

static double seconds_of(struct poe_value value)
{
	if (value.kind == POE_INT)
		return (double)value.as.i;
	return value.kind == POE_DOUBLE ? value.as.d : 0;
}

/* What a message did, for who called rather than posted: 0 or errno. */
static void give_result(struct poe_event *ev, int result)
{
	(void)poe_return(ev, poe_int(result < 0 ? errno : 0));
}

/* The event comes to the sender, who may have gone: then nobody is told. */
static void shut(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;
	struct poe_value event = poe_arg(ev, 0);

	give_result(ev, event.kind == POE_STR ? ka_farewell_promise(me, ev->sender, event.as.s) : 0);
	pool_drain(&me->pool, seconds_of(poe_arg(ev, 1)));
	ka_work(me);
}

static void stats(struct poe_event *ev)
{
	give_result(ev, ka_snapshot_post(ev->heap, ev->sender, poe_arg_str(ev, 0)));
}

/* IDLE, a signal, or the kernel's end: as a shutdown, but that nothing can follow. */
static void stop(struct poe_event *ev)
{
	struct poe_keepalive *me = ev->heap;

	pool_shutdown(&me->pool);
	ka_post_answers(me);
	ka_farewell_drop(me);
	poe_resolver_unref(me->resolver);
	me->resolver = NULL;
	me->stopped = true;
}

const struct poe_state ka_states[] = {
	{ "_start",         start },
	{ "allocate(o)",    allocate },
	{ "deallocate(i)",  deallocate },
	{ "shutdown",       shut },
	{ "stats(s)",       stats },
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
