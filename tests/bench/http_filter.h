/*
 * A filter for HTTP responses, such as a user writes in an hour: a head, and a
 * body whose size Content-Length tells.  A record in is a whole response, as
 * bytes; a record out is a request, as it is.
 */
#ifndef BENCH_HTTP_FILTER_H
#define BENCH_HTTP_FILTER_H

#include <poe/filter.h>

struct poe_filter *http_filter(void); /* NULL with ENOMEM */

/* For large bodies: a record in is a head, or a piece of a body, as it comes. */
struct poe_filter *http_pieces(void); /* NULL with ENOMEM */

#endif
