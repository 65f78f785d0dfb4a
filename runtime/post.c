#include "post.h"

#include "dispatch.h"
#include "trace.h"

#include <errno.h>
#include <string.h>

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

uint64_t post_message(struct poe_kernel *k, struct session *to, struct session *sender, const char *from,
		      struct message *message)
{
	struct record *record = queue_push(&k->queue);

	if (record == NULL) {
		message_release(message);
		return 0;
	}
	record->to = to->id;
	record->sender = sender->id;
	record->id = ++k->sequence;
	record->when = k->now;
	record->from = from;
	record->message = *message;
	session_hold(to);
	if (sender != to)
		session_hold(sender);
	k->stats.posted++;
	if (k->trace != NULL)
		trace_post(k, record);
	return record->id;
}

struct session *post_sender(const struct poe_kernel *k)
{
	return k->frame && k->frame->session->stage != SESSION_GONE ? k->frame->session : k->self;
}

int poe_postv(struct poe_kernel *k, poe_sid to, const char *text, const char *from,
	      const struct poe_value *values)
{
	struct session *receiver = session_find(k, to);
	const struct name *name = names_intern(&k->names, text);
	struct message message;

	if (receiver == NULL || name == NULL) {
		if (receiver == NULL)
			errno = ESRCH;
		values_drop(values);
		return -1;
	}
	message.name = name->id;
	message.flags = RECORD_EVENT;
	if (message_pack(&message, values) == -1)
		return -1;
	return post_message(k, receiver, post_sender(k), from, &message) ? 0 : -1;
}

int poe_yieldv(struct poe_kernel *k, const char *name, const char *from, const struct poe_value *values)
{
	const struct session *s = session_current(k);

	if (s == NULL) {
		values_drop(values);
		return -1;
	}
	return poe_postv(k, session_id(s), name, from, values);
}

static struct poe_value call_failed(const struct poe_value *values, int error)
{
	values_drop(values);
	errno = error;
	return poe_none();
}

struct poe_value poe_callv(struct poe_kernel *k, poe_sid to, const char *text, const char *from,
			   const struct poe_value *values)
{
	struct session *receiver = session_find(k, to);
	const struct name *name = names_intern(&k->names, text);
	struct poe_value lent[MESSAGE_MAX_VALUES];
	struct frame frame;
	int error;

	if (k->frame == NULL && k->kept != NULL)
		dispatch_forget_results(&k->kept);
	frame.count = values_count(values);
	if (receiver == NULL)
		return call_failed(values, ESRCH);
	if (name == NULL)
		return call_failed(values, errno);
	if (frame.count > MESSAGE_MAX_VALUES)
		return call_failed(values, EMSGSIZE);
	if (frame.count > 0)
		memcpy(lent, values, frame.count * sizeof *lent);
	frame.values = lent;
	frame.name = name;
	frame.cause = k->frame ? k->frame->id : 0;
	frame.result = poe_none();
	frame.ev.sender = session_id(post_sender(k));
	frame.ev.from = from;
	error = dispatch(k, receiver, &frame) == -1 ? errno : 0;
	for (size_t i = 0; i < frame.count; i++)
		if (lent[i].kind == POE_OBJ)
			poe_value_release(&lent[i]);
	if (error != 0)
		dispatch_undeliverable(k, to.v, name->text, 0);
	errno = error;
	return dispatch_keep_result(k, frame.result);
}
