/*
 * The Reference filter: a Block filter with its lengths ahead does the
 * framing, the codec the rest.  After POE::Filter::Reference.
 */
#include "../codec/codec.h"

#include <errno.h>
#include <poe/reference.h>
#include <stdlib.h>

struct reference {
	struct poe_filter filter;
	size_t max_length;
	struct poe_filter *block; /* owned */
};

static int reference_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct reference *r = (struct reference *)f;
	int got = r->block->ops->get_one(r->block, data, length, frame);
	struct poe_array *array;

	if (got <= 0)
		return got;
	array = codec_decode(frame->record.as.s, frame->record.length);
	if (array == NULL) {
		frame->consumed = 0;
		return -1;
	}
	frame->record = poe_obj(&array->object);
	return 1;
}

static int put_values(struct reference *r, const struct poe_value *values, size_t count, struct poe_output *out)
{
	size_t length = codec_size(values, count);
	unsigned char *octets;
	struct poe_value block;
	int result;

	if (length == 0 || length > r->max_length) {
		errno = EINVAL;
		return -1;
	}
	octets = malloc(length);
	if (octets == NULL)
		return -1;
	codec_encode(values, count, octets);
	block = poe_bytes(octets, length);
	result = r->block->ops->put(r->block, &block, out);
	free(octets);
	return result;
}

static int reference_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	struct reference *r = (struct reference *)f;
	const struct poe_array *array;

	if (record->kind != POE_OBJ || record->as.o->type != &poe_array_type)
		return put_values(r, record, 1, out);
	array = (const struct poe_array *)record->as.o;
	return put_values(r, array->values, array->count, out);
}

static struct poe_filter *reference_clone(const struct poe_filter *f)
{
	const struct reference *r = (const struct reference *)f;

	return poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = r->max_length });
}

static void reference_free(struct poe_filter *f)
{
	struct reference *r = (struct reference *)f;

	poe_filter_free(r->block);
	free(r);
}

static const struct poe_filter_ops reference_ops = {
	.name = "reference",
	.get_one = reference_get_one,
	.put = reference_put,
	.clone = reference_clone,
	.free = reference_free,
};

struct poe_filter *poe_filter_reference(const struct poe_filter_reference_plan *plan)
{
	struct reference *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->filter.ops = &reference_ops;
	r->max_length = plan != NULL && plan->max_length > 0 ? plan->max_length : (size_t)64 << 20;
	r->block = poe_filter_block(&(struct poe_filter_block_plan){ .max_length = r->max_length });
	if (r->block != NULL)
		return &r->filter;
	free(r);
	return NULL;
}
