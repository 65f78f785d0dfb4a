/*
 * The ReadWrite wheel and its driver: what the watch has to wait for so that
 * either direction can go on, which with TLS need not be the direction's own
 * mode; and how one driver takes another's place.
 */
#include "readwrite.h"

#include <errno.h>

static int input_modes(const struct poe_readwrite *w)
{
	return w->in.armed ? poe_driver_wants(w->driver, POE_READ) : 0;
}

/* With nothing to write or to shut the loop itself is waited for, and a writable descriptor brings it. */
static int output_modes(const struct poe_readwrite *w)
{
	if (!w->out.armed)
		return 0;
	if (poe_output_length(w->out.queue) == 0 && w->out.stage != READWRITE_SHUTTING)
		return POE_WRITE;
	return poe_driver_wants(w->driver, POE_WRITE);
}

void readwrite_arm(struct poe_readwrite *w)
{
	int before = w->in.modes | w->out.modes, after;

	if (w->dead)
		return;
	w->in.modes = input_modes(w);
	w->out.modes = output_modes(w);
	after = w->in.modes | w->out.modes;
	if (before & ~after)
		poe_watch_pause(w->watch, before & ~after);
	if (after & ~before)
		poe_watch_resume(w->watch, after & ~before);
}

int poe_readwrite_set_driver(struct poe_readwrite *w, struct poe_driver *driver)
{
	if (w->dead || w->in.stage != READWRITE_OPEN || w->out.stage != READWRITE_OPEN) {
		errno = EPIPE;
		return -1;
	}
	if (poe_output_length(w->out.queue) > 0) {
		errno = EBUSY;
		return -1;
	}
	input_drop(&w->in.pending);
	w->in.failed = 0;
	poe_driver_free(w->driver);
	w->driver = driver;
	readwrite_arm(w);
	return 0;
}

const struct poe_driver *poe_readwrite_driver(const struct poe_readwrite *w)
{
	return w->driver;
}
