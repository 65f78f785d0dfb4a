/*
 * Filters that are switched after some records, by others that go on with what
 * they leave: the first two octets say which, the third after how many.  A
 * newline of several kinds may be half read when the other takes over, so lines
 * have one kind here.
 */
#include "split.h"

static struct poe_filter *lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n", .max_length = 20 });
}

static struct poe_filter *long_newlines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "aab" });
}

static struct poe_filter *blocks(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .max_length = 64 });
}

static struct poe_filter *threes(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 });
}

static struct poe_filter *pairs(void)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2, .max_length = 30 });
}

static struct poe_filter *lines_in_blocks(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ blocks(), lines() }, 2);
}

static struct poe_filter *lines_in_threes(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ threes(), lines() }, 2);
}

static struct poe_filter *pairs_of_blocks(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ lines_in_blocks(), blocks(), pairs() }, 3);
}

static struct poe_filter *(*const makers[])(void) = {
	lines, long_newlines, blocks, threes, lines_in_blocks, lines_in_threes, pairs_of_blocks };
enum { MAKERS = sizeof makers / sizeof *makers };

static struct poe_filter *make(const uint8_t *choice)
{
	return makers[choice[0] % MAKERS]();
}

static struct poe_filter *make_second(const uint8_t *choice)
{
	return makers[choice[1] % MAKERS]();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 3)
		split_check(&(struct split_case){ .make = make, .choices = 3, .make_second = make_second,
						  .switch_after = data[2] % 8 }, data, size);
	return 0;
}
