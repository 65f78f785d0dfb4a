#include "framing.h"

#include <errno.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct run {
	struct poe_filter *filter;
	char *pending; /* of its exact size, so that a sanitizer sees a step beyond */
	size_t length;
	char log[4096];
	size_t logged;
	int failed;
};

static void note(struct run *r, const char *octets, size_t length)
{
	assert_true(r->logged + length < sizeof r->log);
	memcpy(r->log + r->logged, octets, length);
	r->logged += length;
	r->log[r->logged] = '\0';
}

static size_t write_octets(char *to, const struct poe_value *record)
{
	if (record->kind == POE_STR)
		assert_int_equal(record->as.s[record->length], '\0');
	for (uint32_t i = 0; i < record->length; i++)
		to[i] = record->as.s[i] != '\0' ? record->as.s[i] : '0';
	return record->length;
}

static size_t write_object(char *to, const struct poe_array *array)
{
	size_t length = 0;

	if (array->object.type != &poe_array_type)
		return (size_t)sprintf(to, "<%s>", array->object.type->name);
	for (size_t i = 0; i < array->count; i++) {
		to[length++] = i == 0 ? '(' : ' ';
		length += framing_write(to + length, &array->values[i]);
	}
	to[length++] = ')';
	return length;
}

size_t framing_write(char *to, const struct poe_value *record)
{
	if (record->kind == POE_INT)
		return (size_t)sprintf(to, "%lld", (long long)record->as.i);
	if (record->kind == POE_OBJ)
		return write_object(to, (const struct poe_array *)record->as.o);
	return write_octets(to, record);
}

static void note_record(struct run *r, struct poe_value *record)
{
	char text[4096] = "[";
	size_t length = 1 + framing_write(text + 1, record);

	text[length] = ']';
	note(r, text, length + 1);
	if (record->kind == POE_OBJ)
		poe_value_release(record);
}

static void note_error(struct run *r)
{
	const char *name = strerrorname_np(errno);

	r->failed = 1;
	note(r, "!", 1);
	note(r, name, strlen(name));
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
	int holds = r->filter->ops->pending != NULL, got = 1;

	r->pending = realloc(r->pending, r->length + length + 1);
	memcpy(r->pending + r->length, octets, length);
	r->length += length;
	drop_front(r, 0);
	while (!r->failed && (r->length > 0 || holds) && got > 0) {
		struct poe_frame frame = { .consumed = 0 };

		got = r->filter->ops->get_one(r->filter, r->pending, r->length, &frame);
		if (got < 0)
			note_error(r);
		if (got > 0)
			note_record(r, &frame.record);
		drop_front(r, frame.consumed);
	}
}

static void finish(struct run *r, const char *expected)
{
	char left[32];

	if (!r->failed && r->length > 0)
		note(r, left, (size_t)snprintf(left, sizeof left, "+%zu", r->length));
	free(r->pending);
	poe_filter_free(r->filter);
	assert_string_equal(r->log, expected);
}

void framing_assert(const struct poe_filter *f, const char *octets, size_t length, const char *expected)
{
	for (size_t cut = 0; cut <= length; cut++) {
		struct run two = { .filter = poe_filter_clone(f) };

		feed(&two, octets, cut);
		feed(&two, octets + cut, length - cut);
		finish(&two, expected);
	}
	struct run single = { .filter = poe_filter_clone(f) };

	for (size_t i = 0; i < length; i++)
		feed(&single, octets + i, 1);
	finish(&single, expected);
}

void framing_assert_text(struct poe_filter *f, const char *text, const char *expected)
{
	assert_non_null(f);
	framing_assert(f, text, strlen(text), expected);
	poe_filter_free(f);
}

void framing_assert_reads(struct poe_filter *f, const char *const *reads, const char *expected)
{
	struct run r = { .filter = f };

	assert_non_null(f);
	for (; *reads != NULL; reads++)
		feed(&r, *reads, strlen(*reads));
	finish(&r, expected);
}

struct sink {
	struct poe_driver driver;
	char octets[1024];
	size_t length;
};

static ssize_t sink_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct sink *s = (struct sink *)d;
	size_t before = s->length;

	for (int i = 0; i < count; i++) {
		assert_true(s->length + parts[i].iov_len <= sizeof s->octets);
		memcpy(s->octets + s->length, parts[i].iov_base, parts[i].iov_len);
		s->length += parts[i].iov_len;
	}
	return (ssize_t)(s->length - before);
}

void framing_assert_put(struct poe_filter *f, struct poe_value record, const char *octets, size_t length)
{
	static const struct poe_driver_ops ops = { .name = "sink", .write = sink_write };
	struct sink sink = { .driver = { &ops } };
	struct poe_output *out = poe_output_new();
	int result = f->ops->put(f, &record, out);

	if (length == 0) {
		assert_int_equal(result, -1);
		assert_int_equal(errno, EINVAL);
	} else {
		assert_int_equal(result, 0);
		assert_int_equal(poe_output_flush(out, &sink.driver), 0);
		assert_int_equal(sink.length, length);
		assert_memory_equal(sink.octets, octets, length);
	}
	poe_output_free(out);
	poe_filter_free(f);
}
