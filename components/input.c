/*
 * Input: where octets wait for their filter.
 *
 * A read is framed where the reader has put it, on its stack mostly, and only
 * what is left over unframed is copied, to a buffer that exists as long as
 * something is in it.  An idle wheel holds no input memory at all.
 */
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t room_for(size_t length)
{
	size_t room = 256;

	while (room < length)
		room *= 2;
	return room;
}

/* Moves what is pending to the buffer's front, with room for that many octets in all.  0, or -1/ENOMEM. */
static int make_room(struct input *in, size_t length)
{
	char *bigger;

	if (in->length > 0 && in->data != in->buffer)
		memmove(in->buffer, in->data, in->length);
	if (length > in->room) {
		bigger = realloc(in->buffer, room_for(length));
		if (bigger == NULL)
			return -1;
		in->buffer = bigger;
		in->room = room_for(length);
	}
	in->data = in->buffer;
	return 0;
}

/* Appends to what is in the buffer, which moves its front away only when its end is reached. */
static int append(struct input *in, const char *octets, size_t length)
{
	size_t start = in->length > 0 ? (size_t)(in->data - in->buffer) : 0;

	if (in->buffer == NULL || in->room - start < in->length + length) {
		if (make_room(in, in->length + length) < 0)
			return -1;
		start = 0;
	}
	memcpy(in->buffer + start + in->length, octets, length);
	in->data = in->buffer + start;
	in->length += length;
	return 0;
}

int input_add(struct input *in, char *octets, size_t length)
{
	if (in->length > 0)
		return append(in, octets, length);
	in->lent = true;
	in->data = octets;
	in->length = length;
	return 0;
}

int input_keep(struct input *in)
{
	const char *rest = in->data;
	size_t length = in->length;

	if (!in->lent)
		return 0;
	in->lent = false;
	in->length = 0;
	return length > 0 ? append(in, rest, length) : 0;
}

int input_next(struct input *in, struct poe_value *record)
{
	struct poe_frame frame = { .consumed = 0 };
	int got = in->filter->ops->get_one(in->filter, in->data, in->length, &frame);

	if (got < 0)
		return -1;
	in->data += frame.consumed;
	in->length -= frame.consumed;
	if (got == 0 && in->length > in->max) {
		errno = EMSGSIZE;
		return -1;
	}
	if (got == 0)
		return 0;
	in->lending = in->filter;
	*record = frame.record;
	return 1;
}

void input_returned(struct input *in)
{
	in->lending = NULL;
	poe_filter_free(in->replaced);
	in->replaced = NULL;
}

void input_drop_filter(struct input *in, struct poe_filter *f)
{
	if (f == in->lending)
		in->replaced = f;
	else
		poe_filter_free(f);
}

void input_trim(struct input *in)
{
	if (in->length > 0)
		return;
	free(in->buffer);
	in->buffer = NULL;
	in->room = 0;
}

void input_free(struct input *in)
{
	poe_filter_free(in->filter);
	poe_filter_free(in->replaced);
	free(in->buffer);
}
