#include "alarm.h"

#include "dispatch.h"
#include "trace.h"

#include <errno.h>
#include <math.h>
#include <poe/alarm.h>
#include <poe/session.h>
#include <stdlib.h>

struct alarms {
	struct heap heap;
	struct slab slab;
};

struct alarm {
	uint64_t id; /* first: the slab's */
	struct poe_owned owned;
	struct poe_kernel *kernel;
	struct session *session;
	struct heap_node node;
	struct message message;
	const char *from;
	bool weak; /* counts neither for its session nor for the program */
};

/* Kept where every round looks, so that a kernel without alarms pays nothing for them. */
static void note_first(struct poe_kernel *k)
{
	const struct heap_entry *first = alarms_first(k);

	k->first_due = first ? first->due : (double)INFINITY;
}

int alarms_new(struct poe_kernel *k)
{
	k->alarms = calloc(1, sizeof *k->alarms);
	if (k->alarms == NULL)
		return -1;
	slab_init(&k->alarms->slab, sizeof(struct alarm));
	note_first(k);
	return 0;
}

void alarms_free(struct poe_kernel *k)
{
	heap_destroy(&k->alarms->heap);
	slab_destroy(&k->alarms->slab);
	free(k->alarms);
}

size_t alarms_count(const struct poe_kernel *k)
{
	return k->alarms->heap.count;
}

const struct heap_entry *alarms_first(const struct poe_kernel *k)
{
	return k->alarms->heap.count > 0 ? &k->alarms->heap.entries[0] : NULL;
}

static struct heap_entry *entry_of(const struct alarm *alarm)
{
	return &alarm->kernel->alarms->heap.entries[alarm->node.position];
}

/* Takes an alarm out of everything but its message, which is the caller's. */
static void detach(struct alarm *alarm)
{
	struct poe_kernel *k = alarm->kernel;

	heap_remove(&k->alarms->heap, &alarm->node);
	note_first(k);
	poe_disown(&alarm->owned);
	if (!alarm->weak) {
		k->work--;
		session_drop(k, alarm->session);
	}
	slab_give(&k->alarms->slab, alarm);
}

/* For the trace, which has whole microseconds; an alarm may be due in 1e300 seconds, or never. */
static int64_t microseconds(double seconds)
{
	double limited = fmin(fmax(seconds, -1e12), 1e12);

	return (int64_t)(limited * 1e6);
}

static void trace_alarm(struct poe_kernel *k, const struct alarm *alarm, enum poe_trace_kind kind)
{
	const struct heap_entry *entry = entry_of(alarm);

	if (k->trace != NULL)
		trace_add(k, (struct poe_trace_record){
			.kind = kind, .id = entry->order, .cause = k->frame ? k->frame->id : 0,
			.session = alarm->session->id, .other = alarm->session->id,
			.name = names_at(&k->names, alarm->message.name)->text, .from = alarm->from,
			.number = microseconds(entry->due - k->now) });
}

static void remove_alarm(struct alarm *alarm)
{
	struct message message = alarm->message;

	trace_alarm(alarm->kernel, alarm, POE_TRACE_ALARM_REMOVE);
	detach(alarm);
	message_release(&message);
}

static void release(struct poe_owned *owned)
{
	remove_alarm(CONTAINER(owned, struct alarm, owned));
}

static const struct poe_owned_kind alarm_kind = { "alarm", release };

const char *alarm_describe(const struct poe_owned *owned, double *due)
{
	const struct alarm *alarm = CONTAINER(owned, const struct alarm, owned);

	if (owned->kind != &alarm_kind)
		return NULL;
	*due = entry_of(alarm)->due;
	return names_at(&alarm->kernel->names, alarm->message.name)->text;
}

void alarms_dispatch_first(struct poe_kernel *k)
{
	const struct heap_entry *entry = alarms_first(k);
	struct alarm *alarm = CONTAINER(entry->node, struct alarm, node);
	struct session *s = alarm->session;
	struct message message = alarm->message;
	struct frame frame = { .values = message_values(&message), .count = message.count,
			       .name = names_at(&k->names, message.name), .cause = entry->order,
			       .ev = { .sender = session_id(s), .from = alarm->from } };

	detach(alarm);
	if (dispatch(k, s, &frame) == -1)
		dispatch_undeliverable(k, frame.ev.sender.v, frame.name->text, frame.cause);
	poe_value_release(&frame.result);
	message_release(&message);
}

/* Finds out who sets what; the message is packed, and owned by the caller, on success. */
static struct session *prepare(struct poe_kernel *k, const char *text, double due,
			       const struct poe_value *values, struct message *message)
{
	struct session *s = session_current(k);
	const struct name *name = s ? names_intern(&k->names, text) : NULL;

	if (name != NULL && isnan(due)) {
		errno = EINVAL;
		name = NULL;
	}
	if (name == NULL) {
		values_drop(values);
		return NULL;
	}
	message->name = name->id;
	message->flags = RECORD_EVENT;
	return message_pack(message, values) == 0 ? s : NULL;
}

static poe_alarm_id set(struct poe_kernel *k, const char *text, double due, const char *from,
			const struct poe_value *values)
{
	struct message message;
	struct session *s = prepare(k, text, due, values, &message);
	struct alarm *alarm;

	if (s == NULL)
		return (poe_alarm_id){ 0 };
	alarm = slab_take(&k->alarms->slab);
	if (alarm == NULL) {
		message_release(&message);
		return (poe_alarm_id){ 0 };
	}
	if (heap_add(&k->alarms->heap, (struct heap_entry){ due, k->sequence + 1, &alarm->node }) == -1) {
		slab_give(&k->alarms->slab, alarm);
		message_release(&message);
		return (poe_alarm_id){ 0 };
	}
	note_first(k);
	k->sequence++;
	alarm->kernel = k;
	alarm->session = s;
	alarm->message = message;
	alarm->from = from;
	poe_own(k, session_id(s), &alarm->owned, &alarm_kind);
	session_hold(s);
	k->work++;
	k->stats.posted++;
	trace_alarm(k, alarm, POE_TRACE_ALARM_SET);
	return (poe_alarm_id){ alarm->id };
}

/* A wall-clock time on the monotonic clock, as the two stand now. */
static double monotonic(struct poe_kernel *k, double epoch)
{
	return epoch - (poe_time(k) - kernel_clock(k));
}

poe_alarm_id poe_alarm_setv(struct poe_kernel *k, const char *name, double epoch, const char *from,
			    const struct poe_value *values)
{
	return set(k, name, monotonic(k, epoch), from, values);
}

poe_alarm_id poe_delay_setv(struct poe_kernel *k, const char *name, double seconds, const char *from,
			    const struct poe_value *values)
{
	return set(k, name, kernel_clock(k) + seconds, from, values);
}

/* Removes the current session's alarms of that name, or of any; one may be spared. */
static int clear(struct poe_kernel *k, const struct name *name, uint64_t spared)
{
	struct session *s = session_current(k);
	struct poe_owned *owned, *next;
	int removed = 0;

	if (s == NULL)
		return -1;
	for (owned = s->owned; owned != NULL; owned = next) {
		struct alarm *alarm = CONTAINER(owned, struct alarm, owned);

		next = owned->next;
		if (owned->kind != &alarm_kind || alarm->id == spared ||
		    (name != NULL && alarm->message.name != name->id))
			continue;
		remove_alarm(alarm);
		removed++;
	}
	return removed;
}

/* Sets the new one first, so that nothing has changed when that fails. */
static int replace(struct poe_kernel *k, const char *name, poe_alarm_id fresh)
{
	if (fresh.v == 0)
		return -1;
	clear(k, names_find(&k->names, name), fresh.v);
	return 0;
}

int poe_alarmv(struct poe_kernel *k, const char *name, double epoch, const char *from,
	       const struct poe_value *values)
{
	return replace(k, name, poe_alarm_setv(k, name, epoch, from, values));
}

int poe_delayv(struct poe_kernel *k, const char *name, double seconds, const char *from,
	       const struct poe_value *values)
{
	return replace(k, name, poe_delay_setv(k, name, seconds, from, values));
}

int poe_alarm_clear(struct poe_kernel *k, const char *text)
{
	const struct name *name = names_find(&k->names, text);

	if (text == NULL || *text == '\0') {
		errno = EINVAL;
		return -1;
	}
	if (name == NULL)
		return session_current(k) ? 0 : -1;
	return clear(k, name, 0);
}

int poe_alarm_remove_all(struct poe_kernel *k)
{
	return clear(k, NULL, 0);
}

/* The current session's alarm of that id; NULL with ESRCH or EPERM. */
static struct alarm *mine(struct poe_kernel *k, poe_alarm_id id)
{
	struct session *s = session_current(k);
	struct alarm *alarm = s ? slab_find(&k->alarms->slab, id.v) : NULL;

	errno = alarm == NULL ? ESRCH : EPERM;
	return alarm != NULL && alarm->session == s ? alarm : NULL;
}

static double move(struct poe_kernel *k, struct alarm *alarm, double due)
{
	if (isnan(due)) {
		errno = EINVAL;
		return (double)NAN;
	}
	heap_move(&k->alarms->heap, &alarm->node, due, ++k->sequence);
	note_first(k);
	trace_alarm(k, alarm, POE_TRACE_ALARM_SET);
	return due + (poe_time(k) - kernel_clock(k));
}

double poe_alarm_adjust(struct poe_kernel *k, poe_alarm_id id, double delta)
{
	struct alarm *alarm = mine(k, id);

	return alarm ? move(k, alarm, entry_of(alarm)->due + delta) : (double)NAN;
}

double poe_delay_adjust(struct poe_kernel *k, poe_alarm_id id, double seconds)
{
	struct alarm *alarm = mine(k, id);

	return alarm ? move(k, alarm, kernel_clock(k) + seconds) : (double)NAN;
}

int poe_alarm_remove(struct poe_kernel *k, poe_alarm_id id)
{
	struct alarm *alarm = mine(k, id);

	if (alarm == NULL)
		return -1;
	remove_alarm(alarm);
	return 0;
}

int poe_alarm_weaken(struct poe_kernel *k, poe_alarm_id id)
{
	struct alarm *alarm = mine(k, id);

	if (alarm == NULL)
		return -1;
	if (!alarm->weak) {
		alarm->weak = true;
		k->work--;
		session_drop(k, alarm->session);
	}
	return 0;
}
