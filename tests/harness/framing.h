/*
 * Runs a filter over octets as a wheel would, in all the ways they can come in.
 */
#ifndef FRAMING_H
#define FRAMING_H

#include <poe/filter.h>

/*
 * Asserts that a fresh clone of the filter frames these octets to `expected`,
 * as "[a][(b c)]", "!EMSGSIZE" for an error that ends it, "+3" for 3 octets left
 * over: when they come as a whole, in any two pieces, and one by one.
 */
void framing_assert(const struct poe_filter *f, const char *octets, size_t length, const char *expected);

/* The same for text, of one filter made for it: it is freed. */
void framing_assert_text(struct poe_filter *f, const char *text, const char *expected);

/* The same for reads of just these texts, NULL at the end: for filters whose records are the reads.  It is freed. */
void framing_assert_reads(struct poe_filter *f, const char *const *reads, const char *expected);

/* Writes a record as it is expected: "a", a NUL as "0", "(a b)" for an array, "<type>" for another object.  Returns how much; no NUL ends it. */
size_t framing_write(char *to, const struct poe_value *record);

/* Asserts what a put of this record appends, "" for EINVAL; the filter is freed, an object is not. */
void framing_assert_put(struct poe_filter *f, struct poe_value record, const char *octets, size_t length);

#endif
