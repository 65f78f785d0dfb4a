/* See wiring.h. */
#include "wiring.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

bool wiring_make(struct wiring *w, struct poe_readwrite **end, const struct poe_readwrite_plan *plan)
{
	int fd = w->fds[end == &w->far];

	*end = poe_readwrite_new(w->trial->kernel, fd, plan);
	if (!trial_check(w->trial, *end != NULL))
		close(fd);
	return *end != NULL;
}

void wiring_end(struct poe_readwrite **end)
{
	poe_readwrite_free(*end);
	*end = NULL;
}

bool wiring_must(struct wiring *w, struct poe_readwrite **end, bool good)
{
	if (!trial_check(w->trial, good))
		wiring_end(end);
	return good;
}

void wiring_put(struct wiring *w, struct poe_readwrite **end, const struct poe_value *records)
{
	if (*end != NULL && poe_readwrite_putv(*end, records) == -1 && errno != EPIPE)
		wiring_must(w, end, false);
}

void wiring_error(struct wiring *w, struct poe_readwrite **end, const struct poe_event *ev)
{
	trial_told_by(w->trial, ev);
	wiring_end(end);
}

/* An end whose session could not be made has nobody to close it. */
static void play_end(struct wiring *w, const struct poe_state *states, int fd)
{
	if (trial_session(w->trial, states, w).v == 0)
		close(fd);
}

static void play(struct wiring *w, int things, const struct poe_state *near, const struct poe_state *far)
{
	trial_hope(w->trial, things);
	play_end(w, near, w->fds[0]);
	play_end(w, far, w->fds[1]);
	trial_go(w->trial);
}

void wiring_play(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far)
{
	struct wiring w = { .trial = t };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w.fds) == 0)
		play(&w, things, near, far);
}

void wiring_play_pipe(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far)
{
	struct wiring w = { .trial = t };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return;
	w.fds[0] = ends[1];
	w.fds[1] = ends[0];
	play(&w, things, near, far);
}
