/* Watches on a pipe: with a named event, with a handler of a component's, given away. */
#include "trial.h"

#include <fcntl.h>
#include <unistd.h>

struct watcher {
	struct trial *trial;
	struct poe_watch *watch;
	int pipe[2];
};

static void named_ready(struct poe_event *ev)
{
	struct watcher *me = ev->heap;
	char octet;

	if (poe_arg_int(ev, 0) == me->pipe[0] && read(me->pipe[0], &octet, 1) == 1)
		trial_see(me->trial);
	poe_watch_free(me->watch);
}

static void watch_named(struct poe_event *ev)
{
	struct watcher *me = ev->heap;

	me->watch = poe_select_read(ev->kernel, me->pipe[0], "ready", poe_str("a value"), trial_object(me->trial));
	if (trial_check(me->trial, me->watch != NULL) && write(me->pipe[1], "x", 1) != 1)
		poe_kernel_stop(ev->kernel);
}

static const struct poe_state named_states[] = {
	{ "_start", watch_named },
	{ "ready(iiso)", named_ready },
	{ 0 },
};

static void watch_pipe(struct trial *t, const struct poe_state *states)
{
	struct watcher w = { .trial = t };

	if (pipe2(w.pipe, O_CLOEXEC) == -1)
		return;
	trial_hope(t, 1);
	trial_session(t, states, &w);
	trial_go(t);
	close(w.pipe[0]);
	close(w.pipe[1]);
}

static void play_named(struct trial *t)
{
	watch_pipe(t, named_states);
}

static void second_ready(struct poe_event *ev)
{
	struct watcher *me = ev->object;

	trial_see(me->trial);
	poe_watch_free(me->watch);
}

static void first_ready(struct poe_event *ev)
{
	struct watcher *me = ev->object;

	poe_watch_give(me->watch, ev->session, second_ready, me);
}

static void watch_anonymous(struct poe_event *ev)
{
	struct watcher *me = ev->heap;

	me->watch = poe_watch_new(ev->kernel, me->pipe[1], &(struct poe_watch_plan){
		.modes = POE_WRITE, .handler = first_ready, .object = me });
	trial_check(me->trial, me->watch != NULL);
}

static const struct poe_state anonymous_states[] = {
	{ "_start", watch_anonymous },
	{ 0 },
};

static void play_anonymous(struct trial *t)
{
	watch_pipe(t, anonymous_states);
}

const struct scenario scenarios_watch[] = {
	{ "a_watch_tells_by_a_named_event", play_named, POE_CLOCK_VIRTUAL, 0 },
	{ "a_watch_is_given_another_handler", play_anonymous, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
