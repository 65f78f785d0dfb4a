/*
 * HTTP filter: what a server answers to one GET, as one record.
 *
 * A filter of one's own for a ReadWrite wheel: records in are responses,
 * records out are strings or bytes, as they are.  After POE::Filter::HTTP,
 * with llhttp to do the reading.
 */
#ifndef HTTP_FILTER_H
#define HTTP_FILTER_H

#include <poe.h>

/* A response, whole.  Its body is counted, not kept: this program has no use for it. */
struct http_response {
	struct poe_object object;
	int status;      /* 200 to 599; interim ones (1xx) are read over */
	int headers;     /* how many */
	uint64_t body;   /* octets, without the framing of chunks */
	int keep_alive;  /* 0: the connection has served */
};

/*
 * Makes a filter for one response; after it, any octet is EPROTO.  So is
 * whatever a lenient reader could take another way (see http_filter.c).  A
 * head of over 64 KiB is EMSGSIZE.  NULL with ENOMEM.
 */
struct poe_filter *http_filter_new(void);

/* The typed reader of argument 0; lent until the handler returns. */
struct http_response *http_response(const struct poe_event *ev);

/*
 * The input has ended: a body that goes on until then is whole now.  0 with
 * *response filled in; -1 with EPROTO when the response was cut off.
 */
int http_filter_finish(struct poe_filter *f, struct http_response *response);

#endif
