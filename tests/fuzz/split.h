/*
 * The check of all fuzz programs for filters: however the input is cut into
 * reads, the same records come out.  A program is one function and a case:
 *
 *     static struct poe_filter *make(const uint8_t *choice)
 *     {
 *             (void)choice;
 *             return poe_filter_line(NULL);
 *     }
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *     {
 *             split_check(&(struct split_case){ .make = make }, data, size);
 *             return 0;
 *     }
 */
#ifndef SPLIT_H
#define SPLIT_H

#include <poe/filter.h>
#include <stdint.h>
#include <stdio.h>

struct split_case {
	/* A new filter.  The input's first `choices` octets choose which; they are not framed. */
	struct poe_filter *(*make)(const uint8_t *choice);
	size_t choices;
	/* When this many records are out, this filter takes over; NULL: none does. */
	struct poe_filter *(*make_second)(const uint8_t *choice);
	size_t switch_after;
	/* Writes what an object says; NULL: arrays are all there is. */
	void (*write_object)(FILE *to, const struct poe_object *object);
	int joined; /* not 0: borders of records follow the reads (Stream), only their octets are compared */
};

/*
 * Frames the input at once, octet by octet, and in pieces of lengths that the
 * input tells, as a wheel would.  Aborts when records, the error that ends them
 * (its errno) or what is left unframed differ.
 */
void split_check(const struct split_case *c, const uint8_t *data, size_t size);

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
