/*
 * The RecordBlock filter: a number of records become one array.  After
 * POE::Filter::RecordBlock, but for one thing: where POE, told to check what is
 * put, holds records back until a block is full, this refuses the array.
 */
#include "filter.h"
#include "records.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { DEFAULT_MAX_LENGTH = 64 << 20 };

struct record_block {
	struct poe_filter filter;
	struct records records; /* of a block that is not full */
	size_t octets;          /* of these */
	size_t size;            /* records in a block */
	size_t max_length;      /* octets in one */
	bool check_put;
};

static int refuse(int error_num)
{
	errno = error_num;
	return -1;
}

/* The array copies the octets, and objects move to it. */
static int close_block(struct record_block *b, struct poe_value *out)
{
	struct records *r = &b->records;
	struct poe_array *array = poe_array_new(r->values + r->first, r->count);

	for (size_t i = 0; i < r->count; i++)
		if (r->values[r->first + i].kind == POE_OBJ)
			r->values[r->first + i] = poe_none();
	records_free(r);
	b->octets = 0;
	*out = poe_none();
	if (array == NULL)
		return -1;
	*out = poe_obj(&array->object);
	return 1;
}

static size_t octets_in(const struct poe_value *record)
{
	return record->kind == POE_STR || record->kind == POE_BYTES ? record->length : 0;
}

static int record_block_take(struct poe_filter *f, const struct poe_value *record, struct poe_value *out)
{
	struct record_block *b = (struct record_block *)f;
	size_t octets = octets_in(record);

	if (octets > b->max_length - b->octets)
		return refuse(EMSGSIZE);
	if (records_add(&b->records, record) < 0)
		return -1;
	b->octets += octets;
	return b->records.count < b->size ? 0 : close_block(b, out);
}

static int record_block_give(struct poe_filter *f, const struct poe_value *record, struct poe_sink *below)
{
	const struct record_block *b = (const struct record_block *)f;
	const struct poe_array *array = (const struct poe_array *)record->as.o;

	if (record->kind != POE_OBJ || array->object.type != &poe_array_type)
		return refuse(EINVAL);
	if (b->check_put && array->count != b->size)
		return refuse(EINVAL);
	for (size_t i = 0; i < array->count; i++)
		if (below->add(below, &array->values[i]) < 0)
			return -1;
	return 0;
}

static int record_block_pending(struct poe_filter *f, struct poe_sink *to)
{
	struct record_block *b = (struct record_block *)f;
	int result = records_hand(&b->records, to);

	records_free(&b->records);
	b->octets = 0;
	return result;
}

static struct poe_filter *record_block_clone(const struct poe_filter *f)
{
	const struct record_block *b = (const struct record_block *)f;

	return poe_filter_record_block(&(struct poe_filter_record_block_plan){
		.size = b->size, .max_length = b->max_length, .check_put = b->check_put });
}

static void record_block_free(struct poe_filter *f)
{
	records_free(&((struct record_block *)f)->records);
	free(f);
}

static const struct poe_filter_ops record_block_ops = {
	.name = "record block",
	.get_one = filter_records_get_one,
	.put = filter_records_put,
	.take = record_block_take,
	.give = record_block_give,
	.pending = record_block_pending,
	.clone = record_block_clone,
	.free = record_block_free,
};

struct poe_filter *poe_filter_record_block(const struct poe_filter_record_block_plan *plan)
{
	struct record_block *b;

	if (plan == NULL || plan->size == 0 || plan->max_length >= UINT32_MAX) {
		errno = EINVAL;
		return NULL;
	}
	b = malloc(sizeof *b);
	if (b == NULL)
		return NULL;
	*b = (struct record_block){ .filter = { &record_block_ops }, .size = plan->size,
				    .max_length = plan->max_length > 0 ? plan->max_length : DEFAULT_MAX_LENGTH,
				    .check_put = plan->check_put != 0 };
	records_init(&b->records);
	return &b->filter;
}
