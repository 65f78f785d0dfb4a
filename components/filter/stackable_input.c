/*
 * Framing with a stack.  The highest filter is asked; one that has nothing asks
 * the one below, down to the octets in the wheel.  So no more is framed at any
 * height than the record above needs, and all that lies higher comes out first.
 *
 * The lowest filter frames in the wheel's own memory, and what it leaves stays
 * there.  Those above copy: a record from below may be anybody's, a literal too.
 */
#include "stackable.h"
#include "filter.h"

static int next(struct stackable *s, struct stage *stage, struct poe_value *record);

static int next_read(struct stackable *s, struct poe_value *record)
{
	if (records_lend(&s->ahead, record))
		return 1;
	if (s->given || s->length == 0)
		return 0;
	s->given = true;
	*record = poe_bytes(s->data, s->length < UINT32_MAX ? s->length : UINT32_MAX - 1);
	return 1;
}

static int add(struct stackable *s, struct stage *stage, const struct poe_value *record)
{
	bool is_read = stage->below == NULL && record->as.s == s->data;

	if (filter_check_octets(record) < 0) {
		filter_release(record);
		return -1;
	}
	if (input_add(&stage->input, (char *)record->as.s, record->length) < 0)
		return -1;
	return is_read ? 0 : input_keep(&stage->input);
}

static int next_framed(struct stackable *s, struct stage *stage, struct poe_value *record)
{
	struct poe_value below;
	int got;

	for (;;) {
		got = input_may_frame(&stage->input) ? input_next(&stage->input, record) : 0;
		if (got != 0)
			return got;
		got = next(s, stage->below, &below);
		if (got <= 0)
			return got;
		if (add(s, stage, &below) < 0)
			return -1;
	}
}

static int next_taken(struct stackable *s, struct stage *stage, struct poe_value *record)
{
	struct poe_filter *f = stage->input.filter;
	struct poe_value below;
	int got;

	do {
		got = next(s, stage->below, &below);
		if (got <= 0)
			return got;
		got = f->ops->take(f, &below, record);
	} while (got == 0);
	return got;
}

static int next(struct stackable *s, struct stage *stage, struct poe_value *record)
{
	if (stage == NULL)
		return next_read(s, record);
	if (records_lend(&stage->ready, record))
		return 1;
	return stackable_is_of_records(stage) ? next_taken(s, stage, record) : next_framed(s, stage, record);
}

/* What of the wheel's octets is used up; what the lowest filter has not framed stays with the wheel. */
static size_t settle(struct stackable *s)
{
	struct input *lowest = s->bottom != NULL ? &s->bottom->input : NULL;
	size_t left = 0;

	if (!s->given)
		return 0;
	if (lowest != NULL && lowest->lent) {
		left = lowest->length;
		lowest->lent = false;
		lowest->length = 0;
	}
	return s->length - left;
}

static void mark(struct stackable *s, int got)
{
	for (struct stage *stage = s->bottom; stage != NULL; stage = stage->above) {
		stage->lends = got > 0;
		if (got <= 0)
			input_trim(&stage->input);
	}
}

int stackable_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct stackable *s = (struct stackable *)f;
	int got;

	stackable_drop_gone(s);
	s->data = data;
	s->length = length;
	s->given = false;
	s->busy = true;
	got = next(s, s->top, &frame->record);
	s->busy = false;
	frame->consumed = settle(s);
	mark(s, got);
	return got;
}
