/*
 * The Block filter: blocks of one size, or each with its size ahead as decimal
 * digits and a NUL.  After POE::Filter::Block, but for two things: where POE
 * skips what is not a size and warns, this says EPROTO; and where POE sends a
 * block of the wrong size, which puts the peer out of step, this says EINVAL.
 */
#include "filter.h"

#include <errno.h>
#include <poe/driver.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MAX_DIGITS = 20, /* leading zeros are legal, but not without end */
	DEFAULT_MAX_LENGTH = 64 << 20
};

struct block {
	struct poe_filter filter;
	size_t size;       /* of every block; 0: each has its own ahead */
	size_t max_length; /* of a block with its size ahead */
	int (*get_length)(const char *data, size_t octets, size_t *length); /* the program's; NULL: digits and a NUL */
	int (*put_length)(size_t length, char *ahead);
};

static int refuse(int error_num)
{
	errno = error_num;
	return -1;
}

/*
 * Reads the size ahead of a block.  Returns the octets it takes, its NUL
 * included; 0 when the NUL has not come yet; -1 with errno.  It fails at the
 * first octet that is wrong, so that no split of the input makes a difference.
 */
static int read_size(const struct block *b, const char *data, size_t length, size_t *size)
{
	*size = 0;
	for (size_t i = 0; i < length; i++) {
		if (data[i] == '\0' && i > 0)
			return (int)i + 1;
		if (data[i] < '0' || data[i] > '9' || i == MAX_DIGITS)
			return refuse(EPROTO);
		*size = *size * 10 + (size_t)(data[i] - '0');
		if (*size > b->max_length)
			return refuse(EMSGSIZE);
	}
	return 0;
}

/* The same by the program's own rule, which is not trusted to have looked at lengths. */
static int get_length(const struct block *b, const char *data, size_t length, size_t *size)
{
	int ahead = b->get_length(data, length, size);

	if (ahead > 0 && (size_t)ahead > length)
		return refuse(EPROTO);
	if (ahead > 0 && *size > b->max_length)
		return refuse(EMSGSIZE);
	return ahead;
}

static int block_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	const struct block *b = (const struct block *)f;
	size_t size = b->size;
	int ahead = 0;

	frame->consumed = 0;
	if (b->get_length != NULL)
		ahead = get_length(b, data, length, &size);
	else if (b->size == 0)
		ahead = read_size(b, data, length, &size);
	if (ahead < 0)
		return -1;
	if ((b->size == 0 && ahead == 0) || length - (size_t)ahead < size)
		return 0;
	frame->record = poe_bytes(data + ahead, size);
	frame->consumed = (size_t)ahead + size;
	return 1;
}

static int put_digits(size_t size, char *ahead)
{
	return snprintf(ahead, POE_FILTER_BLOCK_AHEAD, "%zu", size) + 1;
}

static int put_size(const struct block *b, size_t size, struct poe_output *out)
{
	char octets[POE_FILTER_BLOCK_AHEAD];
	int length = b->put_length != NULL ? b->put_length(size, octets) : put_digits(size, octets);

	if (length < 0)
		return -1;
	if (length > POE_FILTER_BLOCK_AHEAD)
		return refuse(EINVAL);
	return poe_output_add(out, octets, (size_t)length);
}

static int block_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	const struct block *b = (const struct block *)f;

	if (filter_check_octets(record) < 0)
		return -1;
	if (b->size > 0 ? record->length != b->size : record->length > b->max_length)
		return refuse(EINVAL);
	if (b->size == 0 && put_size(b, record->length, out) < 0)
		return -1;
	return poe_output_add(out, record->as.s, record->length);
}

static struct poe_filter *block_clone(const struct poe_filter *f)
{
	const struct block *b = (const struct block *)f;

	return poe_filter_block(&(struct poe_filter_block_plan){
		.size = b->size, .max_length = b->max_length,
		.get_length = b->get_length, .put_length = b->put_length });
}

static void block_free(struct poe_filter *f)
{
	free(f);
}

static const struct poe_filter_ops block_ops = {
	.name = "block",
	.get_one = block_get_one,
	.put = block_put,
	.clone = block_clone,
	.free = block_free,
};

static int is_valid(const struct poe_filter_block_plan *plan)
{
	int has_codec = plan->get_length != NULL;

	if (plan->size >= UINT32_MAX || plan->max_length >= UINT32_MAX)
		return 0;
	return has_codec == (plan->put_length != NULL) && !(has_codec && plan->size > 0);
}

struct poe_filter *poe_filter_block(const struct poe_filter_block_plan *plan)
{
	static const struct poe_filter_block_plan defaults = { 0 };
	const struct poe_filter_block_plan *p = plan != NULL ? plan : &defaults;
	struct block *b;

	if (!is_valid(p)) {
		errno = EINVAL;
		return NULL;
	}
	b = malloc(sizeof *b);
	if (b == NULL)
		return NULL;
	*b = (struct block){ .filter = { &block_ops }, .size = p->size,
			     .max_length = p->max_length > 0 ? p->max_length : DEFAULT_MAX_LENGTH,
			     .get_length = p->get_length, .put_length = p->put_length };
	return &b->filter;
}
