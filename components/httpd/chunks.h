/*
 * Chunks: a body in chunked coding, read by llhttp, from its first chunk to
 * the end of its trailer.
 */
#ifndef HTTPD_CHUNKS_H
#define HTTPD_CHUNKS_H

#include "lines.h"

#include <llhttp.h>
#include <stdbool.h>

struct httpd_chunks {
	llhttp_t parser;
	size_t fed;               /* octets at the front that it has had */
	size_t behind;            /* of these, those up to the end of the last piece */
	const char *piece;        /* what it found, NULL: nothing yet */
	size_t piece_length;
	bool last;                /* the last chunk's line has come */
	struct httpd_lines lines; /* of the trailer */
};

enum httpd_chunk {
	HTTPD_CHUNKS_MORE,  /* not all there */
	HTTPD_CHUNKS_PIECE, /* of the body, in piece; `fed` is behind it */
	HTTPD_CHUNKS_END,   /* `fed` is behind the trailer, which is thrown away */
	HTTPD_CHUNKS_BROKEN
};

/* The body begins at that offset of the octets that come. */
void httpd_chunks_start(struct httpd_chunks *c, size_t offset);

/* Reads on.  The octets are those of the last call, and more behind them. */
enum httpd_chunk httpd_chunks_next(struct httpd_chunks *c, const char *octets, size_t length);

/* After a piece: the octets that come next will be those behind it. */
void httpd_chunks_drop(struct httpd_chunks *c);

#endif
