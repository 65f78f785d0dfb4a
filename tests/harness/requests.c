#include "requests.h"

#include <errno.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { LOG = 8192 };

struct run {
	struct poe_filter *filter;
	char *pending; /* of its exact size, so that a sanitizer sees a step beyond */
	size_t length;
	char log[LOG];
	size_t logged;
	int failed, in_piece;
};

__attribute__((format(printf, 2, 3))) static void note(struct run *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	r->logged += (size_t)vsnprintf(r->log + r->logged, LOG - r->logged, format, args);
	va_end(args);
	assert_true(r->logged < LOG);
}

static void note_request(struct run *r, const struct poe_http_request *q)
{
	if (q->status != 0)
		note(r, "%d;", q->status);
	if (q->status != 0)
		return;
	note(r, "%s %s %d ", q->method, q->target, q->version);
	for (size_t i = 0; i < q->header_count; i++)
		note(r, "%s%s=%s", i > 0 ? "," : "", q->headers[i].name, q->headers[i].value);
	if (q->body != NULL) {
		assert_int_equal(q->body[q->body_length], '\0');
		note(r, " \"%.*s\"", (int)q->body_length, q->body);
	}
	note(r, q->body_follows ? "..." : ";");
}

static void note_piece(struct run *r, const struct poe_value *piece)
{
	assert_int_equal(piece->kind, POE_BYTES);
	if (!r->in_piece)
		note(r, "<");
	r->in_piece = piece->length > 0;
	if (r->in_piece)
		note(r, "%.*s", (int)piece->length, piece->as.s);
	else
		note(r, ">;");
}

static void note_record(struct run *r, const struct poe_value *record)
{
	if (record->kind != POE_OBJ) {
		note_piece(r, record);
		return;
	}
	note_request(r, (const struct poe_http_request *)record->as.o);
	record->as.o->type->release(record->as.o);
}

static void drop_front(struct run *r, size_t length)
{
	char *rest;

	assert_true(length <= r->length);
	rest = malloc(r->length - length + (r->length == length));
	memcpy(rest, r->pending + length, r->length - length);
	free(r->pending);
	r->pending = rest;
	r->length -= length;
}

static void feed(struct run *r, const char *octets, size_t length)
{
	struct poe_frame frame = { .consumed = 0 };
	int got = 1;

	r->pending = realloc(r->pending, r->length + length + 1);
	memcpy(r->pending + r->length, octets, length);
	r->length += length;
	drop_front(r, 0);
	while (!r->failed && r->length > 0 && got > 0) {
		got = r->filter->ops->get_one(r->filter, r->pending, r->length, &frame);
		if (got < 0)
			note(r, "!%s", errno == EPROTO ? "EPROTO" : "?");
		r->failed = got < 0;
		if (got > 0)
			note_record(r, &frame.record);
		if (got >= 0)
			drop_front(r, frame.consumed);
	}
}

static void finish(struct run *r, const char *expected)
{
	if (!r->failed && r->length > 0)
		note(r, "+%zu", r->length);
	free(r->pending);
	poe_filter_free(r->filter);
	assert_string_equal(r->log, expected);
}

/* Two pieces at each place of a short text; of a long one where it begins and where it ends. */
static size_t next_cut(size_t cut, size_t length)
{
	return length > 1000 && cut > 200 && cut + 200 < length ? length - 200 : cut + 1;
}

void requests_assert_octets(const struct poe_filter_httpd_plan *plan, const char *octets, size_t length,
			    const char *expected)
{
	for (size_t cut = 0; cut <= length; cut = next_cut(cut, length)) {
		struct run two = { .filter = poe_filter_httpd(plan) };

		feed(&two, octets, cut);
		feed(&two, octets + cut, length - cut);
		finish(&two, expected);
	}
	struct run single = { .filter = poe_filter_httpd(plan) };
	size_t step = length > 1000 ? 997 : 1;

	for (size_t i = 0; i < length; i += step)
		feed(&single, octets + i, length - i < step ? length - i : step);
	finish(&single, expected);
}

void requests_assert(const struct poe_filter_httpd_plan *plan, const char *text, const char *expected)
{
	requests_assert_octets(plan, text, strlen(text), expected);
}

void requests_assert_refused(const char *text, int status)
{
	char expected[32];

	snprintf(expected, sizeof expected, "%d;!EPROTO", status);
	requests_assert(NULL, text, expected);
}

struct sink {
	struct poe_driver driver;
	char octets[4096];
	size_t length;
};

static ssize_t sink_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct sink *s = (struct sink *)d;
	size_t before = s->length;

	for (int i = 0; i < count; i++) {
		assert_true(s->length + parts[i].iov_len < sizeof s->octets);
		memcpy(s->octets + s->length, parts[i].iov_base, parts[i].iov_len);
		s->length += parts[i].iov_len;
	}
	return (ssize_t)(s->length - before);
}

void requests_assert_put(struct poe_filter *f, struct poe_value record, const char *octets)
{
	static const struct poe_driver_ops ops = { .name = "sink", .write = sink_write };
	struct sink sink = { .driver = { &ops } };
	struct poe_output *out = poe_output_new();

	errno = 0;
	assert_int_equal(f->ops->put(f, &record, out), octets != NULL ? 0 : -1);
	assert_int_equal(errno, octets != NULL ? 0 : EINVAL);
	assert_int_equal(poe_output_flush(out, &sink.driver), 0);
	assert_string_equal(sink.octets, octets != NULL ? octets : "");
	poe_output_free(out);
}
