#include "post.h"

#include "dispatch.h"
#include "trace.h"

#include <errno.h>

const char *poe_intern(struct poe_kernel *k, const char *text)
{
	const struct name *name = names_intern(&k->names, text);

	return name ? name->text : NULL;
}

static void trace_post(struct poe_kernel *k, const struct record *record)
{
	trace_add(k, (struct poe_trace_record){
		.kind = POE_TRACE_POST, .id = record->id, .cause = k->frame ? k->frame->id : 0,
		.session = record->sender, .other = record->to,
		.name = names_at(&k->names, record->message.name)->text, .from = record->from });
}

/* Fills in the rest of a record whose message is there, and queues it. */
static uint64_t commit(struct poe_kernel *k, struct record *record, struct session *to, struct session *sender,
		       const char *from)
{
	record->to = to->id;
	record->sender = sender->id;
	record->id = ++k->sequence;
	record->when = k->now;
	record->from = from;
	session_hold(to);
	if (sender != to)
		session_hold(sender);
	k->stats.posted++;
	queue_commit(&k->queue);
	/* What keeps a newborn is nobody's event, and brings no dispatch. */
	if (k->trace != NULL && record->message.flags != RECORD_NEWBORN)
		trace_post(k, record);
	return record->id;
}

uint64_t post_message(struct poe_kernel *k, struct session *to, struct session *sender, const char *from,
		      struct message *message)
{
	struct record *record = queue_room(&k->queue);

	if (record == NULL) {
		message_release(message);
		return 0;
	}
	record->message = *message;
	return commit(k, record, to, sender, from);
}

struct session *post_sender(const struct poe_kernel *k)
{
	return k->frame && k->frame->session->stage != SESSION_GONE ? k->frame->session : k->self;
}

/* The message is packed where it will lie in the queue. */
static int post(struct poe_kernel *k, struct session *to, const char *text, const char *from,
		const struct poe_value *values)
{
	const struct name *name = names_intern(&k->names, text);
	struct record *record = name ? queue_room(&k->queue) : NULL;

	if (record == NULL) {
		values_drop(values);
		return -1;
	}
	record->message.name = name->id;
	record->message.flags = RECORD_EVENT;
	if (message_pack(&record->message, values) == -1)
		return -1;
	commit(k, record, to, post_sender(k), from);
	return 0;
}

static int nobody(const struct poe_value *values)
{
	values_drop(values);
	errno = ESRCH;
	return -1;
}

int poe_postv(struct poe_kernel *k, poe_sid to, const char *name, const char *from,
	      const struct poe_value *values)
{
	struct session *receiver = session_find(k, to);

	return receiver ? post(k, receiver, name, from, values) : nobody(values);
}

int poe_yieldv(struct poe_kernel *k, const char *name, const char *from, const struct poe_value *values)
{
	struct session *s = session_current(k);

	return s ? post(k, s, name, from, values) : nobody(values);
}

/* A call that reached nobody; the objects that came with it are gone already. */
static struct poe_value call_failed(int error)
{
	errno = error;
	return poe_none();
}

/* Runs the handler; what poe_sig_handled said below counts for the signal in dispatch above, as in POE. */
static int run_call(struct poe_kernel *k, struct session *receiver, struct frame *frame)
{
	uint64_t to = receiver->id;
	int error = dispatch(k, receiver, frame) == -1 ? errno : 0;

	values_let_go(frame->values, frame->count);
	if (error != 0)
		dispatch_undeliverable(k, to, frame->name->text, 0);
	else if (k->frame != NULL && frame->signal_handled)
		k->frame->signal_handled = true;
	return error;
}

struct poe_value poe_callv(struct poe_kernel *k, poe_sid to, const char *text, const char *from,
			   const struct poe_value *values)
{
	struct session *receiver = session_find(k, to);
	struct poe_value lent[MESSAGE_MAX_VALUES];
	struct frame frame = { .values = lent, .name = names_intern(&k->names, text) };
	int error = receiver == NULL ? ESRCH : errno;
	int count;

	if (k->frame == NULL && k->kept != NULL)
		dispatch_forget_results(&k->kept);
	if (receiver == NULL || frame.name == NULL) {
		values_drop(values);
		return call_failed(error);
	}
	count = values_lend(lent, values);
	if (count == -1)
		return call_failed(EMSGSIZE);
	frame.count = (size_t)count;
	frame.ev.sender = session_id(post_sender(k));
	frame.ev.from = from;
	error = run_call(k, receiver, &frame);
	errno = error;
	return dispatch_keep_result(k, frame.result);
}
