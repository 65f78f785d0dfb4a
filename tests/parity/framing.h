/*
 * A filter by itself: octets go in as reads would bring them, and what comes
 * of them is printed.
 */
#ifndef FRAMING_H
#define FRAMING_H

#include "peer.h"

struct framing {
	struct poe_filter *filter; /* owned */
	char octets[1024];         /* not framed yet */
	size_t length;
	void (*show)(struct poe_value record); /* NULL: octets, or an array of them, as text */
};

/* Frames with this filter, which it then owns, what a wheel would give it. */
void framing_start(struct framing *f, struct poe_filter *filter);
void framing_end(struct framing *f);

/* One read, a literal that may have NULs in it: prints it, and the records that come of it, or "refused". */
#define framing_feed(f, literal) framing_feed_octets(f, literal, sizeof literal - 1)
void framing_feed_octets(struct framing *f, const char *octets, size_t length);

/* Prints what these records are on the wire: framing_out(&f, poe_str("one"), ...). */
#define framing_out(f, ...) framing_outv(f, POE_VALUES(__VA_ARGS__, poe_none()))
void framing_outv(struct framing *f, const struct poe_value *records);

/* Goes on with a clone, that has seen nothing. */
void framing_clone(struct framing *f);

#endif
