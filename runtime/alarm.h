/* Alarms: events that wait for a time, in one heap. */
#ifndef ALARM_H
#define ALARM_H

#include "heap.h"
#include "kernel.h"

int alarms_new(struct poe_kernel *k); /* fills in k->alarms; 0, or -1 with ENOMEM */
void alarms_free(struct poe_kernel *k);

/* The one that is due first (its time and its place in the order of posts), or NULL. */
const struct heap_entry *alarms_first(const struct poe_kernel *k);

/* Takes the first one off and dispatches it. */
void alarms_dispatch_first(struct poe_kernel *k);

size_t alarms_count(const struct poe_kernel *k);

/* For the dump: whether this owned thing is a session's alarms. */
bool alarms_are(const struct poe_owned *owned);

/* What the dump says of an alarm. */
struct alarm_words {
	const char *name; /* its event's */
	double due;
	bool weak;
};

/* Of a session's alarms, the one of that index; false past the last. */
bool alarm_describe(const struct poe_owned *owned, size_t index, struct alarm_words *words);

#endif
