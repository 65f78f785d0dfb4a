#include "framing.h"

#include <errno.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct poe_filter *lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });
}

static struct poe_filter *blocks_of(size_t size)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = size });
}

static struct poe_filter *lines_then(struct poe_filter *f)
{
	return poe_filter_stackable((struct poe_filter *[]){ lines(), f }, 2);
}

/* What a put of these words, as one array, appends; "" for EINVAL. */
static void assert_put(struct poe_filter *f, size_t words, const char *octets)
{
	const struct poe_value values[] = { poe_str("a"), poe_str(""), poe_str("ccc") };
	struct poe_array *array = poe_array_new(values, words);

	framing_assert_put(f, poe_obj(&array->object), octets, strlen(octets));
	assert_int_equal(array->count, words);
	poe_array_free(array);
}

static void so_many_records_become_one_array(void **state)
{
	(void)state;
	framing_assert_text(lines_then(blocks_of(2)), "a\nb\nc\nd\n", "[(a b)][(c d)]");
	framing_assert_text(lines_then(blocks_of(3)), "a\n\n\nd\n", "[(a  )]");
	framing_assert_text(lines_then(blocks_of(1)), "a\n\n", "[(a)][()]");
	framing_assert_text(lines_then(blocks_of(20)), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\n",
			    "[(a b c d e f g h i j k l m n o p q r s t)]");
}

static void blocks_may_be_blocked_again(void **state)
{
	struct poe_filter *f = poe_filter_stackable((struct poe_filter *[]){ lines(), blocks_of(2), blocks_of(2) }, 3);

	(void)state;
	framing_assert_text(f, "a\nb\nc\nd\ne\nf\n", "[((a b) (c d))]");
}

static void alone_its_records_are_the_reads(void **state)
{
	(void)state;
	framing_assert_reads(blocks_of(2), (const char *[]){ "one", "two", "three", NULL }, "[(one two)]");
}

static void an_array_goes_out_record_by_record(void **state)
{
	(void)state;
	assert_put(lines_then(blocks_of(2)), 3, "a\n\nccc\n");
	assert_put(blocks_of(2), 3, "accc");
	framing_assert_put(lines_then(blocks_of(2)), poe_str("no array"), "", 0);
	framing_assert_put(blocks_of(2), poe_int(1), "", 0);
}

static void check_put_wants_whole_blocks(void **state)
{
	struct poe_filter_record_block_plan plan = { .size = 2, .check_put = 1 };

	(void)state;
	assert_put(lines_then(poe_filter_record_block(&plan)), 2, "a\n\n");
	assert_put(lines_then(poe_filter_record_block(&plan)), 1, "");
	assert_put(lines_then(poe_filter_record_block(&plan)), 3, "");
}

static void limit_holds_for_a_block_to_the_octet(void **state)
{
	struct poe_filter_record_block_plan plan = { .size = 2, .max_length = 5 };

	(void)state;
	framing_assert_text(lines_then(poe_filter_record_block(&plan)), "ab\ncde\nabcde\n\n", "[(ab cde)][(abcde )]");
	framing_assert_text(lines_then(poe_filter_record_block(&plan)), "ab\ncd\nab\ncdef\n", "[(ab cd)]!EMSGSIZE");
	framing_assert_text(lines_then(poe_filter_record_block(&plan)), "abcdef\n", "!EMSGSIZE");
}

static void a_clone_holds_nothing(void **state)
{
	struct poe_filter *f = blocks_of(2), *clone;
	struct poe_frame frame;
	char one[] = "one";

	(void)state;
	assert_int_equal(f->ops->get_one(f, one, 3, &frame), 0);
	assert_int_equal(frame.consumed, 3);
	clone = poe_filter_clone(f);
	poe_filter_free(f);
	framing_assert_reads(clone, (const char *[]){ "two", "three", NULL }, "[(two three)]");
}

static void bad_plans_are_einval(void **state)
{
	(void)state;
	errno = 0;
	assert_null(blocks_of(0));
	assert_int_equal(errno, EINVAL);
	assert_null(poe_filter_record_block(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_records_become_one_array),
		cmocka_unit_test(blocks_may_be_blocked_again),
		cmocka_unit_test(alone_its_records_are_the_reads),
		cmocka_unit_test(an_array_goes_out_record_by_record),
		cmocka_unit_test(check_put_wants_whole_blocks),
		cmocka_unit_test(limit_holds_for_a_block_to_the_octet),
		cmocka_unit_test(a_clone_holds_nothing),
		cmocka_unit_test(bad_plans_are_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
