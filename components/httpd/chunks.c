/*
 * How chunks are got out of llhttp one piece at a time: it is paused at each.
 * What is between the pieces may have extensions and leading zeros, but not
 * without end.  The trailer is held to the rules of a head, but nobody sees it.
 */
#include "chunks.h"

enum {
	MAX_FRAMING = 4096, /* octets from the end of one piece to the next */
	MAX_TRAILER = 8192
};

/* Its line has come whole.  A chunk without octets is the last one. */
static int on_chunk(llhttp_t *parser)
{
	struct httpd_chunks *me = parser->data;

	me->last = parser->content_length == 0;
	return me->last ? HPE_PAUSED : 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
	struct httpd_chunks *me = parser->data;

	me->piece = at;
	me->piece_length = length;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_chunk_header = on_chunk,
	.on_body = on_body,
};

/* The head was read elsewhere; llhttp gets one of its own ahead of the first chunk. */
void httpd_chunks_start(struct httpd_chunks *c, size_t offset)
{
	static const char head[] = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

	*c = (struct httpd_chunks){ .fed = offset, .behind = offset };
	llhttp_init(&c->parser, HTTP_REQUEST, &settings);
	(void)llhttp_execute(&c->parser, head, sizeof head - 1);
}

/* llhttp gets it in one piece, once it is known to be made of lines. */
static enum httpd_chunk read_trailer(struct httpd_chunks *c, const char *octets, size_t length)
{
	const char *trailer = octets + c->fed;
	size_t most = length - c->fed < MAX_TRAILER ? length - c->fed : (size_t)MAX_TRAILER;
	enum httpd_look got;

	do
		got = httpd_lines_next(&c->lines, trailer, most);
	while (got == HTTPD_LINES_LINE);
	if (got == HTTPD_LINES_MORE && length - c->fed == most)
		return HTTPD_CHUNKS_MORE;
	if (got != HTTPD_LINES_WHOLE || llhttp_execute(&c->parser, trailer, c->lines.looked) != HPE_OK)
		return HTTPD_CHUNKS_BROKEN;
	c->fed += c->lines.looked;
	return HTTPD_CHUNKS_END;
}

static bool is_framing_too_long(const struct httpd_chunks *c, const char *octets)
{
	size_t end = c->piece != NULL ? (size_t)(c->piece - octets) : c->fed;

	return end - c->behind > MAX_FRAMING;
}

enum httpd_chunk httpd_chunks_next(struct httpd_chunks *c, const char *octets, size_t length)
{
	llhttp_errno_t error;

	if (c->last)
		return read_trailer(c, octets, length);
	if (c->fed == length)
		return HTTPD_CHUNKS_MORE;
	c->parser.data = c;
	c->piece = NULL;
	error = llhttp_execute(&c->parser, octets + c->fed, length - c->fed);
	if (error != HPE_OK && error != HPE_PAUSED)
		return HTTPD_CHUNKS_BROKEN;
	c->fed = error == HPE_OK ? length : (size_t)(llhttp_get_error_pos(&c->parser) - octets);
	if (is_framing_too_long(c, octets))
		return HTTPD_CHUNKS_BROKEN;
	if (error == HPE_OK)
		return HTTPD_CHUNKS_MORE;
	llhttp_resume(&c->parser);
	if (c->last)
		return read_trailer(c, octets, length);
	c->behind = c->fed;
	return HTTPD_CHUNKS_PIECE;
}

void httpd_chunks_drop(struct httpd_chunks *c)
{
	c->fed = c->behind = 0;
}
