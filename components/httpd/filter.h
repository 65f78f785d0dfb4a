/*
 * The HTTPD filter's insides: filter.c reads heads, body.c what follows them.
 */
#ifndef HTTPD_FILTER_H
#define HTTPD_FILTER_H

#include "chunks.h"
#include "request.h"
#include "response.h"

#include <poe/filter.h>

enum httpd_part {
	HTTPD_PART_HEAD,
	HTTPD_PART_CONTENT, /* a body of known length */
	HTTPD_PART_CHUNKS,
	HTTPD_PART_TUNNEL,  /* not HTTP any more */
	HTTPD_PART_REFUSED
};

struct httpd {
	struct poe_filter filter;
	struct poe_filter_httpd_plan plan; /* defaults filled in */
	enum httpd_part part;
	struct httpd_lines lines;          /* of the head */
	struct httpd_request *request;     /* owned; not handed on yet */
	uint64_t left;                     /* octets of the content not handed on yet */
	size_t collected;                  /* octets in the chunks so far */
	struct httpd_chunks chunks;
	struct httpd_sending sending;
};

/* All three answer as get_one.  Goes on with a body; without streaming the octets begin with its head. */
int httpd_body_get(struct httpd *me, char *data, size_t length, struct poe_frame *frame);

/* Hands the request on, as far as there is one; from here on the stream belongs to the next part. */
int httpd_hand_on(struct httpd *me, enum httpd_part next, struct poe_frame *frame);

/* The same with a status; after it nothing can be framed. */
int httpd_refuse(struct httpd *me, int status, struct poe_frame *frame);

#endif
