/*
 * Runs an HTTPD filter over octets in all the ways they can come in, and writes
 * down what it hands on:
 *
 *     POST /x 11 Host=a,Content-Length=2 "hi"   a request; <...> pieces of a body, joined;
 *     ; ends each, 400; a refused one, !EPROTO an error, +3 octets left over
 */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <poe/httpd.h>

/* Asserts that it is the same when they come as a whole, in any two pieces, and one by one. */
void requests_assert_octets(const struct poe_filter_httpd_plan *plan, const char *octets, size_t length,
			    const char *expected);
void requests_assert(const struct poe_filter_httpd_plan *plan, const char *text, const char *expected);

/* Asserts that the default filter refuses the text with this status. */
void requests_assert_refused(const char *text, int status);

/* Asserts what a put of this record to the filter appends; NULL for EINVAL and nothing. */
void requests_assert_put(struct poe_filter *f, struct poe_value record, const char *octets);

#endif
