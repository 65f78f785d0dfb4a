/*
 * What a wheel may do to its output beyond what a filter may.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <poe/driver.h>

/* Takes back what was added last, down to `length` octets: for a put that failed half way. */
void output_cut(struct poe_output *out, size_t length);

#endif
