#include "pump.h"

#include "run.h"

#include <errno.h>
#include <ev.h>
#include <math.h>
#include <stdlib.h>

struct pump {
	struct ev_prepare prepare;
	struct ev_check check;
	struct ev_idle idle;
	struct ev_timer timer;
	bool hosted;  /* the loop is the host's */
	bool polling; /* we run the loop, so the prepare watcher keeps still */
};

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	/* To have woken the loop is all. */
	(void)loop;
	(void)timer;
	(void)revents;
}

static void on_idle(struct ev_loop *loop, struct ev_idle *idle, int revents)
{
	(void)loop;
	(void)idle;
	(void)revents;
}

static void set_timer(struct ev_loop *loop, struct ev_timer *timer, double seconds)
{
	ev_timer_stop(loop, timer);
	if (isinf(seconds))
		return;
	ev_now_update(loop);
	ev_timer_set(timer, seconds, 0.);
	ev_timer_start(loop, timer);
}

/* The host runs its loop: do what is due, and see to it that the loop comes back in time. */
static void work(struct poe_kernel *k)
{
	double seconds;

	if (k->pump->polling || k->frame != NULL)
		return;
	run_rounds(k);
	run_idle_test(k);
	seconds = run_until_due(k);
	if (seconds > 0)
		ev_idle_stop(k->loop, &k->pump->idle);
	else
		ev_idle_start(k->loop, &k->pump->idle);
	set_timer(k->loop, &k->pump->timer, seconds > 0 ? seconds : (double)INFINITY);
}

static void on_prepare(struct ev_loop *loop, struct ev_prepare *prepare, int revents)
{
	(void)loop;
	(void)revents;
	work(prepare->data);
}

static void on_check(struct ev_loop *loop, struct ev_check *check, int revents)
{
	(void)loop;
	(void)revents;
	work(check->data);
}

/*
 * Before the loop waits, for what the host has posted; and after all else that
 * a wait brought, as the loop ends there if no watcher is left, though the last
 * one to fire may have left us something to do.  Neither holds the loop.
 */
static void join_host(struct poe_kernel *k)
{
	struct pump *pump = k->pump;

	ev_prepare_init(&pump->prepare, on_prepare);
	ev_check_init(&pump->check, on_check);
	ev_set_priority(&pump->check, EV_MINPRI);
	pump->prepare.data = pump->check.data = k;
	ev_prepare_start(k->loop, &pump->prepare);
	ev_check_start(k->loop, &pump->check);
	ev_unref(k->loop);
	ev_unref(k->loop);
	/* The host's own watchers want their turn, however busy we are. */
	k->watches++;
}

static void leave_host(struct poe_kernel *k)
{
	ev_ref(k->loop);
	ev_ref(k->loop);
	ev_prepare_stop(k->loop, &k->pump->prepare);
	ev_check_stop(k->loop, &k->pump->check);
}

int pump_new(struct poe_kernel *k, struct ev_loop *hosts)
{
	struct pump *pump = calloc(1, sizeof *pump);

	if (pump == NULL)
		return -1;
	pump->hosted = hosts != NULL;
	errno = 0;
	k->loop = hosts ? hosts : ev_loop_new(EVFLAG_AUTO | EVFLAG_NOSIGMASK);
	if (k->loop == NULL) {
		free(pump);
		errno = errno ? errno : EMFILE;
		return -1;
	}
	ev_init(&pump->timer, on_timer);
	ev_idle_init(&pump->idle, on_idle);
	k->pump = pump;
	if (pump->hosted)
		join_host(k);
	return 0;
}

void pump_free(struct poe_kernel *k)
{
	struct pump *pump = k->pump;

	ev_timer_stop(k->loop, &pump->timer);
	ev_idle_stop(k->loop, &pump->idle);
	if (pump->hosted)
		leave_host(k);
	else
		ev_loop_destroy(k->loop);
	free(pump);
}

void pump_poll(struct poe_kernel *k, double seconds)
{
	struct pump *pump = k->pump;
	bool outer = pump->polling;

	pump->polling = true;
	ev_idle_stop(k->loop, &pump->idle);
	if (seconds > 0) {
		/* A reference of our own: weak watchers alone would not make the loop wait. */
		set_timer(k->loop, &pump->timer, seconds);
		ev_ref(k->loop);
		ev_run(k->loop, EVRUN_ONCE);
		ev_unref(k->loop);
		ev_timer_stop(k->loop, &pump->timer);
	} else {
		ev_run(k->loop, EVRUN_NOWAIT);
	}
	pump->polling = outer;
}

void pump_forked(struct poe_kernel *k)
{
	ev_loop_fork(k->loop);
}
