/*
 * The FollowTail wheel: its life, its plan's rules, and how the loop comes to
 * it: by an event that the wheel posts to its session (when the system tells of
 * the file, or a slice is not the last one), by an alarm every poll_interval,
 * and by a watch of a file that is not plain.  After POE::Wheel::FollowTail.
 */
#include "followtail.h"

#include <errno.h>
#include <poe/kernel.h>
#include <stdlib.h>
#include <unistd.h>

static const size_t default_max_input = (size_t)512 << 20;
static const char wake_event[] = "poe.followtail";
static const char poll_event[] = "poe.followtail.poll";

enum { USUAL_TAIL = 4096 }; /* octets; as in POE */

static void destroy(struct poe_followtail *w)
{
	input_free(&w->pending);
	free(w->filename);
	free(w);
}

void followtail_enter(struct poe_followtail *w)
{
	w->busy++;
}

void followtail_leave(struct poe_followtail *w)
{
	if (--w->busy > 0)
		return;
	if (w->dead)
		destroy(w);
	else
		input_trim(&w->pending);
}

int followtail_wake(struct poe_followtail *w)
{
	if (w->dead || w->posted)
		return 0;
	if (poe_postv(w->kernel, w->session, wake_event, POE_HERE, poe_list(wheel_ticket_value(w->ticket))) < 0)
		return -1;
	w->posted = true;
	return 0;
}

static void woken(struct poe_event *ev)
{
	struct poe_followtail *me = wheel_of(ev);

	if (me == NULL)
		return;
	me->posted = false;
	followtail_enter(me);
	followtail_step(me);
	followtail_leave(me);
}

static int set_poll(struct poe_followtail *w)
{
	w->poll = poe_delay_setv(w->kernel, poll_event, w->poll_interval, POE_HERE,
				 poe_list(wheel_ticket_value(w->ticket)));
	return w->poll.v != 0 ? 0 : -1;
}

/* The next poll is set first, as the step may free the wheel.  What could not be watched may be now. */
static void polled(struct poe_event *ev)
{
	struct poe_followtail *me = wheel_of(ev);

	if (me == NULL)
		return;
	followtail_enter(me);
	me->polled = true;
	me->suspect = true;
	if (set_poll(me) < 0)
		followtail_failed(me, FOLLOWTAIL_POLLING, errno);
	followtail_notice_aim_directory(me);
	if (!me->dead)
		followtail_step(me);
	followtail_leave(me);
}

static void release(struct poe_owned *owned)
{
	poe_followtail_free((struct poe_followtail *)((char *)owned - offsetof(struct poe_followtail, owned)));
}

static const struct poe_owned_kind followtail_kind = { .name = "followtail", .release = release };

/* Written so that NaN is refused too. */
static int check_plan(const struct poe_followtail_plan *plan)
{
	bool has_one = plan->filename != NULL ? plan->fd == 0 && plan->filename[0] != '\0' : plan->fd > 0;
	bool has_place = plan->seek == POE_SEEK_TAIL ? plan->offset == 0 :
			 (plan->seek == POE_SEEK_START || plan->seek == POE_SEEK_BACK) && plan->offset >= 0;

	if (has_one && has_place && plan->input_event != NULL && plan->poll_interval >= 0)
		return 0;
	errno = EINVAL;
	return -1;
}

/* The plan's own filter comes last, so that until then all there is may be freed. */
static int make_parts(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	w->id = poe_kernel_serial(w->kernel);
	w->poll_interval = plan->poll_interval > 0 ? plan->poll_interval : 1;
	w->pending.max = plan->max_input > 0 ? plan->max_input : default_max_input;
	w->ticket = wheel_ticket_new(w);
	if (w->ticket == NULL || followtail_name_events(w, plan) < 0)
		return -1;
	if (plan->filename != NULL && (w->filename = strdup(plan->filename)) == NULL)
		return -1;
	if (plan->filter == NULL && (w->pending.filter = poe_filter_line(NULL)) == NULL)
		return -1;
	if (poe_state_set(w->kernel, "poe.followtail(o)", woken, NULL) < 0)
		return -1;
	return poe_state_set(w->kernel, "poe.followtail.poll(o)", polled, NULL);
}

/* A name that leads nowhere yet is tried again from the loop, which can tell why. */
static int open_file(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	if (plan->filename == NULL)
		return followtail_file_take(&w->file, plan->fd);
	followtail_file_open(&w->file, plan->filename);
	return 0;
}

/* The first poll is at once, as in POE.  Only what could come to an end needs none. */
static int begin(struct poe_followtail *w)
{
	bool is_plain = followtail_file_is_plain(&w->file);

	if (is_plain || w->filename != NULL) {
		followtail_notice_join(w);
		followtail_notice_aim_directory(w);
		if (set_poll(w) < 0)
			return -1;
	}
	if (is_plain)
		followtail_notice_aim_open(w);
	else if (w->file.fd >= 0 && followtail_input_watch(w) < 0)
		return -1;
	w->polled = true;
	w->suspect = true;
	return followtail_wake(w);
}

static int find_place(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	int64_t back = plan->seek == POE_SEEK_TAIL ? USUAL_TAIL : plan->offset;
	int64_t place = plan->offset, size;

	if (!followtail_file_is_plain(&w->file))
		return 0;
	if (plan->seek != POE_SEEK_START) {
		size = followtail_file_size(&w->file);
		if (size < 0)
			return -1;
		place = size > back ? size - back : 0;
	}
	if (followtail_file_seek(&w->file, place) < 0)
		return -1;
	return plan->seek == POE_SEEK_TAIL ? followtail_input_skip(w) : 0;
}

static int start(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	if (make_parts(w, plan) < 0 || open_file(w, plan) < 0 || begin(w) < 0)
		return -1;
	if (plan->filter != NULL)
		w->pending.filter = plan->filter;
	return find_place(w, plan);
}

/* What was the caller's is so again. */
static void give_up(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	int error_num = errno;

	if (plan->filename == NULL)
		w->file.fd = -1;
	if (plan->filter != NULL)
		w->pending.filter = NULL;
	poe_followtail_free(w);
	errno = error_num;
}

struct poe_followtail *poe_followtail_new(struct poe_kernel *k, const struct poe_followtail_plan *plan)
{
	struct poe_followtail *w;

	if (check_plan(plan) < 0)
		return NULL;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->kernel = k;
	w->session = poe_session_current(k);
	w->file.fd = -1;
	if (start(w, plan) < 0) {
		give_up(w, plan);
		return NULL;
	}
	poe_own(k, w->session, &w->owned, &followtail_kind);
	return w;
}

/* Removing the poll fails from another session's handler; the ticket then leads it nowhere. */
void poe_followtail_free(struct poe_followtail *w)
{
	if (w == NULL || w->dead)
		return;
	w->dead = true;
	poe_disown(&w->owned);
	wheel_ticket_end(w->ticket);
	w->ticket = NULL;
	if (w->poll.v != 0)
		poe_alarm_remove(w->kernel, w->poll);
	poe_watch_free(w->watch);
	w->watch = NULL;
	followtail_notice_leave(w);
	followtail_file_close(&w->file);
	if (w->busy == 0)
		destroy(w);
}

int64_t poe_followtail_id(const struct poe_followtail *w)
{
	return w->id;
}

int64_t poe_followtail_tell(const struct poe_followtail *w)
{
	if (w->file.fd < 0)
		return 0;
	if (followtail_file_is_plain(&w->file))
		return w->file.position - (int64_t)w->pending.length;
	errno = ESPIPE;
	return -1;
}
