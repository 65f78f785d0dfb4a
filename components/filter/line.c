/*
 * The Line filter: which octets end a line.  After POE::Filter::Line.
 *
 * Every split of the input gives the same lines.  A line is handed on with its
 * newline's first octet; when that octet is the last one here, the second half
 * of a pair (CR LF, LF CR) may be the first of the next read, and is dropped
 * then.  POE makes an empty line of it.  The price: a filter that takes over
 * between the two halves finds the second one in its input, so whoever
 * switches filters after a line should name the newline.
 */
#include "filter.h"

#include <errno.h>
#include <poe/driver.h>
#include <stdlib.h>

enum {
	DEFAULT_MAX_LENGTH = 64 << 20,
	WINDOW = 512 /* octets searched for either newline before going on */
};

enum newline {
	ANY,     /* CR LF, LF CR, CR or LF, in any mix */
	LITERAL, /* the text asked for */
	DETECT   /* the first newline seen, of those of ANY */
};

struct line {
	struct poe_filter filter;
	enum newline newline;
	size_t max_length;
	size_t input_length, output_length;
	/* From here on: what it has seen. */
	char partner;          /* drop this octet if it comes first, it is half of a newline; 0: none */
	char detected[2];
	size_t detected_length; /* 0: not yet */
	size_t scanned;        /* octets at the front in which no newline begins */
	char text[];           /* the input literal, then the output literal */
};

/* Where a line ends.  Without a newline, size is 0 and offset the first place where one may begin. */
struct ending {
	size_t offset, size;
};

static char partner_of(char newline)
{
	return newline == '\n' ? '\r' : '\n';
}

/* Searches by windows, as a text with only one of the two would else be searched for the other to its end. */
static const char *first_newline(const char *from, const char *end)
{
	while (from < end) {
		size_t n = end - from < WINDOW ? (size_t)(end - from) : (size_t)WINDOW;
		const char *lf = memchr(from, '\n', n);
		const char *cr = memchr(from, '\r', lf != NULL ? (size_t)(lf - from) : n);

		if (cr != NULL || lf != NULL)
			return cr != NULL ? cr : lf;
		from += n;
	}
	return NULL;
}

static struct ending find_any(struct line *l, const char *data, size_t length)
{
	const char *at = first_newline(data + l->scanned, data + length);
	struct ending e = { .offset = length };

	if (at == NULL)
		return e;
	e.offset = (size_t)(at - data);
	e.size = 1;
	if (e.offset + 1 == length)
		l->partner = partner_of(*at);
	else if (at[1] == partner_of(*at))
		e.size = 2;
	if (l->newline == DETECT) {
		l->detected[0] = *at;
		l->detected[1] = partner_of(*at);
		l->detected_length = e.size;
	}
	return e;
}

static struct ending find_literal(const struct line *l, const char *data, size_t length)
{
	const char *literal = l->newline == DETECT ? l->detected : l->text;
	size_t size = l->newline == DETECT ? l->detected_length : l->input_length;
	const char *at = memmem(data + l->scanned, length - l->scanned, literal, size);

	if (at != NULL)
		return (struct ending){ .offset = (size_t)(at - data), .size = size };
	return (struct ending){ .offset = length < size ? l->scanned : length - size + 1 };
}

/* Returns 1 if the first octet is the second half of the newline before, which a detected one then has. */
static size_t drop_partner(struct line *l, const char *data, size_t length)
{
	size_t dropped;

	if (l->partner == '\0' || length == 0)
		return 0;
	dropped = data[0] == l->partner;
	l->partner = '\0';
	if (l->newline == DETECT)
		l->detected_length = 1 + dropped;
	return dropped;
}

static int line_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct line *l = (struct line *)f;
	size_t dropped = drop_partner(l, data, length);
	char *line = data + dropped;
	struct ending e;

	if (l->newline == LITERAL || l->detected_length > 0)
		e = find_literal(l, line, length - dropped);
	else
		e = find_any(l, line, length - dropped);
	frame->consumed = dropped;
	if (e.offset > l->max_length) {
		errno = EMSGSIZE;
		return -1;
	}
	l->scanned = e.size == 0 ? e.offset : 0;
	if (e.size == 0)
		return 0;
	line[e.offset] = '\0';
	frame->record = poe_bytes(line, e.offset);
	frame->record.kind = POE_STR;
	frame->consumed = dropped + e.offset + e.size;
	return 1;
}

static int line_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	const struct line *l = (const struct line *)f;

	if (filter_check_octets(record) < 0 || poe_output_add(out, record->as.s, record->length) < 0)
		return -1;
	return poe_output_add(out, l->text + l->input_length, l->output_length);
}

static struct poe_filter *line_clone(const struct poe_filter *f)
{
	const struct line *l = (const struct line *)f;
	size_t size = sizeof *l + l->input_length + l->output_length;
	struct line *copy = malloc(size);

	if (copy == NULL)
		return NULL;
	memcpy(copy, l, size);
	copy->partner = '\0';
	copy->detected_length = 0;
	copy->scanned = 0;
	return &copy->filter;
}

static void line_free(struct poe_filter *f)
{
	free(f);
}

static const struct poe_filter_ops line_ops = {
	.name = "line",
	.get_one = line_get_one,
	.put = line_put,
	.clone = line_clone,
	.free = line_free,
};

static enum newline newline_of(const char *input)
{
	if (input == NULL)
		return ANY;
	return input[0] != '\0' ? LITERAL : DETECT;
}

struct poe_filter *poe_filter_line(const struct poe_filter_line_plan *plan)
{
	static const struct poe_filter_line_plan defaults = { 0 };
	const struct poe_filter_line_plan *p = plan != NULL ? plan : &defaults;
	const char *input = p->input_literal != NULL ? p->input_literal : p->literal;
	const char *output = p->output_literal != NULL ? p->output_literal : p->literal;
	struct line *l;

	if (p->max_length >= UINT32_MAX || (p->literal != NULL && p->literal[0] == '\0')) {
		errno = EINVAL;
		return NULL;
	}
	if (output == NULL)
		output = "\r\n";
	l = calloc(1, sizeof *l + strlen(output) + (input != NULL ? strlen(input) : 0));
	if (l == NULL)
		return NULL;
	l->filter.ops = &line_ops;
	l->newline = newline_of(input);
	l->max_length = p->max_length > 0 ? p->max_length : DEFAULT_MAX_LENGTH;
	l->input_length = input != NULL ? strlen(input) : 0;
	l->output_length = strlen(output);
	if (input != NULL)
		memcpy(l->text, input, l->input_length);
	memcpy(l->text + l->input_length, output, l->output_length);
	return &l->filter;
}
