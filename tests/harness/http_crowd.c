/* See http_crowd.h. */
#include "http_crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int http_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	const char *end = memmem(data, length, "\r\n\r\n", 4), *field;
	size_t whole;

	(void)f;
	if (end == NULL)
		return 0;
	field = memmem(data, (size_t)(end - data) + 2, "Content-Length: ", 16);
	assert_non_null(field);
	whole = (size_t)(end + 4 - data) + strtoul(field + 16, NULL, 10);
	if (length < whole)
		return 0;
	frame->record = poe_bytes(data, whole);
	frame->consumed = whole;
	return 1;
}

static void http_free(struct poe_filter *f)
{
	free(f);
}

struct poe_filter *http_crowd_filter(void)
{
	static const struct poe_filter_ops ops = { .name = "http", .get_one = http_get_one, .free = http_free };
	struct poe_filter *f = malloc(sizeof *f);

	assert_non_null(f);
	f->ops = &ops;
	return f;
}

void http_crowd_ask(int number, char text[128])
{
	snprintf(text, 128, "GET /%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", number);
}

int http_crowd_read_on(struct crowd *c, int number, const struct poe_value *record)
{
	const char *body = memmem(record->as.s, record->length, "\r\n\r\n", 4);
	char text[64] = "";
	int path = -1, process = 0;

	assert_memory_equal(record->as.s, "HTTP/1.1 200 ", 13);
	memcpy(text, body, (size_t)(record->as.s + record->length - body));
	assert_int_equal(sscanf(text + 4, "/%d %d", &path, &process), 2);
	assert_int_equal(path, number);
	c->numbers[1] += process != c->numbers[0];
	c->numbers[0] = process;
	return 0;
}

int http_crowd_read(struct crowd *c, int number, const struct poe_value *record)
{
	http_crowd_read_on(c, number, record);
	return memmem(record->as.s, record->length, "Connection: close", 17) != NULL;
}
