/*
 * Requests: the object that is handed on, made of a head, and what the filter
 * must know besides to read the body.
 */
#ifndef HTTPD_REQUEST_H
#define HTTPD_REQUEST_H

#include "lines.h"

#include <poe/httpd.h>
#include <stdbool.h>

struct httpd_request {
	struct poe_http_request seen; /* by the user; its body is owned */
	uint64_t content_length;      /* 0 without */
	bool chunked;
	bool connect;
	size_t head_length;
	struct poe_http_header headers[]; /* and behind them the head's octets */
};

/*
 * Reads a head that is whole: seen.status is 0, or what it is refused with, and
 * then all that was understood is there.  NULL with ENOMEM.
 */
struct httpd_request *httpd_request_read(const char *head, const struct httpd_lines *lines);

/* One of which nothing was understood.  NULL with ENOMEM. */
struct httpd_request *httpd_request_refused(int status);

/* Room for a body of that length, its NUL in place; NULL with ENOMEM. */
char *httpd_request_body(struct httpd_request *r, size_t length);

/* The object as a value, which owns it. */
struct poe_value httpd_request_value(struct httpd_request *r);

void httpd_request_free(struct httpd_request *r); /* NULL is nothing */

#endif
