/*
 * The ReadWrite wheel's output: records are written at once while nothing is
 * queued, and only what the descriptor does not take makes the watch wait for
 * it to be writable.  What comes of a put is told from the loop.
 */
#include "output.h"
#include "readwrite.h"

#include <errno.h>
#include <sys/socket.h>

void readwrite_output_arm(struct poe_readwrite *w)
{
	w->out.armed = true;
	readwrite_arm(w);
}

static void disarm(struct poe_readwrite *w)
{
	w->out.armed = false;
	readwrite_arm(w);
}

/* The marks are looked at after each put and each flush.  Every crossing counts, so they stay in pairs. */
static void check_marks(struct poe_readwrite *w)
{
	struct readwrite_output *out = &w->out;
	size_t pending = poe_output_length(out->queue);
	bool crossed = out->high_mark > 0 && pending >= out->high_mark;

	if (out->is_high)
		crossed = pending <= out->low_mark;
	if (!crossed || out->stage == READWRITE_ENDED)
		return;
	out->is_high = !out->is_high;
	out->crossings++;
}

/* The driver's own last words; one that has none to say has failed, which is told of by other ways. */
static bool has_said_end(struct poe_readwrite *w)
{
	const struct poe_driver_ops *ops = w->driver->ops;

	return ops->shutdown == NULL || ops->shutdown(w->driver) == 0 || errno != EAGAIN;
}

/* What is left of a shutdown that waited for the queue; a part's is told of from the loop. */
static void drained(struct poe_readwrite *w)
{
	if (w->out.stage == READWRITE_SHUTTING && !has_said_end(w)) {
		readwrite_output_arm(w);
		return;
	}
	disarm(w);
	if (w->out.stage != READWRITE_SHUTTING)
		return;
	w->out.stage = READWRITE_SHUT;
	if (w->whole != NULL)
		readwrite_continue(w);
	else
		shutdown(w->fd, SHUT_WR);
}

static void flush(struct poe_readwrite *w)
{
	struct readwrite_output *out = &w->out;
	size_t before = poe_output_length(out->queue);
	int failed = poe_output_flush(out->queue, w->driver) < 0 ? errno : 0;

	out->octets += before - poe_output_length(out->queue);
	if (failed != 0) {
		out->error_num = failed;
		out->stage = READWRITE_ENDED;
		disarm(w);
	} else if (poe_output_length(out->queue) == 0) {
		drained(w);
	} else {
		readwrite_output_arm(w);
	}
}

static bool is_flushed(const struct poe_readwrite *w)
{
	return w->out.unflushed && w->out.stage != READWRITE_ENDED && poe_output_length(w->out.queue) == 0;
}

/* Makes a note of what a put has brought about, for the loop; events that are off are not worth one. */
static void note_news(struct poe_readwrite *w)
{
	struct readwrite_output *out = &w->out;

	if (is_flushed(w) && w->events[READWRITE_FLUSHED] == NULL)
		out->unflushed = false;
	if (out->crossings > 0 || out->error_num != 0 || is_flushed(w))
		readwrite_continue(w);
}

static void tell_marks(struct poe_readwrite *w)
{
	struct readwrite_output *out = &w->out;

	while (out->crossings > 0) {
		bool last_is_high = out->is_high;
		bool is_last_kind = out->crossings % 2 == 1;

		out->crossings--;
		readwrite_tell(w, last_is_high == is_last_kind ? READWRITE_HIGH : READWRITE_LOW);
	}
}

void readwrite_output_tell(struct poe_readwrite *w)
{
	int error_num = w->out.error_num;

	w->out.error_num = 0;
	/* After a failed write nothing crosses a mark, so what did was before. */
	tell_marks(w);
	if (error_num != 0)
		readwrite_tell_error(w, "write", error_num);
	if (!w->dead && is_flushed(w)) {
		w->out.unflushed = false;
		readwrite_tell(w, READWRITE_FLUSHED);
	}
	if (!w->dead && w->whole != NULL && w->out.stage == READWRITE_SHUT)
		w->whole->shut(w->whole);
}

/* With an empty queue the watch was armed for the driver's last words, or because a continuation could not be posted. */
void readwrite_output_ready(struct poe_readwrite *w)
{
	if (poe_output_length(w->out.queue) > 0) {
		flush(w);
		check_marks(w);
	} else {
		drained(w);
	}
	readwrite_output_tell(w);
}

static int encode(struct poe_readwrite *w, const struct poe_value *records)
{
	struct poe_filter *f = w->out.filter;
	size_t before = poe_output_length(w->out.queue);

	for (const struct poe_value *r = records; r->kind != POE_NONE; r++) {
		if (f->ops->put(f, r, w->out.queue) < 0) {
			output_cut(w->out.queue, before);
			return -1;
		}
	}
	return 0;
}

int poe_readwrite_putv(struct poe_readwrite *w, const struct poe_value *records)
{
	struct readwrite_output *out = &w->out;
	size_t before = poe_output_length(out->queue);

	if (w->dead || out->stage != READWRITE_OPEN) {
		errno = EPIPE;
		return -1;
	}
	if (encode(w, records) < 0)
		return -1;
	if (poe_output_length(out->queue) > before) {
		out->unflushed = true;
		if (before == 0)
			flush(w);
		check_marks(w);
		note_news(w);
	}
	return out->high_mark > 0 && poe_output_length(out->queue) >= out->high_mark;
}

void poe_readwrite_shutdown_output(struct poe_readwrite *w)
{
	if (w->dead || w->out.stage != READWRITE_OPEN)
		return;
	w->out.stage = READWRITE_SHUTTING;
	if (poe_output_length(w->out.queue) == 0)
		drained(w);
}

size_t poe_readwrite_pending_output(const struct poe_readwrite *w)
{
	return w->dead ? 0 : poe_output_length(w->out.queue);
}

uint64_t poe_readwrite_octets_out(const struct poe_readwrite *w)
{
	return w->out.octets;
}
