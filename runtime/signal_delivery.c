/* How a signal goes through the family, and whom it kills. */
#include "signals.h"

#include "dispatch.h"
#include "family.h"
#include "post.h"
#include "trace.h"

#include <errno.h>
#include <poe/signal.h>
#include <stdlib.h>
#include <string.h>

void poe_sig_handled(struct poe_event *ev)
{
	frame_of(ev)->signal_handled = true;
}

int signal_post(struct poe_kernel *k, struct session *to, const char *signal, const char *from,
		const struct poe_value *values)
{
	const struct name *name = names_intern(&k->names, signal);
	struct message message = { .flags = RECORD_SIGNAL };

	if (name == NULL) {
		values_drop(values);
		return -1;
	}
	message.name = name->id;
	/* The name alone needs no memory, so that IDLE, ZOMBIE and the system's signals do not either. */
	message.one = poe_str(name->text);
	message.count = 1;
	if (values_count(values) > 0 && message_pack_two(&message, poe_list(message.one), values) == -1)
		return -1;
	if (k->trace != NULL)
		trace_add(k, (struct poe_trace_record){ .kind = POE_TRACE_SIGNAL, .session = to->id,
							.name = name->text, .from = from });
	return post_message(k, to, post_sender(k), from, &message) ? 0 : -1;
}

int poe_signalv(struct poe_kernel *k, poe_sid to, const char *signal, const char *from,
		const struct poe_value *args)
{
	struct session *receiver = session_find(k, to);

	if (receiver == NULL) {
		errno = ESRCH;
		values_drop(args);
		return -1;
	}
	return signal_post(k, receiver, signal, from, args);
}

enum sig_class { SIG_BENIGN, SIG_TERMINAL, SIG_NONMASKABLE };

static enum sig_class class_of(const char *name)
{
	static const char *const terminal[] = { "QUIT", "INT", "KILL", "TERM", "HUP", "IDLE", "DIE" };

	if (strcmp(name, "ZOMBIE") == 0 || strcmp(name, "UIDESTROY") == 0)
		return SIG_NONMASKABLE;
	for (size_t i = 0; i < sizeof terminal / sizeof *terminal; i++)
		if (strcmp(name, terminal[i]) == 0)
			return SIG_TERMINAL;
	return SIG_BENIGN;
}

/*
 * Runs one watcher's handler.  True if it said poe_sig_handled.  An object that
 * it took is missing from what comes to the others, and to it next time.
 */
static bool deliver(struct poe_kernel *k, const struct record *record, struct session *s, struct sig_watch *watch)
{
	struct message *sent = (struct message *)&record->message, *own = &watch->message;
	size_t more = own->count;
	struct poe_value values[MESSAGE_MAX_VALUES];
	struct frame frame = { .values = values, .count = sent->count + more, .name = names_at(&k->names, own->name),
			       .cause = record->id,
			       .ev = { .sender = session_id(k->self), .from = record->from } };

	if (frame.count > MESSAGE_MAX_VALUES) {
		kernel_report(k, "event %s: the signal's values and the watch's are too many", frame.name->text);
		dispatch_undeliverable(k, watch->session, frame.name->text, record->id);
		return false;
	}
	memcpy(values, message_values(sent), sent->count * sizeof *values);
	memcpy(values + sent->count, message_values(own), more * sizeof *values);
	watch->busy++;
	if (dispatch(k, s, &frame) == -1)
		dispatch_undeliverable(k, watch->session, frame.name->text, record->id);
	poe_value_release(&frame.result);
	memcpy(message_values(sent), values, sent->count * sizeof *values);
	memcpy(message_values(own), values + sent->count, more * sizeof *values);
	if (--watch->busy == 0 && watch->dead)
		sig_watch_destroy(watch);
	return frame.signal_handled;
}

static void kill_touched(struct poe_kernel *k, const poe_sid *touched, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		struct session *s = session_find(k, touched[i]);

		if (s != NULL && s != k->self)
			session_stop(k, s);
	}
}

/* The same without a list: the deepest first, until there is none. */
static void kill_below(struct poe_kernel *k, struct session *s)
{
	uint64_t id = s->id;

	if (s == k->self)
		poe_kernel_stop(k);
	while ((s = session_find(k, (poe_sid){ id })) != NULL && s != k->self) {
		while (family_first_child(k, s) != NULL)
			s = family_first_child(k, s);
		session_stop(k, s);
	}
}

static bool deliver_to_all(struct poe_kernel *k, const struct record *record, const struct name *name,
			   const poe_sid *touched, size_t count)
{
	bool handled = false;

	for (size_t i = count; i-- > 0;) {
		struct session *s = session_find(k, touched[i]);
		/* Looked up each time: a handler may have left off watching, for itself or by stopping others. */
		struct sig_watch *watch = s ? signals_watch_of(k, name, s->id) : NULL;

		if (watch != NULL)
			handled |= deliver(k, record, s, watch);
	}
	return handled;
}

/*
 * An exception goes up too: to the ancestors, though not to what else is below
 * them.  They are put in front, the nearest last, to be delivered to after the
 * session itself.
 */
static poe_sid *with_ancestors(const struct poe_kernel *k, const struct session *s, poe_sid *below, size_t *count)
{
	size_t ancestors = 0;
	poe_sid *all;

	for (struct session *a = family_parent(k, s); a != NULL && a != k->self; a = family_parent(k, a))
		ancestors++;
	all = realloc(below, (ancestors + *count) * sizeof *all);
	if (all == NULL)
		return below;
	memmove(all + ancestors, all, *count * sizeof *all);
	*count += ancestors;
	for (struct session *a = family_parent(k, s); ancestors > 0; a = family_parent(k, a))
		all[--ancestors] = session_id(a);
	return all;
}

/* What poe_run will say.  The first exception is the one to tell of; the texts of later ones go behind its own. */
static void note_failure(struct poe_kernel *k, int error_num, const char *error_str)
{
	size_t used = strlen(k->error);

	if (k->failed) {
		snprintf(k->error + used, sizeof k->error - used, "; and then: %s", error_str);
		return;
	}
	k->failed = true;
	k->error_num = error_num;
	snprintf(k->error, sizeof k->error, "%s", error_str);
}

static void note_exception(struct poe_kernel *k, const struct record *record)
{
	struct message *sent = (struct message *)&record->message;
	const struct poe_value *values = message_values(sent);

	if (!k->failed)
		note_failure(k, sent->count > 1 && values[1].kind == POE_INT ? (int)values[1].as.i : ECANCELED,
			     sent->count > 2 && values[2].kind == POE_STR ? values[2].as.s : "");
}

static void fail_kernel(struct poe_kernel *k, const struct record *record)
{
	note_exception(k, record);
	poe_kernel_stop(k);
}

/*
 * Without memory for the list nobody can be asked: the signal does what it does
 * when nobody handles it.  Lost altogether, IDLE would leave a program that
 * never ends, and DIE one that goes on as if nothing had been.
 */
static void dispatch_unheard(struct poe_kernel *k, const struct record *record, struct session *s)
{
	const char *name = names_at(&k->names, record->message.name)->text;

	kernel_report(k, "signal %s was heard by nobody: %s", name, strerror(ENOMEM));
	if (class_of(name) != SIG_BENIGN)
		kill_below(k, s);
	if (strcmp(name, "DIE") == 0)
		fail_kernel(k, record);
}

void signal_dispatch(struct poe_kernel *k, const struct record *record)
{
	const struct name *name = names_at(&k->names, record->message.name);
	struct session *s = session_find(k, (poe_sid){ record->to });
	bool is_exception = strcmp(name->text, "DIE") == 0, handled;
	const struct record *above = k->raised;
	size_t count = 0;
	poe_sid *touched;

	if (s == NULL)
		return;
	touched = family_below(k, s, &count);
	if (touched == NULL) {
		dispatch_unheard(k, record, s);
		return;
	}
	if (is_exception)
		touched = with_ancestors(k, s, touched, &count);
	k->raised = is_exception ? record : above;
	handled = deliver_to_all(k, record, name, touched, count);
	k->raised = above;
	if (class_of(name->text) == SIG_NONMASKABLE || (class_of(name->text) == SIG_TERMINAL && !handled))
		kill_touched(k, touched, count);
	free(touched);
	if (is_exception && !handled)
		fail_kernel(k, record);
}

int poe_die(struct poe_event *ev, int error_num, const char *error_str)
{
	struct poe_kernel *k = ev->kernel;
	struct session *s = session_find(k, ev->session);

	if (s == NULL)
		return 0;
	/* In _stop and in a handler of DIE nobody is asked any more; as in POE the others go on. */
	if (k->raised != NULL || s->stage == SESSION_STOPPING) {
		if (k->raised != NULL)
			note_exception(k, k->raised);
		note_failure(k, error_num, error_str != NULL ? error_str : "");
		return 0;
	}
	return signal_post(k, s, "DIE", ev->from,
			   poe_list(poe_int(error_num), poe_str(error_str), poe_address(ev->session),
				    poe_str(ev->name), poe_str(ev->from)));
}
