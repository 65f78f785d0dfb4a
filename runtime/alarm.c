#include "alarm.h"

#include "dispatch.h"
#include "trace.h"

#include <errno.h>
#include <math.h>
#include <poe/alarm.h>
#include <poe/session.h>
#include <stdlib.h>
#include <string.h>

struct alarms {
	struct heap heap;
	struct slab slab;
};

/* A session's alarms, which it owns as one thing: made with the first one, gone with the session. */
struct shelf {
	struct poe_owned owned;
	struct poe_kernel *kernel;
	struct session *session;
	struct alarm **alarms; /* in no order */
	uint32_t count, room;
};

/* 64 octets: with a million pending, it is lines of memory that cost. */
struct alarm {
	uint64_t id; /* first: the slab's */
	struct shelf *shelf;
	struct message message;
	const char *from;
	struct heap_node node;
	uint32_t place; /* on the shelf */
	bool weak;      /* counts neither for its session nor for the program */
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
	return k->alarms->slab.live;
}

const struct heap_entry *alarms_first(const struct poe_kernel *k)
{
	return k->alarms->heap.count > 0 ? &k->alarms->heap.entries[0] : NULL;
}

static struct heap_entry *entry_of(const struct alarm *alarm)
{
	return &alarm->shelf->kernel->alarms->heap.entries[alarm->node.position];
}

/* The last one on the shelf takes the place that is free. */
static void take_off_shelf(const struct alarm *alarm)
{
	struct shelf *shelf = alarm->shelf;
	struct alarm *last = shelf->alarms[--shelf->count];

	shelf->alarms[alarm->place] = last;
	last->place = alarm->place;
}

/* Takes an alarm out of everything but its message, which is the caller's. */
static void detach(struct alarm *alarm)
{
	struct session *s = alarm->shelf->session;
	struct poe_kernel *k = alarm->shelf->kernel;

	heap_remove(&k->alarms->heap, &alarm->node);
	note_first(k);
	take_off_shelf(alarm);
	if (!alarm->weak) {
		k->work--;
		session_drop(k, s);
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
			.session = alarm->shelf->session->id, .other = alarm->shelf->session->id,
			.name = names_at(&k->names, alarm->message.name)->text, .from = alarm->from,
			.number = microseconds(entry->due - k->now) });
}

static void remove_alarm(struct alarm *alarm)
{
	struct message message = alarm->message;

	trace_alarm(alarm->shelf->kernel, alarm, POE_TRACE_ALARM_REMOVE);
	detach(alarm);
	message_release(&message);
}

static void release(struct poe_owned *owned)
{
	struct shelf *shelf = CONTAINER(owned, struct shelf, owned);

	while (shelf->count > 0)
		remove_alarm(shelf->alarms[shelf->count - 1]);
	free(shelf->alarms);
	free(shelf);
}

static const struct poe_owned_kind shelf_kind = { "alarms", release };

bool alarms_are(const struct poe_owned *owned)
{
	return owned->kind == &shelf_kind;
}

bool alarm_describe(const struct poe_owned *owned, size_t index, struct alarm_words *words)
{
	const struct shelf *shelf = CONTAINER(owned, const struct shelf, owned);
	const struct alarm *alarm;

	if (index >= shelf->count)
		return false;
	alarm = shelf->alarms[index];
	words->name = names_at(&shelf->kernel->names, alarm->message.name)->text;
	words->due = entry_of(alarm)->due;
	words->weak = alarm->weak;
	return true;
}

void alarms_dispatch_first(struct poe_kernel *k)
{
	const struct heap_entry *entry = alarms_first(k);
	struct alarm *alarm = CONTAINER(entry->node, struct alarm, node);
	struct session *s = alarm->shelf->session;
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

/* The session's shelf, with room for one more.  NULL with ENOMEM. */
static struct shelf *shelf_with_room(struct poe_kernel *k, struct session *s)
{
	struct shelf *shelf = s->alarms;

	if (shelf == NULL) {
		shelf = calloc(1, sizeof *shelf);
		if (shelf == NULL)
			return NULL;
		shelf->kernel = k;
		shelf->session = s;
		poe_own(k, session_id(s), &shelf->owned, &shelf_kind);
		s->alarms = shelf;
	}
	if (shelf->count == shelf->room) {
		uint32_t room = shelf->room ? shelf->room * 2 : 2;
		struct alarm **alarms = realloc(shelf->alarms, room * sizeof *alarms);

		if (alarms == NULL)
			return NULL;
		shelf->alarms = alarms;
		shelf->room = room;
	}
	return shelf;
}

/* An alarm that is on its session's shelf and in the heap.  NULL with ENOMEM. */
static struct alarm *alarm_new(struct poe_kernel *k, struct session *s, double due)
{
	struct shelf *shelf = shelf_with_room(k, s);
	struct alarm *alarm = shelf ? slab_take(&k->alarms->slab) : NULL;

	if (alarm == NULL)
		return NULL;
	if (heap_add(&k->alarms->heap, (struct heap_entry){ due, k->sequence + 1, &alarm->node }) == -1) {
		slab_give(&k->alarms->slab, alarm);
		return NULL;
	}
	k->sequence++;
	alarm->shelf = shelf;
	alarm->place = shelf->count;
	shelf->alarms[shelf->count++] = alarm;
	return alarm;
}

static poe_alarm_id set(struct poe_kernel *k, const char *text, double due, const char *from,
			const struct poe_value *values)
{
	struct message message;
	struct session *s = prepare(k, text, due, values, &message);
	struct alarm *alarm;

	if (s == NULL)
		return (poe_alarm_id){ 0 };
	alarm = alarm_new(k, s, due);
	if (alarm == NULL) {
		message_release(&message);
		return (poe_alarm_id){ 0 };
	}
	alarm->message = message;
	alarm->from = from;
	note_first(k);
	session_hold(s);
	k->work++;
	k->stats.posted++;
	trace_alarm(k, alarm, POE_TRACE_ALARM_SET);
	return (poe_alarm_id){ alarm->id };
}

static const double step = 1e-3; /* seconds */

/*
 * A wall-clock time on the monotonic clock.  Two clocks read one after the
 * other differ a little each time, and alarms of one time must stay in order:
 * only a step of the wall clock counts.
 */
static double monotonic(struct poe_kernel *k, double epoch)
{
	double offset = poe_time(k) - kernel_clock(k);

	if (fabs(offset - k->wall_offset) > step)
		k->wall_offset = offset;
	return epoch - k->wall_offset;
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

/* Whether an alarm is among those to be removed: of that name, or of any but a wheel's own. */
static bool is_meant(const struct poe_kernel *k, const struct alarm *alarm, const struct name *name)
{
	if (name != NULL)
		return alarm->message.name == name->id;
	return strncmp(names_at(&k->names, alarm->message.name)->text, "poe.", 4) != 0;
}

/* Removes those of the current session; one may be spared. */
static int clear(struct poe_kernel *k, const struct name *name, uint64_t spared)
{
	const struct session *s = session_current(k);
	int removed = 0;

	if (s == NULL)
		return -1;
	/* From the end: what takes a free place has been looked at already. */
	for (uint32_t i = s->alarms ? s->alarms->count : 0; i-- > 0;) {
		const struct shelf *shelf = s->alarms;

		/* Releasing the values of one may have taken others off. */
		if (i >= shelf->count || shelf->alarms[i]->id == spared || !is_meant(k, shelf->alarms[i], name))
			continue;
		remove_alarm(shelf->alarms[i]);
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
	return alarm != NULL && alarm->shelf == s->alarms ? alarm : NULL;
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
		session_drop(k, alarm->shelf->session);
	}
	return 0;
}
