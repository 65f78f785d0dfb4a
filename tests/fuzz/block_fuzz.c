/* Blocks with their size ahead, by each rule, and of one size; the first octet says which. */
#include "split.h"

#include <errno.h>

static int get_short(const char *data, size_t octets, size_t *length)
{
	if (octets < 2)
		return 0;
	*length = (size_t)(unsigned char)data[0] << 8 | (unsigned char)data[1];
	return 2;
}

static int put_short(size_t length, char *ahead)
{
	(void)length;
	(void)ahead;
	errno = EINVAL;
	return -1;
}

static struct poe_filter *make(const uint8_t *choice)
{
	struct poe_filter_block_plan plan = { .size = choice[0] & 7 };

	if (plan.size == 0)
		plan.max_length = (size_t)choice[0] >> 3;
	if (plan.size == 7)
		plan = (struct poe_filter_block_plan){ .get_length = get_short, .put_length = put_short, .max_length = 300 };
	return poe_filter_block(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split_check(&(struct split_case){ .make = make, .choices = 1 }, data, size);
	return 0;
}
