/*
 * An attempt: a scenario with a fault in it, in a process of its own.  Whatever
 * the fault does, the scenario must end, keep its promises, leave nothing
 * behind, and afterwards work in the same process as if nothing had been.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "inject.h"
#include "trial.h"

struct attempt {
	const struct scenario *scenario;
	struct inject_plan plan;
	int error_num;        /* what may be told; 0: nothing, it must be as if nothing had failed */
	const char *function; /* what is to be blamed then, "" the function itself; NULL: whatever */
	bool is_loud;         /* and it must be told */
};

/* Plays the scenario without a fault; its calls can be counted then.  False if it does not work at all. */
bool attempt_none(const struct scenario *s);

/* False, and the reason printed, if the attempt went wrong. */
bool attempt_make(const struct attempt *a);

#endif
