/* Who watches which signal, and how the operating system's come in. */
#include "signals.h"

#include "dispatch.h"

#include <errno.h>
#include <ev.h>
#include <poe/session.h>
#include <poe/signal.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

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

/* libev aborts when it finds no descriptor for the pipe by which signals come to its loop. */
static int find_spare_descriptor(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd == -1 ? -1 : 0;
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
	if (sigaction(number, NULL, &old) == -1 || find_spare_descriptor() == -1)
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

void sig_watch_destroy(struct sig_watch *watch)
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
		sig_watch_destroy(watch);
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

struct sig_watch *signals_watch_of(const struct poe_kernel *k, const struct name *name, uint64_t session)
{
	const struct sig *sig = sig_find(k, name);

	return sig ? watch_of(sig, session) : NULL;
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
