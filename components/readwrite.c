/*
 * The ReadWrite wheel: its life, and how the loop comes to it.  After
 * POE::Wheel::ReadWrite.
 *
 * One watch stays armed for reading all the wheel's life.  What the loop has
 * to bring about without the descriptor's doing (flushed_event after a put,
 * records that are there already after a resume) comes by an event that the
 * wheel posts to its session, a state of its own, with a ticket to find it by.
 */
#include "readwrite.h"

#include <poe/kernel.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const size_t default_max_input = (size_t)512 << 20;
static const char continue_state[] = "poe.readwrite(o)";
static const char continue_event[] = "poe.readwrite";

/* A driver whose last words go by the descriptor must still have it. */
static void let_go(struct poe_readwrite *w)
{
	poe_driver_free(w->driver);
	w->driver = NULL;
	if (w->lent_watch) {
		poe_watch_pause(w->watch, POE_WRITE);
		poe_watch_resume(w->watch, POE_READ);
	} else {
		poe_watch_free(w->watch);
		close(w->fd);
	}
	w->watch = NULL;
}

static void destroy(struct poe_readwrite *w)
{
	if (w->out.filter != w->in.pending.filter)
		poe_filter_free(w->out.filter);
	input_free(&w->in.pending);
	poe_output_free(w->out.queue);
	free(w);
}

void readwrite_enter(struct poe_readwrite *w)
{
	w->busy++;
}

void readwrite_leave(struct poe_readwrite *w)
{
	if (--w->busy > 0)
		return;
	if (w->dead)
		destroy(w);
	else
		input_trim(&w->in.pending);
}

/* Without memory to post, the watch brings the loop; readwrite_output_ready has nothing to write, and tells. */
void readwrite_continue(struct poe_readwrite *w)
{
	if (w->posted)
		return;
	if (w->ticket == NULL)
		w->ticket = wheel_ticket_new(w);
	if (w->ticket != NULL && poe_postv(w->kernel, w->session, continue_event, POE_HERE,
					   poe_list(wheel_ticket_value(w->ticket))) == 0)
		w->posted = true;
	else
		readwrite_output_arm(w);
}

static void continued(struct poe_event *ev)
{
	struct poe_readwrite *me = wheel_of(ev);

	if (me == NULL)
		return;
	me->posted = false;
	readwrite_enter(me);
	readwrite_output_tell(me);
	readwrite_input_resume(me);
	readwrite_leave(me);
}

static void ready(struct poe_event *ev)
{
	struct poe_readwrite *me = ev->object;
	int modes = poe_watch_ready(me->watch);
	bool writes = modes & me->out.modes;

	readwrite_enter(me);
	if (modes & me->in.modes)
		readwrite_input_ready(me);
	if (!me->dead && writes && me->out.armed)
		readwrite_output_ready(me);
	readwrite_input_resume(me);
	readwrite_arm(me);
	readwrite_leave(me);
}

static void release(struct poe_owned *owned)
{
	poe_readwrite_free((struct poe_readwrite *)((char *)owned - offsetof(struct poe_readwrite, owned)));
}

static const struct poe_owned_kind readwrite_kind = { .name = "readwrite", .release = release };

static int check_plan(const struct poe_readwrite_plan *plan)
{
	bool has_marks = plan->high_mark > 0 || plan->low_mark > 0;
	bool has_mark_events = plan->high_event != NULL || plan->low_event != NULL;

	if (has_marks ? plan->low_mark > 0 && plan->high_mark > plan->low_mark : !has_mark_events)
		return 0;
	errno = EINVAL;
	return -1;
}

/* The plan's own parts come last, so that until then all there is may be freed. */
static int make_parts(struct poe_readwrite *w, const struct poe_readwrite_plan *plan)
{
	w->id = w->whole != NULL ? w->whole->id : poe_kernel_serial(w->kernel);
	if (readwrite_name_events(w, plan) < 0)
		return -1;
	if (poe_state_set(w->kernel, continue_state, continued, NULL) < 0)
		return -1;
	w->out.queue = poe_output_new();
	if (w->out.queue == NULL)
		return -1;
	if (plan->filter == NULL) {
		w->in.pending.filter = w->out.filter = poe_filter_line(NULL);
		if (w->in.pending.filter == NULL)
			return -1;
	}
	if (plan->driver == NULL) {
		w->driver = poe_driver_stream(w->fd);
		if (w->driver == NULL)
			return -1;
	}
	return 0;
}

static int watch(struct poe_readwrite *w, struct poe_watch *lent)
{
	w->lent_watch = lent != NULL;
	w->watch = lent;
	w->in.modes = POE_READ;
	if (lent == NULL) {
		w->watch = poe_watch_new(w->kernel, w->fd,
			&(struct poe_watch_plan){ .modes = POE_READ, .handler = ready, .object = w });
		return w->watch != NULL ? 0 : -1;
	}
	if (poe_watch_give(lent, w->session, ready, w) < 0)
		return -1;
	poe_watch_strengthen(lent);
	poe_watch_resume(lent, POE_READ);
	return 0;
}

static void take_plan(struct poe_readwrite *w, const struct poe_readwrite_plan *plan)
{
	if (plan->filter != NULL)
		w->in.pending.filter = w->out.filter = plan->filter;
	if (plan->output_filter != NULL)
		w->out.filter = plan->output_filter;
	if (plan->driver != NULL)
		w->driver = plan->driver;
	w->in.pending.max = plan->max_input > 0 ? plan->max_input : default_max_input;
	w->out.high_mark = plan->high_mark;
	w->out.low_mark = plan->low_mark;
}

struct poe_readwrite *readwrite_new(struct poe_kernel *k, int fd, const struct poe_readwrite_plan *plan,
				    struct readwrite_whole *whole)
{
	struct poe_readwrite *w;

	if (check_plan(plan) < 0)
		return NULL;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->kernel = k;
	w->session = poe_session_current(k);
	w->whole = whole;
	w->fd = plan->watch != NULL ? poe_watch_fd(plan->watch) : fd;
	if (make_parts(w, plan) < 0 || watch(w, plan->watch) < 0) {
		poe_driver_free(w->driver);
		destroy(w);
		return NULL;
	}
	take_plan(w, plan);
	if (whole == NULL)
		poe_own(k, w->session, &w->owned, &readwrite_kind);
	readwrite_input_arm(w);
	readwrite_input_wake(w);
	return w;
}

struct poe_readwrite *poe_readwrite_new(struct poe_kernel *k, int fd, const struct poe_readwrite_plan *plan)
{
	return readwrite_new(k, fd, plan, NULL);
}

void poe_readwrite_free(struct poe_readwrite *w)
{
	if (w == NULL || w->dead)
		return;
	w->dead = true;
	poe_disown(&w->owned);
	wheel_ticket_end(w->ticket);
	w->ticket = NULL;
	let_go(w);
	if (w->busy == 0)
		destroy(w);
}

int64_t poe_readwrite_id(const struct poe_readwrite *w)
{
	return w->id;
}

int poe_readwrite_fd(const struct poe_readwrite *w)
{
	return w->fd;
}

static void drop_filter(struct poe_readwrite *w, struct poe_filter *f)
{
	if (f != w->in.pending.filter && f != w->out.filter)
		input_drop_filter(&w->in.pending, f);
}

void poe_readwrite_set_filter(struct poe_readwrite *w, struct poe_filter *f)
{
	poe_readwrite_set_output_filter(w, f);
	poe_readwrite_set_input_filter(w, f);
}

void poe_readwrite_set_input_filter(struct poe_readwrite *w, struct poe_filter *f)
{
	struct poe_filter *old = w->in.pending.filter;

	if (input_switch(&w->in.pending, f) < 0 && w->in.stage != READWRITE_SHUT)
		w->in.failed = errno;
	drop_filter(w, old);
	readwrite_input_wake(w);
}

void poe_readwrite_set_output_filter(struct poe_readwrite *w, struct poe_filter *f)
{
	struct poe_filter *old = w->out.filter;

	w->out.filter = f;
	drop_filter(w, old);
}
