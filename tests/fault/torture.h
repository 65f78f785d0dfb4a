/*
 * Torture: each allocation of each scenario fails, once, and then again as the
 * first of a thousand in a row.  With many allocations in a scenario a sample is
 * taken, and the test says so.  libev alone is left out: it aborts when it finds
 * no memory.
 */
#ifndef TORTURE_H
#define TORTURE_H

#include "trial.h"

/* Tables of scenarios, NULL at the end; a test each.  main's result. */
int torture(const struct scenario *const *all);

#endif
