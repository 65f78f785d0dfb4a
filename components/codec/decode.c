/*
 * In: arrays are made from the inside out, item by item.  An array that says it
 * has more items than there are octets left is refused before there is room
 * made for it.
 */
#include "codec.h"
#include "item.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>

struct reader {
	const unsigned char *at;
	size_t left;
	size_t values; /* so far */
};

static int fail(int error_num)
{
	errno = error_num;
	return -1;
}

static int next(struct reader *r, struct codec_item *item)
{
	size_t n = codec_item_read(r->at, r->left, item);

	if (n == 0)
		return fail(EPROTO);
	r->at += n;
	r->left -= n;
	return 0;
}

/* What a tag of ours is about. */
static int read_tagged(struct reader *r, uint64_t tag, struct poe_value *value)
{
	struct codec_item item;

	if (next(r, &item) < 0)
		return -1;
	*value = item.value;
	if (item.kind != CODEC_VALUE)
		return fail(EPROTO);
	if (tag == CODEC_TAG_STRING && value->kind == POE_BYTES && !utf8_is_valid(value->as.s, value->length)) {
		value->kind = POE_STR;
		return 0;
	}
	if (tag != CODEC_TAG_ADDRESS || value->kind != POE_INT || value->as.i < 0)
		return fail(EPROTO);
	*value = poe_address((poe_sid){ item.magnitude });
	return 0;
}

static struct poe_array *read_array(struct reader *r, uint64_t count, int depth);

static int read_value(struct reader *r, int depth, struct poe_value *value)
{
	struct poe_array *array;
	struct codec_item item;

	if (next(r, &item) < 0)
		return -1;
	if (item.kind == CODEC_TAG)
		return read_tagged(r, item.number, value);
	if (item.kind == CODEC_ARRAY) {
		array = read_array(r, item.number, depth + 1);
		if (array == NULL)
			return -1;
		*value = poe_obj(&array->object);
		return 0;
	}
	*value = item.value;
	return item.magnitude > INT64_MAX ? fail(EPROTO) : 0;
}

static void let_go(struct poe_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].kind == POE_OBJ)
			poe_value_release(&values[i]);
}

/* The values, of which arrays are the caller's; NULL with errno, and there are none. */
static struct poe_value *read_values(struct reader *r, size_t count, int depth)
{
	struct poe_value *values = malloc((count + 1) * sizeof *values);
	int error_num;

	if (values == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (read_value(r, depth, &values[i]) == 0)
			continue;
		error_num = errno;
		let_go(values, i);
		free(values);
		errno = error_num;
		return NULL;
	}
	return values;
}

static struct poe_array *read_array(struct reader *r, uint64_t count, int depth)
{
	struct poe_value *values;
	struct poe_array *array;

	if (count > r->left) {
		errno = EPROTO;
		return NULL;
	}
	r->values += (size_t)count;
	if (depth > CODEC_MAX_DEPTH || r->values > CODEC_MAX_VALUES) {
		errno = EMSGSIZE;
		return NULL;
	}
	values = read_values(r, (size_t)count, depth);
	if (values == NULL)
		return NULL;
	array = poe_array_new(values, (size_t)count);
	free(values);
	return array;
}

struct poe_array *codec_decode(const void *octets, size_t length)
{
	struct reader r = { .at = octets, .left = length };
	struct poe_array *array;
	struct codec_item item;

	if (next(&r, &item) < 0)
		return NULL;
	if (item.kind != CODEC_ARRAY) {
		errno = EPROTO;
		return NULL;
	}
	array = read_array(&r, item.number, 1);
	if (array == NULL || r.left == 0)
		return array;
	poe_array_free(array);
	errno = EPROTO;
	return NULL;
}
