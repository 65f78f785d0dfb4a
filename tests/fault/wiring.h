/*
 * Wiring: two sessions, near and far, with a wheel each on the ends of one
 * wire, for scenarios.  An end that must not go on frees its wheel.
 */
#ifndef WIRING_H
#define WIRING_H

#include "trial.h"

struct wiring {
	struct trial *trial;
	struct poe_readwrite *near, *far; /* NULL: not made, or freed */
	int fds[2];                       /* near's, far's; a wheel's once there is one */
	int number;                       /* the scenario's own */
};

/* Plays two sessions, whose heap is the wiring; so much is hoped for.  The other on a pipe: far reads. */
void wiring_play(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far);
void wiring_play_pipe(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far);

/* Makes an end's wheel, in its session; false, and told, if it cannot be made. */
bool wiring_make(struct wiring *w, struct poe_readwrite **end, const struct poe_readwrite_plan *plan);

/* Returns good; if it is not, errno is told and the wheel is freed. */
bool wiring_must(struct wiring *w, struct poe_readwrite **end, bool good);

/*
 * Puts records, which must succeed; but after a failed write, which an error
 * event will tell of, nothing more can be put, and that is nothing to tell.
 */
void wiring_put(struct wiring *w, struct poe_readwrite **end, const struct poe_value *records);

/* An error event: told, and the wheel is freed; the end of input is nothing to tell. */
void wiring_error(struct wiring *w, struct poe_readwrite **end, const struct poe_event *ev);

/* Frees the wheel. */
void wiring_end(struct poe_readwrite **end);

#endif
