#include "http_filter.h"

#include <errno.h>
#include <poe/driver.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_DIGITS = 9 };

static const char length_field[] = "Content-Length:";

struct head {
	size_t length; /* its empty line included */
	long body;     /* -1: not told */
};

/* What follows "Content-Length:".  The line ends with something else than a digit. */
static long read_number(const char *text)
{
	long number = 0;
	int digits;

	while (*text == ' ')
		text++;
	for (digits = 0; text[digits] >= '0' && text[digits] <= '9'; digits++) {
		if (digits == MOST_DIGITS)
			return -1;
		number = number * 10 + (text[digits] - '0');
	}
	return digits > 0 ? number : -1;
}

/* Goes through the head line by line.  False when its end is not there yet. */
static int read_head(const char *data, size_t length, struct head *head)
{
	const char *line = data, *end = data + length, *newline;

	head->body = -1;
	while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		size_t size = (size_t)(newline - line);

		if (size <= 1) {
			head->length = (size_t)(newline + 1 - data);
			return 1;
		}
		if (size >= sizeof length_field && strncasecmp(line, length_field, sizeof length_field - 1) == 0)
			head->body = read_number(line + sizeof length_field - 1);
		line = newline + 1;
	}
	return 0;
}

static int get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct head head;

	(void)f;
	frame->consumed = 0;
	if (!read_head(data, length, &head))
		return 0;
	if (head.body == -1) {
		errno = EPROTO;
		return -1;
	}
	if (length - head.length < (size_t)head.body)
		return 0;
	frame->consumed = head.length + (size_t)head.body;
	frame->record = poe_bytes(data, frame->consumed);
	return 1;
}

struct pieces {
	struct poe_filter filter;
	size_t left; /* of the body */
};

static int get_piece(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct pieces *me = (struct pieces *)(void *)f;
	struct head head;

	frame->consumed = 0;
	if (me->left > 0 && length > 0) {
		frame->consumed = length < me->left ? length : me->left;
		me->left -= frame->consumed;
	} else if (read_head(data, length, &head)) {
		frame->consumed = head.length;
		me->left = head.body > 0 ? (size_t)head.body : 0;
	}
	frame->record = poe_bytes(data, frame->consumed);
	return frame->consumed > 0;
}

static int put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	(void)f;
	if (record->kind == POE_STR || record->kind == POE_BYTES)
		return poe_output_add(out, record->as.s, record->length);
	errno = EINVAL;
	return -1;
}

static struct poe_filter *clone(const struct poe_filter *f)
{
	(void)f;
	return http_filter();
}

static void release(struct poe_filter *f)
{
	free(f);
}

struct poe_filter *http_filter(void)
{
	static const struct poe_filter_ops ops = {
		.name = "http", .get_one = get_one, .put = put, .clone = clone, .free = release };
	struct poe_filter *f = malloc(sizeof *f);

	if (f != NULL)
		f->ops = &ops;
	return f;
}

static struct poe_filter *clone_pieces(const struct poe_filter *f)
{
	(void)f;
	return http_pieces();
}

struct poe_filter *http_pieces(void)
{
	static const struct poe_filter_ops ops = {
		.name = "http pieces", .get_one = get_piece, .put = put, .clone = clone_pieces, .free = release };
	struct pieces *pieces = calloc(1, sizeof *pieces);

	if (pieces == NULL)
		return NULL;
	pieces->filter.ops = &ops;
	return &pieces->filter;
}
