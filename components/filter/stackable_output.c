/*
 * Putting with a stack: a record goes down from filter to filter, as octets
 * below one of octets.  What the stack holds itself goes the same way when
 * another filter takes over, so that it comes to that one as it came in.
 */
#include "stackable.h"
#include "filter.h"
#include "../output.h"

#include <errno.h>
#include <poe/driver.h>
#include <stdlib.h>

static int pass(struct stage *stage, const struct poe_value *record, struct poe_output *out);

/* Where a filter of records gives to: the stage below it. */
struct descent {
	struct poe_sink sink;
	struct stage *stage; /* NULL: the octets go out */
	struct poe_output *out;
};

static int descend(struct poe_sink *sink, const struct poe_value *record)
{
	struct descent *d = (struct descent *)sink;

	return pass(d->stage, record, d->out);
}

/* A driver that writes to memory. */
struct gatherer {
	struct poe_driver driver;
	char *octets; /* with room for all of them */
	size_t length;
};

static ssize_t gather(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct gatherer *g = (struct gatherer *)d;
	size_t before = g->length;

	for (int i = 0; i < count; i++) {
		memcpy(g->octets + g->length, parts[i].iov_base, parts[i].iov_len);
		g->length += parts[i].iov_len;
	}
	return (ssize_t)(g->length - before);
}

/* What has been put so far, as one record; the caller frees its octets.  0, or -1/ENOMEM, EMSGSIZE. */
static int take_out(struct poe_output *out, struct poe_value *record)
{
	static const struct poe_driver_ops ops = { .name = "gatherer", .write = gather };
	size_t length = poe_output_length(out);
	struct gatherer g = { .driver = { &ops } };

	if (length >= UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	g.octets = malloc(length + 1);
	if (g.octets == NULL)
		return -1;
	poe_output_flush(out, &g.driver);
	*record = poe_bytes(g.octets, g.length);
	return 0;
}

static int pass_encoded(struct stage *stage, const struct poe_value *record, struct poe_output *out)
{
	struct poe_filter *f = stage->input.filter;
	struct poe_output *own = poe_output_new();
	struct poe_value octets;
	int result = -1;

	if (own != NULL && f->ops->put(f, record, own) == 0 && take_out(own, &octets) == 0) {
		result = pass(stage->below, &octets, out);
		poe_value_release(&octets);
	}
	poe_output_free(own);
	return result;
}

static int pass(struct stage *stage, const struct poe_value *record, struct poe_output *out)
{
	struct poe_filter *f = stage != NULL ? stage->input.filter : NULL;
	struct descent below = { .sink = { descend }, .out = out };

	if (f == NULL)
		return filter_check_octets(record) < 0 ? -1 : poe_output_add(out, record->as.s, record->length);
	if (stackable_is_of_records(stage)) {
		below.stage = stage->below;
		return f->ops->give(f, record, &below.sink);
	}
	if (stage->below == NULL)
		return f->ops->put(f, record, out);
	return pass_encoded(stage, record, out);
}

int stackable_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	struct stackable *s = (struct stackable *)f;
	bool was_busy = s->busy;
	int result;

	s->busy = true;
	result = pass(s->top, record, out);
	s->busy = was_busy;
	return result;
}

/* Octets that a filter below refuses (the rest of a block of fixed size) go as they are: better than lost. */
static int pass_back(struct poe_sink *sink, const struct poe_value *record)
{
	struct descent *d = (struct descent *)sink;
	size_t before = poe_output_length(d->out);
	int result = pass(d->stage, record, d->out);

	if (result < 0 && errno == EINVAL && filter_check_octets(record) == 0) {
		output_cut(d->out, before);
		result = poe_output_add(d->out, record->as.s, record->length);
	}
	filter_release(record);
	return result;
}

/* What one stage holds: records ready above its filter, then what the filter holds, then what it has not framed. */
static int pass_stage_back(struct stage *stage, struct poe_output *out)
{
	struct descent ready = { { pass_back }, stage, out }, held = { { pass_back }, stage->below, out };
	struct poe_filter *f = stage->input.filter;
	struct poe_value rest = poe_bytes(stage->input.data, stage->input.length);

	if (records_hand(&stage->ready, &ready.sink) < 0)
		return -1;
	if (f->ops->pending != NULL && f->ops->pending(f, &held.sink) < 0)
		return -1;
	if (rest.length > 0 && pass_back(&held.sink, &rest) < 0)
		return -1;
	stage->input.length = 0;
	return 0;
}

/* The oldest are highest. */
static int pass_all_back(struct stackable *s, struct poe_output *out)
{
	struct descent ahead = { { pass_back }, NULL, out };

	for (struct stage *stage = s->top; stage != NULL; stage = stage->below)
		if (pass_stage_back(stage, out) < 0)
			return -1;
	return records_hand(&s->ahead, &ahead.sink);
}

int stackable_pending(struct poe_filter *f, struct poe_sink *to)
{
	struct poe_output *out = poe_output_new();
	struct poe_value octets;
	int result = -1;

	if (out != NULL && pass_all_back((struct stackable *)f, out) == 0 && take_out(out, &octets) == 0) {
		result = octets.length > 0 ? to->add(to, &octets) : 0;
		poe_value_release(&octets);
	}
	poe_output_free(out);
	return result;
}
