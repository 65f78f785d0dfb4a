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

/* Plays two sessions, whose heap is the wiring; so much is hoped for. */
void wiring_play(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far);

/* Makes the end's wheel, in its session; false, and told, if it cannot be made. */
bool wiring_near(struct wiring *w, const struct poe_readwrite_plan *plan);
bool wiring_far(struct wiring *w, const struct poe_readwrite_plan *plan);

/* Returns good; if it is not, errno is told if it says anything, and the wheel is freed. */
bool wiring_near_must(struct wiring *w, bool good);
bool wiring_far_must(struct wiring *w, bool good);

/* The same of an error event: its end of input is nothing to tell. */
void wiring_near_error(struct wiring *w, const struct poe_event *ev);
void wiring_far_error(struct wiring *w, const struct poe_event *ev);

#endif
