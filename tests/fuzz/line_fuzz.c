/* Lines by each rule; the first octet says which. */
#include "split.h"

static struct poe_filter *make(const uint8_t *choice)
{
	static const struct poe_filter_line_plan plans[] = {
		{ .max_length = 64 },  { .literal = "\n" }, { .input_literal = "" }, { .literal = "aab" },
		{ .max_length = 3 }, { .input_literal = "", .max_length = 5 }, { .literal = "\r\n", .max_length = 4 },
		{ 0 },
	};

	return poe_filter_line(&plans[choice[0] % 8]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split_check(&(struct split_case){ .make = make, .choices = 1 }, data, size);
	return 0;
}
