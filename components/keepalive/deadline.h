/*
 * Deadlines: many times, of which only the earliest matters.
 */
#ifndef KEEPALIVE_DEADLINE_H
#define KEEPALIVE_DEADLINE_H

#include "list.h"

enum { DEADLINE_LANES = 8 };

/* Inside the thing that has a deadline.  All zero, then pool_deadline_init. */
struct deadline {
	double at;         /* on the pool's clock */
	struct link lane;  /* on the list of its duration; on none while in the heap */
	size_t heap_index; /* counted from 1; 0 when not in the heap */
};

/*
 * Deadlines set for the same duration come due in the order they were set, so
 * a list per duration keeps them in order for nothing.  Programs use few
 * durations; what finds no lane goes to the heap.
 */
struct deadlines {
	struct {
		double duration;
		struct link list;
	} lanes[DEADLINE_LANES];
	struct deadline **heap;
	size_t count, room; /* of the heap */
};

void pool_deadlines_init(struct deadlines *all);
void pool_deadlines_free(struct deadlines *all);
void pool_deadline_init(struct deadline *d);

/* Sets it to `duration` from now; now never goes back.  0, or -1 with ENOMEM. */
int pool_deadline_set(struct deadlines *all, struct deadline *d, double now, double duration);

/* Nothing if it is not set. */
void pool_deadline_clear(struct deadlines *all, struct deadline *d);

bool pool_deadline_is_set(const struct deadline *d);

/* The earliest; NULL if none is set. */
struct deadline *pool_deadlines_first(const struct deadlines *all);

/* Takes out one that has come, the earliest first; NULL when none has. */
struct deadline *pool_deadlines_due(struct deadlines *all, double now);

/* How many are set: counted, for the checker. */
size_t pool_deadlines_count(const struct deadlines *all);

#endif
