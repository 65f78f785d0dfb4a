/* Signals: who watches which, and how one goes through the family. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "kernel.h"
#include "session.h"

int signals_new(struct poe_kernel *k); /* fills in k->signals; 0, or -1 with ENOMEM */
void signals_free(struct poe_kernel *k); /* after all sessions have gone */

/* Queues a signal; `values` come after its name.  0; -1 as post_message. */
int signal_post(struct poe_kernel *k, struct session *to, const char *signal, const char *from,
		const struct poe_value *values);

/* Delivers a queued signal, and stops whom it kills. */
void signal_dispatch(struct poe_kernel *k, const struct record *record);

/* For the dump: if this owned thing watches a signal, its name; else NULL. */
const char *signal_describe(const struct poe_owned *owned);

#endif
