#include "signals.h"

#include "dispatch.h"
#include "family.h"
#include "post.h"
#include "trace.h"

#include <errno.h>
#include <ev.h>
#include <poe/session.h>
#include <poe/signal.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* One signal that somebody watches. */
struct sig {
	struct sig *next;
	struct poe_kernel *kernel;
	const struct name *name;
	struct ev_signal os;     /* active if the operating system has a signal of that name */
	struct link watchers;
};

struct signals {
	struct sig *first;
};

/* One session's watch for it. */
struct sig_watch {
	struct poe_owned owned;
	struct link link;
	struct sig *sig;
	uint64_t session;
	struct message message; /* the event, with its registered values */
	unsigned busy;          /* its handlers that run now, which read those values */
	bool dead;              /* left off while busy */
};

int signals_new(struct poe_kernel *k)
{
	k->signals = calloc(1, sizeof *k->signals);
	return k->signals ? 0 : -1;
}

void signals_free(struct poe_kernel *k)
{
	free(k->signals);
}

static int os_number(const char *name)
{
	for (int number = 1; number < NSIG; number++) {
		const char *abbreviation = sigabbrev_np(number);

		if (abbreviation != NULL && strcmp(abbreviation, name) == 0)
			return number;
	}
	return 0;
}

static void on_signal(struct ev_loop *loop, struct ev_signal *os, int revents)
{
	struct sig *sig = os->data;

	(void)loop;
	(void)revents;
	if (signal_post(sig->kernel, sig->kernel->self, sig->name->text, NULL, NULL) == -1)
		kernel_report(sig->kernel, "signal %s is lost: %s", sig->name->text, strerror(errno));
}

/*
 * libev aborts when two loops want one signal, so a handler that is there
 * already, another kernel's or the host's, is respected.
 */
static int catch_os_signal(struct sig *sig)
{
	int number = os_number(sig->name->text);
	struct sigaction old;

	if (number == 0)
		return 0;
	if (sigaction(number, NULL, &old) == -1)
		return -1;
	if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) {
		errno = EBUSY;
		return -1;
	}
	ev_signal_init(&sig->os, on_signal, number);
	sig->os.data = sig;
	ev_signal_start(sig->kernel->loop, &sig->os);
	ev_unref(sig->kernel->loop);
	sig->kernel->watches++;
	return 0;
}

static struct sig *sig_find(const struct poe_kernel *k, const struct name *name)
{
	struct sig *sig = k->signals->first;

	while (sig != NULL && sig->name != name)
		sig = sig->next;
	return sig;
}

static struct sig *sig_get(struct poe_kernel *k, const struct name *name)
{
	struct sig *sig = sig_find(k, name);

	if (sig != NULL)
		return sig;
	sig = calloc(1, sizeof *sig);
	if (sig == NULL)
		return NULL;
	sig->kernel = k;
	sig->name = name;
	link_init(&sig->watchers);
	if (catch_os_signal(sig) == -1) {
		free(sig);
		return NULL;
	}
	sig->next = k->signals->first;
	k->signals->first = sig;
	return sig;
}

/* The last watcher gone, the operating system's default is back. */
static void sig_put(struct sig *sig)
{
	struct poe_kernel *k = sig->kernel;
	struct sig **place = &k->signals->first;

	if (!link_alone(&sig->watchers))
		return;
	if (ev_is_active(&sig->os)) {
		ev_ref(k->loop);
		ev_signal_stop(k->loop, &sig->os);
		k->watches--;
	}
	while (*place != sig)
		place = &(*place)->next;
	*place = sig->next;
	free(sig);
}

static void destroy(struct sig_watch *watch)
{
	message_release(&watch->message);
	free(watch);
}

static void unwatch(struct sig_watch *watch)
{
	struct sig *sig = watch->sig;

	link_remove(&watch->link);
	poe_disown(&watch->owned);
	if (watch->busy > 0)
		watch->dead = true;
	else
		destroy(watch);
	sig_put(sig);
}

static void release(struct poe_owned *owned)
{
	unwatch(CONTAINER(owned, struct sig_watch, owned));
}

static const struct poe_owned_kind sig_kind = { "signal", release };

const char *signal_describe(const struct poe_owned *owned)
{
	return owned->kind == &sig_kind ? CONTAINER(owned, const struct sig_watch, owned)->sig->name->text : NULL;
}

static struct sig_watch *watch_of(const struct sig *sig, uint64_t session)
{
	for (struct link *l = sig->watchers.next; l != &sig->watchers; l = l->next) {
		struct sig_watch *watch = CONTAINER(l, struct sig_watch, link);

		if (watch->session == session)
			return watch;
	}
	return NULL;
}

static int watch_signal(struct poe_kernel *k, struct session *s, const struct name *name, struct message *message)
{
	struct sig_watch *watch = calloc(1, sizeof *watch), *old;
	struct sig *sig = watch ? sig_get(k, name) : NULL;

	if (sig == NULL) {
		free(watch);
		return -1;
	}
	old = watch_of(sig, s->id);
	watch->sig = sig;
	watch->session = s->id;
	watch->message = *message;
	link_before(&sig->watchers, &watch->link);
	poe_own(k, session_id(s), &watch->owned, &sig_kind);
	if (old != NULL)
		unwatch(old);
	return 0;
}

int poe_sigv(struct poe_kernel *k, const char *signal, const char *event, const struct poe_value *args)
{
	struct session *s = session_current(k);
	const struct name *name = s ? names_intern(&k->names, signal) : NULL;
	const struct name *event_name = name ? names_intern(&k->names, event) : NULL;
	struct message message = { .flags = RECORD_EVENT };

	if (event_name == NULL) {
		values_drop(args);
		return -1;
	}
	message.name = event_name->id;
	if (message_pack(&message, args) == -1)
		return -1;
	if (watch_signal(k, s, name, &message) == 0)
		return 0;
	message_release(&message);
	return -1;
}

int poe_sig_clear(struct poe_kernel *k, const char *signal)
{
	struct session *s = session_current(k);
	struct sig *sig = sig_find(k, names_find(&k->names, signal));
	struct sig_watch *watch = s && sig ? watch_of(sig, s->id) : NULL;

	if (watch == NULL) {
		errno = ESRCH;
		return -1;
	}
	unwatch(watch);
	return 0;
}

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
	if (message_pack_two(&message, poe_list(poe_str(name->text)), values) == -1)
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
	size_t room = MESSAGE_MAX_VALUES - (size_t)sent->count, more = own->count < room ? own->count : room;
	struct poe_value values[MESSAGE_MAX_VALUES];
	struct frame frame = { .values = values, .count = sent->count + more, .name = names_at(&k->names, own->name),
			       .cause = record->id,
			       .ev = { .sender = session_id(k->self), .from = record->from } };

	memcpy(values, message_values(sent), sent->count * sizeof *values);
	memcpy(values + sent->count, message_values(own), more * sizeof *values);
	watch->busy++;
	if (dispatch(k, s, &frame) == -1)
		dispatch_undeliverable(k, watch->session, frame.name->text, record->id);
	poe_value_release(&frame.result);
	memcpy(message_values(sent), values, sent->count * sizeof *values);
	memcpy(message_values(own), values + sent->count, more * sizeof *values);
	if (--watch->busy == 0 && watch->dead)
		destroy(watch);
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

static bool deliver_to_all(struct poe_kernel *k, const struct record *record, const struct sig *sig,
			   const poe_sid *touched, size_t count)
{
	const struct name *name = sig->name;
	bool handled = false;

	for (size_t i = count; i-- > 0;) {
		struct session *s = session_find(k, touched[i]);
		struct sig_watch *watch;

		/* A handler may have unwatched the signal, and the last one takes it away. */
		sig = sig_find(k, name);
		watch = s && sig ? watch_of(sig, s->id) : NULL;
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

static void fail_kernel(struct poe_kernel *k, const struct record *record)
{
	struct message *sent = (struct message *)&record->message;
	const struct poe_value *values = message_values(sent);

	k->failed = true;
	k->error_num = sent->count > 1 && values[1].kind == POE_INT ? (int)values[1].as.i : ECANCELED;
	k->error[0] = '\0';
	if (sent->count > 2 && values[2].kind == POE_STR)
		strncat(k->error, values[2].as.s, sizeof k->error - 1);
	poe_kernel_stop(k);
}

void signal_dispatch(struct poe_kernel *k, const struct record *record)
{
	const char *name = names_at(&k->names, record->message.name)->text;
	struct session *s = session_find(k, (poe_sid){ record->to });
	const struct sig *sig = sig_find(k, names_find(&k->names, name));
	bool is_exception = strcmp(name, "DIE") == 0, handled = false;
	size_t count = 0;
	poe_sid *touched;

	if (s == NULL)
		return;
	touched = family_below(k, s, &count);
	if (touched == NULL) {
		kernel_report(k, "signal %s is lost: %s", name, strerror(ENOMEM));
		return;
	}
	if (is_exception)
		touched = with_ancestors(k, s, touched, &count);
	if (sig != NULL)
		handled = deliver_to_all(k, record, sig, touched, count);
	if (class_of(name) == SIG_NONMASKABLE || (class_of(name) == SIG_TERMINAL && !handled))
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
	return signal_post(k, s, "DIE", ev->from,
			   poe_list(poe_int(error_num), poe_str(error_str), poe_address(ev->session),
				    poe_str(ev->name), poe_str(ev->from)));
}
