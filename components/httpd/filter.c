/*
 * The HTTPD filter: its settings, and its way in from one head to the next.
 * After POE::Filter::HTTPD.
 *
 * A refused request is not used up: whoever takes over can look at it, and for
 * this filter the stream is over.
 */
#include "filter.h"
#include "head.h"

#include <errno.h>
#include <stdlib.h>

enum {
	DEFAULT_MAX_HEAD = 64 << 10,
	DEFAULT_MAX_HEADERS = 100,
	DEFAULT_MAX_CONTENT = 1 << 20
};

int httpd_hand_on(struct httpd *me, enum httpd_part next, struct poe_frame *frame)
{
	frame->record = httpd_request_value(me->request);
	me->request = NULL;
	me->part = next;
	me->lines = (struct httpd_lines){ 0 };
	return 1;
}

int httpd_refuse(struct httpd *me, int status, struct poe_frame *frame)
{
	if (me->request == NULL)
		me->request = httpd_request_refused(status);
	if (me->request == NULL)
		return -1;
	me->request->seen.status = status;
	return httpd_hand_on(me, HTTPD_PART_REFUSED, frame);
}

static int head_is_whole(struct httpd *me, char *data, size_t length, struct poe_frame *frame)
{
	struct httpd_request *r = me->request;
	bool has_body = r->chunked || r->content_length > 0;

	if (!me->plan.streaming && r->content_length > me->plan.max_content)
		return httpd_refuse(me, 413, frame);
	me->left = r->content_length;
	me->collected = 0;
	me->part = r->chunked ? HTTPD_PART_CHUNKS : HTTPD_PART_CONTENT;
	if (has_body && !me->plan.streaming) {
		httpd_chunks_start(&me->chunks, r->head_length);
		return httpd_body_get(me, data, length, frame);
	}
	httpd_chunks_start(&me->chunks, 0);
	r->seen.body_follows = has_body;
	frame->consumed += r->head_length;
	if (r->connect)
		return httpd_hand_on(me, HTTPD_PART_TUNNEL, frame);
	return httpd_hand_on(me, has_body ? me->part : HTTPD_PART_HEAD, frame);
}

/* Looks at what has come of a head.  0, or the status to refuse it with. */
static int look(struct httpd *me, const char *data, size_t length, enum httpd_look *got)
{
	size_t most = length < me->plan.max_head ? length : me->plan.max_head;

	while ((*got = httpd_lines_next(&me->lines, data, most)) == HTTPD_LINES_LINE) {
		int status = me->lines.count == 1 ? httpd_lines_request(data, me->lines.looked) : 0;

		if (status != 0)
			return status;
	}
	if (*got == HTTPD_LINES_ODD)
		return 400;
	if (*got == HTTPD_LINES_MORE && length > most)
		return me->lines.count == 0 ? 414 : 431;
	/* The request line and the empty one are no headers. */
	return *got == HTTPD_LINES_WHOLE && me->lines.count - 2 > me->plan.max_headers ? 431 : 0;
}

/* Empty lines ahead of a request are those of clients that end a body with one. */
static size_t empty_lines(const struct httpd *me, const char *data, size_t length)
{
	size_t n = 0;

	while (me->lines.looked == 0 && length - n >= 2 && data[n] == '\r' && data[n + 1] == '\n')
		n += 2;
	return n;
}

static int get_head(struct httpd *me, char *data, size_t length, struct poe_frame *frame)
{
	enum httpd_look got;
	int status;

	frame->consumed = empty_lines(me, data, length);
	data += frame->consumed;
	length -= frame->consumed;
	/* Half an empty line, or half of something odd. */
	if (length == 0 || (length == 1 && data[0] == '\r'))
		return 0;
	status = look(me, data, length, &got);
	if (status != 0)
		return httpd_refuse(me, status, frame);
	if (got != HTTPD_LINES_WHOLE)
		return 0;
	me->request = httpd_request_read(data, &me->lines);
	if (me->request == NULL)
		return -1;
	if (me->request->seen.status != 0)
		return httpd_refuse(me, me->request->seen.status, frame);
	return head_is_whole(me, data, length, frame);
}

static int httpd_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct httpd *me = (struct httpd *)f;

	frame->consumed = 0;
	if (me->part == HTTPD_PART_HEAD)
		return get_head(me, data, length, frame);
	if (me->part == HTTPD_PART_TUNNEL)
		return 0;
	if (me->part == HTTPD_PART_REFUSED) {
		errno = EPROTO;
		return -1;
	}
	return httpd_body_get(me, data, length, frame);
}

static int httpd_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	struct httpd *me = (struct httpd *)f;

	return httpd_send(&me->sending, record, out);
}

static struct poe_filter *httpd_clone(const struct poe_filter *f)
{
	const struct httpd *me = (const struct httpd *)f;

	return poe_filter_httpd(&me->plan);
}

static void httpd_free(struct poe_filter *f)
{
	struct httpd *me = (struct httpd *)f;

	httpd_request_free(me->request);
	free(me);
}

static const struct poe_filter_ops httpd_ops = {
	.name = "httpd",
	.get_one = httpd_get_one,
	.put = httpd_put,
	.clone = httpd_clone,
	.free = httpd_free,
};

struct poe_filter *poe_filter_httpd(const struct poe_filter_httpd_plan *plan)
{
	struct httpd *me = calloc(1, sizeof *me);

	if (me == NULL)
		return NULL;
	me->filter.ops = &httpd_ops;
	if (plan != NULL)
		me->plan = *plan;
	if (me->plan.max_head == 0)
		me->plan.max_head = DEFAULT_MAX_HEAD;
	if (me->plan.max_headers == 0)
		me->plan.max_headers = DEFAULT_MAX_HEADERS;
	if (me->plan.max_content == 0)
		me->plan.max_content = DEFAULT_MAX_CONTENT;
	return &me->filter;
}
