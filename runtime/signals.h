/* Signals: who watches which, and how one goes through the family. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "kernel.h"
#include "session.h"

#include <poe/session.h>

int signals_new(struct poe_kernel *k); /* fills in k->signals; 0, or -1 with ENOMEM */
void signals_free(struct poe_kernel *k); /* after all sessions have gone */

/* One session's watch for a signal. */
struct sig;
struct sig_watch {
	struct poe_owned owned;
	struct link link;
	struct sig *sig;
	uint64_t session;
	struct message message; /* the event, with its registered values */
	unsigned busy;          /* its handlers that run now, which read those values */
	bool dead;              /* left off while busy */
};

/* A session's watch for the signal of that name, or NULL. */
struct sig_watch *signals_watch_of(const struct poe_kernel *k, const struct name *name, uint64_t session);

/* Frees one that is nobody's any more, and not busy. */
void sig_watch_destroy(struct sig_watch *watch);

/* Queues a signal; `values` come after its name.  0; -1 as post_message. */
int signal_post(struct poe_kernel *k, struct session *to, const char *signal, const char *from,
		const struct poe_value *values);

/* Delivers a queued signal, and stops whom it kills. */
void signal_dispatch(struct poe_kernel *k, const struct record *record);

/* For the dump: if this owned thing watches a signal, its name; else NULL. */
const char *signal_describe(const struct poe_owned *owned);

#endif
