/*
 * The FollowTail wheel's input: a slice of the file a round, its records to
 * the handler one by one, and what is due at the file's end.
 */
#include "followtail.h"

#include "../filter/filter.h"

#include <errno.h>

static bool may_deliver(const struct poe_followtail *w)
{
	return !w->dead && !w->paused && !w->stuck;
}

/* Lends the records that are there to the input handler, one by one. */
static void deliver(struct poe_followtail *w)
{
	struct input *pending = &w->pending;
	struct poe_value values[] = { poe_none(), poe_int(w->id), poe_none() };
	int got = 0;

	w->delivering = true;
	w->waiting = false;
	while (may_deliver(w) && input_may_frame(pending)) {
		got = input_next(pending, &values[0]);
		if (got <= 0)
			break;
		poe_callv(w->kernel, w->session, w->events[FOLLOWTAIL_INPUT], POE_HERE, values);
		input_returned(pending);
	}
	w->delivering = false;
	if (got < 0) {
		w->stuck = true;
		followtail_input_arm(w);
		followtail_failed(w, FOLLOWTAIL_FRAMING, errno);
	}
}

int followtail_input_restart(struct poe_followtail *w)
{
	struct poe_filter *fresh = poe_filter_clone(w->pending.filter);

	if (fresh == NULL)
		return -1;
	input_drop_filter(&w->pending, w->pending.filter);
	w->pending.filter = fresh;
	w->pending.length = 0;
	input_look_again(&w->pending);
	w->stuck = false;
	w->lost = 0;
	w->waiting = false;
	return 0;
}

static void end_stream(struct poe_followtail *w)
{
	poe_watch_free(w->watch);
	w->watch = NULL;
}

/* What memory cannot hold is read again at the next poll; from a stream it is lost, and framing with it. */
static void give_back(struct poe_followtail *w, size_t length)
{
	if (followtail_file_is_plain(&w->file))
		followtail_file_seek(&w->file, w->file.position - (int64_t)length);
	else
		end_stream(w);
	w->fresh = false;
	w->polled = false;
	followtail_failed(w, FOLLOWTAIL_READING, ENOMEM);
}

static void take_in(struct poe_followtail *w, const struct followtail_slice *slice)
{
	size_t left;

	followtail_went_well(w, FOLLOWTAIL_READING);
	w->fresh = true;
	if (input_add(&w->pending, slice->octets, slice->length) < 0) {
		give_back(w, slice->length);
		return;
	}
	deliver(w);
	left = w->pending.length;
	if (!w->dead && input_keep(&w->pending) < 0)
		give_back(w, left);
}

static void rewind_file(struct poe_followtail *w)
{
	if (followtail_input_restart(w) < 0) {
		followtail_failed(w, FOLLOWTAIL_READING, ENOMEM);
		return;
	}
	followtail_file_seek(&w->file, 0);
	followtail_tell(w, FOLLOWTAIL_RESET);
	followtail_wake(w);
}

/* A filter that has failed may still see the file shrink, and then there is a new beginning. */
static bool is_shorter(const struct poe_followtail *w)
{
	int64_t size = followtail_file_size(&w->file);

	return size >= 0 && size < w->file.position;
}

/* True at the file's end. */
static bool read_plain(struct poe_followtail *w)
{
	char scratch[FOLLOWTAIL_SLICE];
	struct followtail_slice slice;

	switch (followtail_file_read(&w->file, scratch, &slice)) {
	case FOLLOWTAIL_GOT:
		take_in(w, &slice);
		if (!slice.is_last)
			followtail_wake(w);
		return slice.is_last;
	case FOLLOWTAIL_END:
		followtail_went_well(w, FOLLOWTAIL_READING);
		return true;
	case FOLLOWTAIL_REWRITTEN:
		rewind_file(w);
		return false;
	case FOLLOWTAIL_FAILED:
		followtail_failed(w, FOLLOWTAIL_READING, errno);
	}
	return true;
}

/* As in POE idle_event comes after each burst and after each poll that finds nothing. */
static void tell_idle(struct poe_followtail *w)
{
	bool is_due = w->polled || w->fresh;

	w->polled = false;
	w->fresh = false;
	if (is_due)
		followtail_tell(w, FOLLOWTAIL_IDLE);
}

/* A pipe that ended, as it could not be opened for writing too, is opened again. */
static bool is_to_be_opened(const struct poe_followtail *w)
{
	bool has_ended = !followtail_file_is_plain(&w->file) && w->watch == NULL;

	return w->replaced || (has_ended && w->polled && w->filename != NULL);
}

static void at_end(struct poe_followtail *w)
{
	if (is_to_be_opened(w)) {
		w->polled = false;
		followtail_name_open(w);
		return;
	}
	if (w->suspect && w->filename != NULL)
		followtail_name_look(w);
	w->suspect = false;
	if (!w->replaced && followtail_file_is_plain(&w->file))
		tell_idle(w);
}

static void step_plain(struct poe_followtail *w)
{
	bool is_at_end = true;

	if (!w->stuck)
		is_at_end = read_plain(w);
	else if (is_shorter(w))
		rewind_file(w);
	if (is_at_end && !w->dead && !w->paused)
		at_end(w);
}

/* What the filter before held is lost; it is told from the loop. */
static void tell_loss(struct poe_followtail *w)
{
	int error_num = w->lost;

	w->lost = 0;
	followtail_failed(w, FOLLOWTAIL_FRAMING, error_num);
}

void followtail_step(struct poe_followtail *w)
{
	if (w->lost != 0)
		tell_loss(w);
	if (w->waiting && may_deliver(w))
		deliver(w);
	if (w->dead || w->paused)
		return;
	if (w->file.fd < 0) {
		followtail_name_open(w);
		if (w->file.fd < 0)
			tell_idle(w);
	} else if (followtail_file_is_plain(&w->file)) {
		step_plain(w);
	} else {
		at_end(w);
	}
}

/* As in POE the end is an error on what was connected to somebody, and else there is only nothing more. */
static void stream_ended(struct poe_followtail *w)
{
	end_stream(w);
	if (w->file.has_peer)
		followtail_failed(w, FOLLOWTAIL_READING, 0);
	else
		followtail_tell(w, FOLLOWTAIL_IDLE);
}

static void read_stream(struct poe_followtail *w)
{
	char scratch[FOLLOWTAIL_SLICE];
	struct followtail_slice slice;

	switch (followtail_file_read(&w->file, scratch, &slice)) {
	case FOLLOWTAIL_GOT:
		take_in(w, &slice);
		return;
	case FOLLOWTAIL_END:
		stream_ended(w);
		return;
	default:
		if (errno == EAGAIN)
			return;
		end_stream(w);
		followtail_failed(w, FOLLOWTAIL_READING, errno);
	}
}

/* What came earlier goes first; the descriptor is still readable afterwards. */
static void ready(struct poe_event *ev)
{
	struct poe_followtail *me = ev->object;

	followtail_enter(me);
	if (me->waiting)
		deliver(me);
	else
		read_stream(me);
	followtail_leave(me);
}

int followtail_input_watch(struct poe_followtail *w)
{
	w->watch = poe_watch_new(w->kernel, w->file.fd,
		&(struct poe_watch_plan){ .modes = POE_READ, .handler = ready, .object = w });
	return w->watch != NULL ? 0 : -1;
}

void followtail_input_arm(struct poe_followtail *w)
{
	if (w->watch == NULL)
		return;
	if (w->paused || w->stuck)
		poe_watch_pause(w->watch, POE_READ);
	else
		poe_watch_resume(w->watch, POE_READ);
}

int followtail_input_skip(struct poe_followtail *w)
{
	char scratch[FOLLOWTAIL_SLICE];
	struct followtail_slice slice = { 0 };
	struct poe_value record;
	int got = 1;

	if (followtail_file_read(&w->file, scratch, &slice) != FOLLOWTAIL_GOT)
		return 0;
	if (input_add(&w->pending, slice.octets, slice.length) < 0)
		return -1;
	while (input_may_frame(&w->pending) && got > 0) {
		got = input_next(&w->pending, &record);
		if (got > 0)
			filter_release(&record);
		input_returned(&w->pending);
	}
	if (got < 0 && followtail_input_restart(w) < 0)
		return -1;
	return input_keep(&w->pending);
}

/* Octets that are there are framed from the loop, not within the caller's call. */
static void go_on(struct poe_followtail *w)
{
	input_look_again(&w->pending);
	if (!w->delivering)
		w->waiting = input_may_frame(&w->pending);
	followtail_input_arm(w);
	followtail_wake(w);
}

void poe_followtail_set_filter(struct poe_followtail *w, struct poe_filter *f)
{
	struct poe_filter *old = w->pending.filter;

	w->lost = input_switch(&w->pending, f) < 0 ? errno : 0;
	w->stuck = w->lost != 0;
	input_drop_filter(&w->pending, old);
	go_on(w);
}

void poe_followtail_pause(struct poe_followtail *w)
{
	w->paused = true;
	followtail_input_arm(w);
}

void poe_followtail_resume(struct poe_followtail *w)
{
	w->paused = false;
	go_on(w);
}
