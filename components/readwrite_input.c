/*
 * The ReadWrite wheel's input: one read each time the descriptor is ready, and
 * its records to the handler one by one, straight from the stack.
 */
#include "readwrite.h"

#include <errno.h>
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
	w->in.armed = may_read(w);
	readwrite_arm(w);
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

static bool has_more(const struct poe_readwrite *w)
{
	return may_deliver(w) && w->in.failed == 0 && input_may_frame(&w->in.pending);
}

/* What went wrong between two records: a filter has lost octets, or this one makes nothing of them. */
static int take_failure(struct poe_readwrite *w, int got)
{
	int error_num = w->in.failed != 0 ? w->in.failed : got < 0 ? errno : 0;

	w->in.failed = 0;
	return error_num;
}

/* Lends the records that are there to the input handler, one by one. */
static void deliver(struct poe_readwrite *w)
{
	struct input *pending = &w->in.pending;
	struct poe_value values[] = { poe_none(), poe_int(w->id), poe_none() };
	int got = 0, error_num;

	w->in.delivering = true;
	w->in.waiting = false;
	while (has_more(w)) {
		got = input_next(pending, &values[0]);
		if (got <= 0)
			break;
		poe_callv(w->kernel, w->session, w->events[READWRITE_INPUT], POE_HERE, values);
		input_returned(pending);
	}
	error_num = w->dead ? 0 : take_failure(w, got);
	if (error_num != 0)
		end_input(w, "filter", error_num);
	w->in.delivering = false;
}

static void take_in(struct poe_readwrite *w, char *octets, size_t length)
{
	w->in.octets += length;
	if (input_add(&w->in.pending, octets, length) < 0) {
		end_input(w, "read", ENOMEM);
		return;
	}
	deliver(w);
	if (!w->dead && input_keep(&w->in.pending) < 0)
		end_input(w, "read", ENOMEM);
}

/* As in POE, end of input is an error with number 0.  A handler may have set another driver. */
static void read_some(struct poe_readwrite *w)
{
	char scratch[SCRATCH];
	ssize_t n;

	do {
		n = w->driver->ops->read(w->driver, scratch, sizeof scratch);
		if (n <= 0)
			break;
		take_in(w, scratch, (size_t)n);
	} while (may_read(w) && w->driver->ops->pending(w->driver) > 0);
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
	input_look_again(&w->in.pending);
	if (!input_may_frame(&w->in.pending) && w->in.failed == 0 && w->driver->ops->pending(w->driver) == 0)
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
	w->in.pending.length = 0;
	readwrite_input_arm(w);
	shutdown(w->fd, SHUT_RD);
	readwrite_leave(w);
}

size_t poe_readwrite_pending_input(const struct poe_readwrite *w)
{
	return w->in.pending.length;
}

uint64_t poe_readwrite_octets_in(const struct poe_readwrite *w)
{
	return w->in.octets;
}
