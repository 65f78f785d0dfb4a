/*
 * The pump: how the kernel works inside a libev loop.  In a host's, a prepare
 * and a check watcher run rounds before and after the loop waits, an idle
 * watcher keeps it from waiting while events are queued, and a timer wakes it
 * for the first alarm.
 */
#ifndef PUMP_H
#define PUMP_H

#include "kernel.h"

/* Fills in k->pump and k->loop (made if NULL).  0, or -1 with errno. */
int pump_new(struct poe_kernel *k, struct ev_loop *hosts);
void pump_free(struct poe_kernel *k);

/* Lets the loop look for what is ready, waiting at most so long (seconds; infinity: for ever). */
void pump_poll(struct poe_kernel *k, double seconds);

/* After a fork: tells the loop, in the child. */
void pump_forked(struct poe_kernel *k);

#endif
