/* Rounds of dispatching. */
#ifndef RUN_H
#define RUN_H

#include "kernel.h"

/*
 * Dispatches what is queued and due, for a while: until nothing is left, or
 * 256 events, or some 10 us, so that descriptors get their turn.
 */
void run_rounds(struct poe_kernel *k);

/* Seconds until something is due: 0 now, infinity never. */
double run_until_due(struct poe_kernel *k);

/* Signals IDLE when nothing is left that could make anything happen. */
void run_idle_test(struct poe_kernel *k);

#endif
