/*
 * Stacks: the first four octets say which filters they are made of, the lowest
 * first, and how many.
 */
#include "split.h"

/* Octets lose their last one, and are dropped if it is the only one; of an array the first octets are left. */
static int shorten(void *arg, const struct poe_value *record, struct poe_value *out)
{
	const struct poe_array *array = (const struct poe_array *)record->as.o;

	(void)arg;
	if (record->kind != POE_OBJ && record->length > 1)
		*out = poe_bytes(record->as.s, record->length - 1);
	else if (record->kind == POE_OBJ)
		*out = array->values[0].kind == POE_OBJ ? *record : array->values[0];
	return out->kind != POE_NONE;
}

static int is_even(void *arg, const struct poe_value *record)
{
	(void)arg;
	return record->kind == POE_OBJ || record->length % 2 == 0;
}

static struct poe_filter *lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n", .max_length = 20 });
}

static struct poe_filter *any_lines(void)
{
	return poe_filter_line(NULL);
}

static struct poe_filter *blocks(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .max_length = 64 });
}

static struct poe_filter *threes(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 });
}

static struct poe_filter *map(void)
{
	return poe_filter_map(&(struct poe_filter_map_plan){ .get = shorten });
}

static struct poe_filter *grep(void)
{
	return poe_filter_grep(&(struct poe_filter_grep_plan){ .get = is_even });
}

static struct poe_filter *pairs(void)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2, .max_length = 30 });
}

static struct poe_filter *nested(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ blocks(), lines() }, 2);
}

/* The lowest is one of octets, so that the reads leave no trace in the records. */
static struct poe_filter *make(const uint8_t *choice)
{
	static struct poe_filter *(*const makers[])(void) = {
		lines, any_lines, blocks, threes, nested, map, grep, pairs };
	struct poe_filter *filters[4];
	size_t count = 1 + choice[0] / 64;

	filters[0] = makers[choice[0] % 5]();
	for (size_t i = 1; i < count; i++)
		filters[i] = makers[choice[i] % 8]();
	return poe_filter_stackable(filters, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split_check(&(struct split_case){ .make = make, .choices = 4 }, data, size);
	return 0;
}
