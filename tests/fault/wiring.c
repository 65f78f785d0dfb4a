/* See wiring.h. */
#include "wiring.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool make(struct wiring *w, struct poe_readwrite **end, int fd, const struct poe_readwrite_plan *plan)
{
	*end = poe_readwrite_new(w->trial->kernel, fd, plan);
	if (!trial_check(w->trial, *end != NULL))
		close(fd);
	return *end != NULL;
}

bool wiring_near(struct wiring *w, const struct poe_readwrite_plan *plan)
{
	return make(w, &w->near, w->fds[0], plan);
}

bool wiring_far(struct wiring *w, const struct poe_readwrite_plan *plan)
{
	return make(w, &w->far, w->fds[1], plan);
}

static void end(struct poe_readwrite **wheel)
{
	poe_readwrite_free(*wheel);
	*wheel = NULL;
}

bool wiring_near_must(struct wiring *w, bool good)
{
	if (!trial_check(w->trial, good))
		end(&w->near);
	return good;
}

bool wiring_far_must(struct wiring *w, bool good)
{
	if (!trial_check(w->trial, good))
		end(&w->far);
	return good;
}

static void tell(struct wiring *w, const struct poe_event *ev)
{
	static const char *const functions[] = { "read", "write", "filter" };
	int error_num = (int)poe_arg_int(ev, 1);

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (error_num != 0 && strcmp(functions[i], poe_arg_str(ev, 0)) == 0)
			trial_told(w->trial, functions[i], error_num);
}

void wiring_near_error(struct wiring *w, const struct poe_event *ev)
{
	tell(w, ev);
	end(&w->near);
}

void wiring_far_error(struct wiring *w, const struct poe_event *ev)
{
	tell(w, ev);
	end(&w->far);
}

/* An end whose session could not be made has nobody to close it. */
static void play_end(struct wiring *w, const struct poe_state *states, int fd)
{
	if (trial_session(w->trial, states, w).v == 0)
		close(fd);
}

void wiring_play(struct trial *t, int things, const struct poe_state *near, const struct poe_state *far)
{
	struct wiring w = { .trial = t };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w.fds) == -1)
		return;
	trial_hope(t, things);
	play_end(&w, near, w.fds[0]);
	play_end(&w, far, w.fds[1]);
	trial_go(t);
}
