/*
 * What a head says, and which of what llhttp lets pass is refused: the policy
 * over it.  The one transfer coding is "chunked", said once, in HTTP/1.1, with
 * no length beside it; HTTP/1.1 names one host.
 */
#include "head.h"

#include <llhttp.h>
#include <string.h>
#include <strings.h>

enum field { OTHER, HOST, LENGTH, CODING, CONTENT_CODING };

struct reading {
	struct httpd_request *request;
	char *end;         /* of the token read last: gets its NUL once llhttp is past it; or NULL */
	enum field field;  /* of the header being read */
	unsigned times[5]; /* each was there */
	int coding_status; /* what its Transfer-Encoding is refused with, or 0; an empty one stays refused */
};

static void finish_token(struct reading *me)
{
	if (me->end != NULL)
		*me->end = '\0';
	me->end = NULL;
}

/* The head is in one piece, so each token is one call.  Its octets are the request's own. */
static const char *take_token(struct reading *me, const char *at, size_t length)
{
	finish_token(me);
	while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
		length--;
	me->end = (char *)at + length;
	return at;
}

static int on_method(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *me = parser->data;

	me->request->seen.method = take_token(me, at, length);
	return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *me = parser->data;

	me->request->seen.target = take_token(me, at, length);
	return 0;
}

static enum field field_named(const char *name, size_t length)
{
	static const char *const names[] = {
		[HOST] = "host", [LENGTH] = "content-length", [CODING] = "transfer-encoding",
		[CONTENT_CODING] = "content-encoding",
	};

	for (enum field f = HOST; f <= CONTENT_CODING; f++)
		if (strlen(names[f]) == length && strncasecmp(name, names[f], length) == 0)
			return f;
	return OTHER;
}

static int on_name(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *me = parser->data;
	struct poe_http_request *seen = &me->request->seen;
	struct poe_http_header *row = &me->request->headers[seen->header_count++];

	me->field = field_named(at, length);
	me->times[me->field]++;
	row->name = take_token(me, at, length);
	row->value = "";
	return 0;
}

/* What cannot end in chunks leaves the end unknown; what can, but needs decoding first, is not done here. */
static int refused_coding(const char *value, size_t length)
{
	static const char chunked[] = "chunked";
	const size_t n = sizeof chunked - 1;

	if (length < n || strncasecmp(value + length - n, chunked, n) != 0)
		return 400;
	if (length == n)
		return 0;
	return memchr(value, ',', length) != NULL && strncasecmp(value, chunked, n) != 0 ? 501 : 400;
}

/* A host may be empty, but it is one word, and no URL. */
static bool is_host(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (strchr(" \t/?#@\\,\"<>", value[i]) != NULL)
			return false;
	return true;
}

static int on_value(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *me = parser->data;
	struct poe_http_request *seen = &me->request->seen;
	const char *value;

	/* Of an empty value the place is not told, as llhttp is on the next line already. */
	if (length == 0)
		return 0;
	value = take_token(me, at, length);
	length = (size_t)(me->end - value);
	me->request->headers[seen->header_count - 1].value = value;
	if (me->field == CODING)
		me->coding_status = refused_coding(value, length);
	if (me->field == LENGTH && strspn(value, "0123456789") < length)
		return -1;
	return me->field == HOST && !is_host(value, length) ? -1 : 0;
}

/* POE asks for a length if there is a content coding, and so does this. */
static int judge(const struct reading *me)
{
	const struct httpd_request *r = me->request;
	unsigned bodies = me->times[LENGTH] + me->times[CODING];

	if (me->times[HOST] > 1 || (r->seen.version == 11 && me->times[HOST] == 0))
		return 400;
	if (bodies > 1)
		return 400;
	if (r->connect && (bodies > 0 || r->seen.target[0] == '/'))
		return 400;
	if (me->times[CODING] > 0)
		return r->seen.version < 11 ? 400 : me->coding_status;
	return bodies == 0 && me->times[CONTENT_CODING] > 0 && r->seen.version == 11 ? 411 : 0;
}

static int on_complete(llhttp_t *parser)
{
	struct reading *me = parser->data;
	struct httpd_request *r = me->request;

	finish_token(me);
	r->seen.version = 10 * parser->http_major + parser->http_minor;
	r->connect = parser->method == HTTP_CONNECT;
	r->seen.status = judge(me);
	r->chunked = me->times[CODING] > 0;
	r->content_length = r->chunked ? 0 : parser->content_length;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_method = on_method,
	.on_url = on_url,
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_headers_complete = on_complete,
};

void httpd_head_parse(struct httpd_request *r, char *head)
{
	struct reading reading = { .request = r, .coding_status = 400 };
	llhttp_t parser;

	llhttp_init(&parser, HTTP_REQUEST, &settings);
	parser.data = &reading;
	if (llhttp_execute(&parser, head, r->head_length) == HPE_PAUSED)
		return;
	finish_token(&reading);
	r->seen.status = 400;
}
