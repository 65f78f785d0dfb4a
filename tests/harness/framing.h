/*
 * Runs a filter over octets as a wheel would, in all the ways they can come in.
 */
#ifndef FRAMING_H
#define FRAMING_H

#include <poe/filter.h>

/*
 * Asserts that a fresh clone of the filter frames these octets to `expected`,
 * as "[a][b]", "!EMSGSIZE" for an error that ends it, "+3" for 3 octets left
 * over: when they come as a whole, in any two pieces, and one by one.
 */
void framing_assert(const struct poe_filter *f, const char *octets, size_t length, const char *expected);

/* The same for text, of one filter made for it: it is freed. */
void framing_assert_text(struct poe_filter *f, const char *text, const char *expected);

/* Asserts what a put of this record appends, "" for EINVAL; the filter is freed. */
void framing_assert_put(struct poe_filter *f, struct poe_value record, const char *octets, size_t length);

#endif
