/*
 * A filter on llhttp, with a stricter policy over it.  llhttp finds the tokens;
 * this file decides what is let through to it.  Two readers that disagree about
 * where a response ends can be played against each other over a connection that
 * is used again, so what is odd is an error and never guessed at:
 * - in a head, CR and LF come as CR LF or not at all, and no line is continued
 *   (llhttp 8.1 may take a bare CR for a newline: CVE-2023-30589);
 * - the one transfer coding is "chunked", said once, in HTTP/1.1; no trailer follows;
 * - 1xx, 204 and 304 have no body, whatever their Content-Length says.
 */
#include "http_filter.h"

#include <errno.h>
#include <llhttp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 64 * 1024 };

enum part { PART_HEAD, PART_BODY, PART_DONE };

struct http_filter {
	struct poe_filter filter;
	llhttp_t parser;
	enum part part;
	size_t head_octets;        /* of all heads, interim ones too */
	size_t looked;             /* octets of a head still incomplete that have passed is_odd */
	bool is_coding;            /* the header being read is Transfer-Encoding */
	int codings;
	struct http_response seen; /* what is known of the response so far */
};

static void response_release(struct poe_object *object)
{
	free((struct http_response *)object);
}

static const struct poe_type response_type = { .name = "http response", .release = response_release };

struct http_response *http_response(const struct poe_event *ev)
{
	return (struct http_response *)poe_arg_obj(ev, 0, &response_type);
}

/* llhttp gets each head in one piece, so a name or a value is one call each.  A name in the body is a trailer's. */
static int header_field(llhttp_t *parser, const char *name, size_t length)
{
	struct http_filter *me = parser->data;
	static const char coding[] = "transfer-encoding";

	if (me->part != PART_HEAD)
		return -1;
	me->seen.headers++;
	me->is_coding = length == sizeof coding - 1 && strncasecmp(name, coding, length) == 0;
	return 0;
}

static int header_value(llhttp_t *parser, const char *value, size_t length)
{
	struct http_filter *me = parser->data;
	static const char chunked[] = "chunked";

	if (!me->is_coding)
		return 0;
	if (++me->codings > 1 || parser->http_minor == 0)
		return -1;
	return length == sizeof chunked - 1 && strncasecmp(value, chunked, length) == 0 ? 0 : -1;
}

/* 1 says to llhttp: there is no body.  101 would be the end of HTTP here, which a GET did not ask for. */
static int headers_complete(llhttp_t *parser)
{
	struct http_filter *me = parser->data;
	int status = parser->status_code;

	if (parser->http_major != 1 || status < 100 || status > 599 || status == 101)
		return -1;
	if (status == 204 && parser->content_length > 0)
		return -1;
	me->part = PART_BODY;
	me->seen.status = status;
	return status < 200 || status == 204 || status == 304;
}

static int body(llhttp_t *parser, const char *octets, size_t length)
{
	struct http_filter *me = parser->data;

	(void)octets;
	me->seen.body += length;
	return 0;
}

/* After an interim response comes another head; after the real one llhttp stops, and says where. */
static int message_complete(llhttp_t *parser)
{
	struct http_filter *me = parser->data;

	if (me->seen.status < 200) {
		me->part = PART_HEAD;
		me->seen.headers = 0;
		me->codings = 0;
		return 0;
	}
	me->part = PART_DONE;
	me->seen.keep_alive = llhttp_should_keep_alive(parser);
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_header_field = header_field,
	.on_header_value = header_value,
	.on_headers_complete = headers_complete,
	.on_body = body,
	.on_message_complete = message_complete,
};

/* A response begins at once; its lines end in CR LF and begin neither with a blank nor with an empty name. */
static bool is_odd(const char *head, size_t i)
{
	if (i == 0)
		return head[0] != 'H';
	if (head[i] == '\n')
		return head[i - 1] != '\r';
	if (head[i - 1] == '\r')
		return true;
	return head[i - 1] == '\n' && strchr(" \t:", head[i]) != NULL;
}

static int refuse(int error_num)
{
	errno = error_num;
	return -1;
}

/* Octets of the head, its empty line included; 0 while it is not all there; -1 with errno. */
static ssize_t head_length(struct http_filter *me, const char *head, size_t length)
{
	for (size_t i = me->looked; i < length; i++) {
		if (is_odd(head, i))
			return refuse(EPROTO);
		if (++me->head_octets > HEAD_MAX)
			return refuse(EMSGSIZE);
		if (i >= 3 && memcmp(head + i - 3, "\r\n\r\n", 4) == 0) {
			me->looked = 0;
			return (ssize_t)i + 1;
		}
	}
	me->looked = length;
	return 0;
}

/* Octets that llhttp has used: all of them, or those up to the response's end. */
static ssize_t feed(struct http_filter *me, const char *octets, size_t length)
{
	llhttp_errno_t error = llhttp_execute(&me->parser, octets, length);

	if (error == HPE_OK)
		return (ssize_t)length;
	if (error == HPE_PAUSED && me->part == PART_DONE)
		return llhttp_get_error_pos(&me->parser) - octets;
	return refuse(EPROTO);
}

/* The record is a copy: whoever takes it out of the event may keep it. */
static int give(const struct http_filter *me, struct poe_frame *frame)
{
	struct http_response *response = malloc(sizeof *response);

	if (response == NULL)
		return refuse(ENOMEM);
	*response = me->seen;
	frame->record = poe_obj(&response->object);
	return 1;
}

/* A head is kept in the wheel's buffer until it is whole; a body is used up as it comes. */
static int get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct http_filter *me = (struct http_filter *)f;

	frame->consumed = 0;
	while (me->part != PART_DONE && frame->consumed < length) {
		const char *octets = data + frame->consumed;
		ssize_t n = (ssize_t)(length - frame->consumed);

		if (me->part == PART_HEAD)
			n = head_length(me, octets, (size_t)n);
		if (n > 0)
			n = feed(me, octets, (size_t)n);
		if (n <= 0)
			return (int)n;
		frame->consumed += (size_t)n;
	}
	if (frame->consumed < length)
		return refuse(EPROTO);
	return me->part == PART_DONE ? give(me, frame) : 0;
}

static int put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	(void)f;
	if (record->kind != POE_STR && record->kind != POE_BYTES)
		return refuse(EINVAL);
	return poe_output_add(out, record->as.s, record->length);
}

static struct poe_filter *clone(const struct poe_filter *f)
{
	(void)f;
	return http_filter_new();
}

static void filter_free(struct poe_filter *f)
{
	free((struct http_filter *)f);
}

static const struct poe_filter_ops ops = {
	.name = "http",
	.get_one = get_one,
	.put = put,
	.clone = clone,
	.free = filter_free,
};

struct poe_filter *http_filter_new(void)
{
	struct http_filter *me = calloc(1, sizeof *me);

	if (me == NULL)
		return NULL;
	me->filter.ops = &ops;
	me->seen.object.type = &response_type;
	llhttp_init(&me->parser, HTTP_RESPONSE, &settings);
	me->parser.data = me;
	return &me->filter;
}

int http_filter_finish(struct poe_filter *f, struct http_response *response)
{
	struct http_filter *me = (struct http_filter *)f;

	if (me->part != PART_BODY)
		return refuse(EPROTO);
	(void)llhttp_finish(&me->parser);
	if (me->part != PART_DONE)
		return refuse(EPROTO);
	*response = me->seen;
	return 0;
}
