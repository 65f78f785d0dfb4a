#include "http_filter.h"

#include <errno.h>
#include <poe/driver.h>
#include <stdlib.h>
#include <string.h>

static const char head_end[] = "\r\n\r\n", length_field[] = "\r\nContent-Length: ";

/* The number behind "Content-Length: ", at least one digit and no more than 9; -1 if there is none. */
static long body_length(const char *head, size_t length)
{
	const char *field = memmem(head, length, length_field, sizeof length_field - 1);
	long number = 0;
	int digits = 0;

	if (field == NULL)
		return -1;
	/* The head ends with something else than a digit. */
	for (field += sizeof length_field - 1; *field >= '0' && *field <= '9' && digits < 10; field++, digits++)
		number = number * 10 + (*field - '0');
	return digits > 0 && digits < 10 ? number : -1;
}

static int get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	const char *end = memmem(data, length, head_end, sizeof head_end - 1);
	size_t head;
	long body;

	(void)f;
	frame->consumed = 0;
	if (end == NULL)
		return 0;
	head = (size_t)(end - data) + sizeof head_end - 1;
	body = body_length(data, head);
	if (body == -1) {
		errno = EPROTO;
		return -1;
	}
	if (length - head < (size_t)body)
		return 0;
	frame->consumed = head + (size_t)body;
	frame->record = poe_bytes(data, frame->consumed);
	return 1;
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
