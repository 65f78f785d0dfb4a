#include "run.h"

#include "alarm.h"
#include "dispatch.h"
#include "fork_mark.h"
#include "fatal.h"
#include "pump.h"
#include "session.h"
#include "signals.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { TURN_EVENTS = 256, TURN_CHECK = 16 };
static const double turn_seconds = 10e-6;

/* An answer that its component has taken back is dropped unseen. */
static bool is_revoked(struct message *message)
{
	const struct poe_value *first = message_values(message);

	return message->count > 0 && first->kind == POE_OBJ && first->as.o->type->revoked != NULL &&
	       first->as.o->type->revoked(first->as.o);
}

static void dispatch_event(struct poe_kernel *k, struct record *record, struct session *s)
{
	struct frame frame;

	if (is_revoked(&record->message))
		return;
	frame.values = message_values(&record->message);
	frame.count = record->message.count;
	frame.name = names_at(&k->names, record->message.name);
	frame.cause = record->id;
	frame.result = poe_none();
	frame.ev.sender = (poe_sid){ record->sender };
	frame.ev.from = record->from;
	if (s == NULL || dispatch(k, s, &frame) == -1)
		dispatch_undeliverable(k, record->to, frame.name->text, record->id);
	if (frame.result.kind != POE_NONE)
		poe_value_release(&frame.result);
}

/* As in POE, what the event held is let go before its handler runs. */
static void let_go(struct poe_kernel *k, const struct record *record, struct session *receiver)
{
	struct session *sender;

	if (receiver != NULL)
		session_drop(k, receiver);
	if (record->sender == record->to)
		return;
	sender = session_find(k, (poe_sid){ record->sender });
	if (sender != NULL)
		session_drop(k, sender);
}

/* Nothing can happen any more: `queued` events are in the queue, and no strong alarm, watch, tag or process is left. */
static bool is_idle(const struct poe_kernel *k, size_t queued)
{
	return k->queue.length == queued && k->work == 0 && k->sessions.live > 1;
}

static void signal_self(struct poe_kernel *k, const char *name)
{
	if (signal_post(k, k->self, name, NULL, NULL) == -1)
		kernel_report(k, "signal %s is lost: %s", name, strerror(errno));
}

/* Those that survive IDLE without starting anything new would stay for ever. */
static void dispatch_signal(struct poe_kernel *k, const struct record *record)
{
	bool was_idle = strcmp(names_at(&k->names, record->message.name)->text, "IDLE") == 0;

	signal_dispatch(k, record);
	if (was_idle && record->to == k->self->id && is_idle(k, 1))
		signal_self(k, "ZOMBIE");
}

static void dispatch_record(struct poe_kernel *k, struct record *record)
{
	struct session *receiver = session_find(k, (poe_sid){ record->to });

	let_go(k, record, receiver);
	if (record->message.flags == RECORD_EVENT)
		dispatch_event(k, record, receiver);
	else if (record->message.flags == RECORD_SIGNAL)
		dispatch_signal(k, record);
	message_release(&record->message);
	queue_drop(&k->queue);
}

static bool alarm_goes_first(const struct poe_kernel *k, const struct record *record)
{
	return record == NULL || k->first_due < record->when ||
	       (k->first_due == record->when && alarms_first(k)->order < record->id);
}

/* Dispatches the next of what was queued up to `last` and due at `frozen`; false if there is none. */
static bool dispatch_next(struct poe_kernel *k, uint64_t last, double frozen)
{
	struct record *record = queue_first(&k->queue);

	if (k->first_due <= frozen && alarm_goes_first(k, record)) {
		alarms_dispatch_first(k);
		return true;
	}
	if (record == NULL || record->id > last)
		return false;
	dispatch_record(k, record);
	return true;
}

/* Sessions are stopped between rounds only, so that what stops when does not depend on how fast the machine is. */
static void sweep(struct poe_kernel *k)
{
	if (!k->round.open && !link_alone(&k->marked))
		session_sweep(k);
}

/*
 * A round sees time stand still: what its handlers post comes in the next one.
 * Goes on with the round until it is over, or `events` are used up, or it is
 * `end`; returns how many are left.
 */
static unsigned run_round(struct poe_kernel *k, unsigned events, double end)
{
	if (!k->round.open) {
		k->round.last = k->sequence;
		k->round.frozen = k->now;
		k->round.open = true;
	}
	while (events > 0) {
		if (!dispatch_next(k, k->round.last, k->round.frozen)) {
			k->round.open = false;
			break;
		}
		if (--events % TURN_CHECK == 0 && kernel_clock(k) >= end && k->clock == POE_CLOCK_REAL)
			break;
	}
	sweep(k);
	return events;
}

static bool may_go_on(const struct poe_kernel *k)
{
	return k->go == NULL || *k->go != 0;
}

void run_rounds(struct poe_kernel *k)
{
	double end = kernel_clock(k) + turn_seconds;
	unsigned events = TURN_EVENTS, before = 0;

	while (events > 0 && events != before && may_go_on(k) && (k->clock == POE_CLOCK_VIRTUAL || k->now < end)) {
		before = events;
		events = run_round(k, events, end);
	}
}

double run_until_due(struct poe_kernel *k)
{
	const struct heap_entry *alarm = alarms_first(k);
	double seconds;

	if (k->queue.length > 0 || !link_alone(&k->marked))
		return 0;
	if (alarm == NULL)
		return (double)INFINITY;
	seconds = alarm->due - kernel_clock(k);
	return seconds > 0 ? seconds : 0;
}

void run_idle_test(struct poe_kernel *k)
{
	if (is_idle(k, 0))
		signal_self(k, "IDLE");
}

static void drop_queued(struct poe_kernel *k)
{
	while (k->queue.length > 0) {
		message_release(&queue_first(&k->queue)->message);
		queue_drop(&k->queue);
	}
	k->round.open = false;
}

/* With a virtual clock time jumps when nothing is ready and an alarm is set. */
static void wait_for_something(struct poe_kernel *k)
{
	double seconds = run_until_due(k);
	uint64_t dispatched = k->stats.dispatched;

	if (k->clock == POE_CLOCK_VIRTUAL && seconds > 0 && !isinf(seconds)) {
		if (k->watches > 0)
			pump_poll(k, 0);
		if (k->stats.dispatched == dispatched && k->queue.length == 0)
			k->now += run_until_due(k);
		return;
	}
	if (seconds > 0 || k->watches > 0)
		pump_poll(k, seconds);
}

int poe_run_one_timeslice(struct poe_kernel *k)
{
	/* The event in dispatch is still at the head of the queue. */
	if (k->frame != NULL)
		fatal("poe_run: called from the handler of %s", k->frame->ev.name);
	if (k->kept != NULL)
		dispatch_forget_results(&k->kept);
	poe_kernel_has_forked(k);
	sweep(k);
	run_idle_test(k);
	if (k->sessions.live > 1) {
		wait_for_something(k);
		sweep(k);
		run_rounds(k);
	}
	if (k->sessions.live > 1)
		return 1;
	drop_queued(k);
	errno = k->error_num;
	return k->failed ? -1 : 0;
}

static void forget_error(struct poe_kernel *k)
{
	k->failed = false;
	k->error[0] = '\0';
	k->error_num = 0;
}

int poe_run(struct poe_kernel *k)
{
	int more;

	forget_error(k);
	do
		more = poe_run_one_timeslice(k);
	while (more == 1);
	return more;
}

int poe_run_while(struct poe_kernel *k, const volatile int *go)
{
	int more = 1;

	forget_error(k);
	k->go = go;
	while (more == 1 && may_go_on(k))
		more = poe_run_one_timeslice(k);
	k->go = NULL;
	return more;
}

void poe_kernel_has_forked(struct poe_kernel *k)
{
	if (fork_mark_is_wiped(k->fork_mark))
		pump_forked(k);
}
