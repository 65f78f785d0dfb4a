/*
 * The ReadWrite wheel's input: one read each time the descriptor is ready, and
 * its records to the handler one by one.
 *
 * A read goes to the stack, and its records are framed and lent from there:
 * only what is left over unframed is copied, to a buffer that exists as long
 * as something is in it.  An idle wheel holds no input memory at all.
 */
#include "readwrite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SCRATCH = 64 * 1024 };

static bool may_deliver(const struct poe_readwrite *w)
{
	return !w->dead && !w->in.paused && w->in.stage != READWRITE_SHUT &&
	       w->events[READWRITE_INPUT] != NULL;
}

static bool may_read(const struct poe_readwrite *w)
{
	return may_deliver(w) && w->in.stage == READWRITE_OPEN;
}

void readwrite_input_arm(struct poe_readwrite *w)
{
	bool wanted = may_read(w);

	if (w->dead || wanted == w->in.armed)
		return;
	w->in.armed = wanted;
	if (wanted)
		poe_watch_resume(w->watch, POE_READ);
	else
		poe_watch_pause(w->watch, POE_READ);
}

/*
 * The direction is closed before the handler hears of it.  What is pending
 * stays: the handler may set another filter to look at it, from the loop.
 */
static void end_input(struct poe_readwrite *w, const char *function, int error_num)
{
	w->in.delivering = false;
	w->in.stage = READWRITE_ENDED;
	readwrite_input_arm(w);
	readwrite_tell_error(w, function, error_num);
}

/* Lends a record to the input handler.  A filter replaced meanwhile lives until the handler is back. */
static void deliver_one(struct poe_readwrite *w, const struct poe_value *record)
{
	const struct poe_value values[] = { *record, poe_int(w->id), poe_none() };

	w->lending = w->in.filter;
	poe_callv(w->kernel, w->session, w->events[READWRITE_INPUT], POE_HERE, values);
	w->lending = NULL;
	poe_filter_free(w->replaced);
	w->replaced = NULL;
}

/* Frames one record off the front.  False when there is none, or none any more. */
static bool frame_one(struct poe_readwrite *w)
{
	struct readwrite_input *in = &w->in;
	struct poe_frame frame = { .consumed = 0 };
	int got = in->filter->ops->get_one(in->filter, in->data, in->length, &frame);

	if (got < 0) {
		end_input(w, "filter", errno);
		return false;
	}
	in->data += frame.consumed;
	in->length -= frame.consumed;
	if (got > 0) {
		deliver_one(w, &frame.record);
		return true;
	}
	if (in->length > in->max)
		end_input(w, "filter", EMSGSIZE);
	return false;
}

static void deliver(struct poe_readwrite *w)
{
	w->in.delivering = true;
	w->in.waiting = false;
	while (may_deliver(w) && w->in.length > 0)
		if (!frame_one(w))
			break;
	w->in.delivering = false;
}

static size_t room_for(size_t length)
{
	size_t room = 256;

	while (room < length)
		room *= 2;
	return room;
}

/* Moves what is pending to the buffer's front, with room for that many octets in all.  0, or -1/ENOMEM. */
static int make_room(struct readwrite_input *in, size_t length)
{
	char *bigger;

	if (in->length > 0 && in->data != in->buffer)
		memmove(in->buffer, in->data, in->length);
	if (length > in->room) {
		bigger = realloc(in->buffer, room_for(length));
		if (bigger == NULL)
			return -1;
		in->buffer = bigger;
		in->room = room_for(length);
	}
	in->data = in->buffer;
	return 0;
}

/* Appends a read to what is in the buffer.  The buffer moves its front away only when its end is reached. */
static int append(struct readwrite_input *in, const char *octets, size_t length)
{
	size_t start = in->length > 0 ? (size_t)(in->data - in->buffer) : 0;

	if (in->buffer == NULL || in->room - start < in->length + length) {
		if (make_room(in, in->length + length) < 0)
			return -1;
		start = 0;
	}
	memcpy(in->buffer + start + in->length, octets, length);
	in->data = in->buffer + start;
	in->length += length;
	return 0;
}

/* Moves what is left of a read from the stack to the buffer, empty until now. */
static int keep_rest(struct readwrite_input *in)
{
	const char *rest = in->data;
	size_t length = in->length;

	in->length = 0;
	return append(in, rest, length);
}

/* Delivers a read straight from the stack, or behind what is in the buffer. */
static void take_in(struct poe_readwrite *w, char *octets, size_t length)
{
	struct readwrite_input *in = &w->in;
	bool lent = in->length == 0;

	in->octets += length;
	if (lent) {
		in->data = octets;
		in->length = length;
	} else if (append(in, octets, length) < 0) {
		end_input(w, "read", ENOMEM);
		return;
	}
	deliver(w);
	if (lent && in->length > 0 && !w->dead && keep_rest(in) < 0)
		end_input(w, "read", ENOMEM);
}

/* As in POE, end of input is an error with number 0. */
static void read_some(struct poe_readwrite *w)
{
	struct poe_driver *d = w->driver;
	char scratch[SCRATCH];
	ssize_t n;

	do {
		n = d->ops->read(d, scratch, sizeof scratch);
		if (n <= 0)
			break;
		take_in(w, scratch, (size_t)n);
	} while (may_read(w) && d->ops->pending(d) > 0);
	if (n == 0)
		end_input(w, "read", 0);
	else if (n < 0 && errno != EAGAIN)
		end_input(w, "read", errno);
}

void readwrite_input_ready(struct poe_readwrite *w)
{
	/* What came earlier goes first; the descriptor is still readable afterwards. */
	if (w->in.waiting)
		readwrite_input_resume(w);
	else if (may_read(w))
		read_some(w);
}

void readwrite_input_wake(struct poe_readwrite *w)
{
	if (w->dead || w->in.delivering || w->in.waiting)
		return;
	if (w->in.length == 0 && w->driver->ops->pending(w->driver) == 0)
		return;
	w->in.waiting = true;
	readwrite_continue(w);
}

void readwrite_input_resume(struct poe_readwrite *w)
{
	if (!w->in.waiting)
		return;
	deliver(w);
	if (may_read(w) && w->driver->ops->pending(w->driver) > 0)
		read_some(w);
}

void poe_readwrite_pause_input(struct poe_readwrite *w)
{
	w->in.paused = true;
	readwrite_input_arm(w);
}

void poe_readwrite_resume_input(struct poe_readwrite *w)
{
	w->in.paused = false;
	readwrite_input_arm(w);
	readwrite_input_wake(w);
}

/* Octets under a record that is with a handler stay where they are until it is back. */
void poe_readwrite_shutdown_input(struct poe_readwrite *w)
{
	if (w->dead || w->in.stage == READWRITE_SHUT)
		return;
	readwrite_enter(w);
	w->in.stage = READWRITE_SHUT;
	w->in.length = 0;
	readwrite_input_arm(w);
	shutdown(w->fd, SHUT_RD);
	readwrite_leave(w);
}

size_t poe_readwrite_pending_input(const struct poe_readwrite *w)
{
	return w->in.length;
}

uint64_t poe_readwrite_octets_in(const struct poe_readwrite *w)
{
	return w->in.octets;
}
