/*
 * Input: where octets wait for their filter.
 *
 * A read is framed where the reader has put it, on its stack mostly, and only
 * what is left over unframed is copied, to a buffer that exists as long as
 * something is in it.  An idle wheel holds no input memory at all.
 */
#include "input.h"
#include "filter/filter.h"

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
	in->dry = false;
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

bool input_may_frame(const struct input *in)
{
	return !in->dry && (in->length > 0 || in->filter->ops->pending != NULL);
}

void input_look_again(struct input *in)
{
	in->dry = false;
}

/* What a filter has taken in before it fails is not there for the next one. */
int input_next(struct input *in, struct poe_value *record)
{
	struct poe_frame frame = { .consumed = 0 };
	char nothing[1]; /* what a filter is asked with when no octet is there */
	char *data = in->length > 0 ? in->data : nothing;
	int got = in->filter->ops->get_one(in->filter, data, in->length, &frame);

	if (frame.consumed > 0)
		in->data += frame.consumed;
	in->length -= frame.consumed;
	in->dry = got <= 0;
	if (got == 0 && in->length > in->max) {
		errno = EMSGSIZE;
		return -1;
	}
	if (got <= 0)
		return got;
	in->lending = in->filter;
	*record = frame.record;
	return 1;
}

void input_returned(struct input *in)
{
	in->lending = NULL;
	poe_filter_free(in->replaced);
	in->replaced = NULL;
	free(in->spare);
	in->spare = NULL;
}

/* What a filter hands over when another one takes its place. */
struct handover {
	struct poe_sink sink;
	struct input octets; /* only its buffer is used */
};

static int take_octets(struct poe_sink *sink, const struct poe_value *record)
{
	struct handover *h = (struct handover *)sink;

	if (filter_check_octets(record) < 0) {
		filter_release(record);
		return -1;
	}
	return record->length > 0 ? append(&h->octets, record->as.s, record->length) : 0;
}

/* The record that is lent may be in the buffer, whose place another one takes. */
static void replace_buffer(struct input *in, const struct input *by)
{
	if (in->lending != NULL && in->spare == NULL)
		in->spare = in->buffer;
	else
		free(in->buffer);
	in->buffer = by->buffer;
	in->data = by->data;
	in->length = by->length;
	in->room = by->room;
	in->lent = false;
}

int input_switch(struct input *in, struct poe_filter *f)
{
	struct handover h = { .sink = { take_octets } };
	struct poe_filter *old = in->filter;

	in->filter = f;
	in->dry = false;
	if (old == f || old->ops->pending == NULL)
		return 0;
	if (old->ops->pending(old, &h.sink) < 0 ||
	    (h.octets.length > 0 && in->length > 0 && append(&h.octets, in->data, in->length) < 0)) {
		free(h.octets.buffer);
		return -1;
	}
	if (h.octets.length > 0)
		replace_buffer(in, &h.octets);
	return 0;
}

void input_drop_filter(struct input *in, struct poe_filter *f)
{
	if (f == in->lending)
		in->replaced = f;
	else
		poe_filter_free(f);
}

static int let_fall(struct poe_sink *sink, const struct poe_value *record)
{
	(void)sink;
	filter_release(record);
	return 0;
}

void input_drop(struct input *in)
{
	struct poe_sink nowhere = { let_fall };

	if (in->filter->ops->pending != NULL)
		in->filter->ops->pending(in->filter, &nowhere);
	in->length = 0;
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
	free(in->spare);
}
