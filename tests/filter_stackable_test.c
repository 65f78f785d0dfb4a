#include "framing.h"

#include <errno.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define stack_of(...) \
	poe_filter_stackable((struct poe_filter *[]){ __VA_ARGS__ }, \
			     sizeof((struct poe_filter *[]){ __VA_ARGS__ }) / sizeof(struct poe_filter *))

/* The filter is freed; the octets are a literal's, without its last NUL. */
#define assert_stack(filter, octets, expected) assert_framed(filter, octets, sizeof(octets) - 1, expected)

static void assert_framed(struct poe_filter *f, const char *octets, size_t length, const char *expected)
{
	assert_non_null(f);
	framing_assert(f, octets, length, expected);
	poe_filter_free(f);
}

static struct poe_filter *lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });
}

static struct poe_filter *short_lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n", .max_length = 3 });
}

static struct poe_filter *blocks(void)
{
	return poe_filter_block(NULL);
}

static struct poe_filter *blocks_of(size_t size)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = size });
}

static struct poe_filter *arrays_of(size_t size)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = size });
}

/* The program's memory is a literal, which nobody may write to. */
static int literal(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	(void)record;
	*out = poe_str("x\ny");
	return 1;
}

static struct poe_filter *literals(void)
{
	return poe_filter_map(&(struct poe_filter_map_plan){ .get = literal });
}

static void octets_of_one_filter_are_the_input_of_the_next(void **state)
{
	(void)state;
	assert_stack(stack_of(blocks(), lines()), "4\0a\nb\n" "3\0c\nd" "2\0e\n", "[a][b][c][de]");
	assert_stack(stack_of(blocks(), blocks_of(2)), "3\0abc" "0\0" "4\0defg", "[ab][cd][ef]");
	assert_stack(stack_of(blocks(), blocks(), lines()), "6\0" "4\0a\nb\n", "[a][b]");
}

static void filters_of_records_keep_borders_and_empty_records(void **state)
{
	(void)state;
	assert_stack(stack_of(blocks(), arrays_of(2)), "0\0" "1\0a" "0\0" "0\0", "[( a)][( )]");
	assert_stack(stack_of(lines(), arrays_of(1), arrays_of(2)), "a\n\n", "[((a) ())]");
}

static void a_record_that_cannot_be_written_to_is_framed_all_the_same(void **state)
{
	(void)state;
	assert_stack(stack_of(lines(), literals(), lines()), "1\n2\n3\n", "[x][yx][yx]");
	assert_stack(stack_of(blocks_of(1), literals(), lines(), literals()), "123", "[x\ny][x\ny][x\ny]");
}

static void what_is_no_octets_to_a_filter_of_octets_is_einval(void **state)
{
	(void)state;
	assert_stack(stack_of(lines(), arrays_of(1), lines()), "a\n", "!EINVAL");
}

static void limits_hold_at_each_height(void **state)
{
	(void)state;
	assert_stack(stack_of(blocks(), short_lines()), "4\0abc\n" "1\0a" "1\0b" "1\0c" "1\0d" "1\0\n", "[abc]!EMSGSIZE");
	assert_stack(stack_of(short_lines(), lines()), "abc\nabcd\n", "!EMSGSIZE");
	assert_stack(stack_of(blocks(), blocks()), "2\0" "1x" "2\0" "\0a", "!EPROTO");
}

static void octets_go_out_from_the_top_down(void **state)
{
	(void)state;
	framing_assert_put(stack_of(blocks(), lines()), poe_str("ab"), "3\0ab\n", 5);
	framing_assert_put(stack_of(lines(), blocks()), poe_str("ab"), "2\0ab\n", 5);
	framing_assert_put(stack_of(blocks(), poe_filter_stream()), poe_str(""), "0\0", 2);
	framing_assert_put(stack_of(lines(), blocks_of(3)), poe_str("ab"), "", 0);
	framing_assert_put(stack_of(blocks_of(2), lines()), poe_str("ab"), "", 0);
}

static void each_record_of_an_array_goes_out_by_itself(void **state)
{
	const struct poe_value values[] = { poe_str("a"), poe_str("") };
	struct poe_array *array = poe_array_new(values, 2);

	(void)state;
	framing_assert_put(stack_of(blocks(), lines(), arrays_of(2)), poe_obj(&array->object), "2\0a\n" "1\0\n", 7);
	framing_assert_put(stack_of(blocks(), lines()), poe_obj(&array->object), "", 0);
	poe_array_free(array);
}

static void an_empty_stack_is_a_stream(void **state)
{
	(void)state;
	framing_assert_reads(poe_filter_stackable(NULL, 0), (const char *[]){ "ab\n", "c", NULL }, "[ab\n][c]");
	framing_assert_put(poe_filter_stackable(NULL, 0), poe_str("ab"), "ab", 2);
}

static void a_stack_in_a_stack_is_a_filter_of_octets(void **state)
{
	(void)state;
	assert_stack(stack_of(blocks(), stack_of(lines(), arrays_of(2))), "3\0a\nb" "3\0\nc\n" "2\0d\n", "[(a b)][(c d)]");
	assert_stack(stack_of(stack_of(blocks(), lines()), arrays_of(2)), "4\0a\nb\n" "3\0c\nd", "[(a b)]");
	framing_assert_put(stack_of(blocks(), stack_of(lines())), poe_str("ab"), "3\0ab\n", 5);
}

static void a_clone_is_deep_and_holds_nothing(void **state)
{
	struct poe_filter *f = stack_of(blocks(), lines(), arrays_of(2)), *clone;
	char octets[] = "5\0a\nb\nc";
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, octets, 7, &frame), 1);
	poe_value_release(&frame.record);
	clone = poe_filter_clone(f);
	assert_ptr_not_equal(poe_filter_stackable_at(clone, 1), poe_filter_stackable_at(f, 1));
	poe_filter_free(f);
	assert_stack(clone, "4\0d\ne\n", "[(d e)]");
}

static void filters_are_counted_and_named_from_below(void **state)
{
	struct poe_filter *f = stack_of(blocks(), lines()), *other = lines();

	(void)state;
	assert_int_equal(poe_filter_stackable_count(f), 2);
	assert_string_equal(poe_filter_name(poe_filter_stackable_at(f, 0)), "block");
	assert_string_equal(poe_filter_name(poe_filter_stackable_at(f, 1)), "line");
	assert_null(poe_filter_stackable_at(f, 2));
	assert_int_equal(poe_filter_stackable_count(other), 0);
	assert_null(poe_filter_stackable_at(other, 0));
	poe_filter_free(f);
	poe_filter_free(other);
}

static void filters_come_and_go_at_both_ends(void **state)
{
	struct poe_filter *f = stack_of(lines());

	(void)state;
	assert_int_equal(poe_filter_stackable_push(f, arrays_of(2)), 0);
	assert_int_equal(poe_filter_stackable_unshift(f, blocks()), 0);
	framing_assert(f, "4\0a\nb\n", 6, "[(a b)]");
	assert_int_equal(poe_filter_stackable_pop(f), 0);
	framing_assert(f, "4\0a\nb\n", 6, "[a][b]");
	assert_int_equal(poe_filter_stackable_shift(f), 0);
	framing_assert(f, "4\na\nb\n", 6, "[4][a][b]");
	assert_int_equal(poe_filter_stackable_shift(f), 0);
	assert_int_equal(poe_filter_stackable_count(f), 0);
	assert_int_equal(poe_filter_stackable_unshift(f, lines()), 0);
	assert_stack(f, "4\na\nb\n", "[4][a][b]");
}

static void changing_what_is_no_stack_or_empty_is_einval(void **state)
{
	struct poe_filter *f = lines(), *stack = poe_filter_stackable(NULL, 0);
	int (*const removals[])(struct poe_filter *) = { poe_filter_stackable_pop, poe_filter_stackable_shift };

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(removals[i](f), -1);
		assert_int_equal(errno, EINVAL);
		errno = 0;
		assert_int_equal(removals[i](stack), -1);
		assert_int_equal(errno, EINVAL);
		errno = 0;
	}
	assert_int_equal(poe_filter_stackable_push(f, lines()), -1);
	assert_int_equal(poe_filter_stackable_unshift(stack, stack), -1);
	assert_int_equal(errno, EINVAL);
	poe_filter_free(f);
	poe_filter_free(stack);
}

static int pop_own(void *arg, const struct poe_value *record)
{
	(void)record;
	assert_int_equal(poe_filter_stackable_pop(*(struct poe_filter **)arg), -1);
	assert_int_equal(errno, EINVAL);
	return 1;
}

static void a_stack_cannot_be_changed_by_the_functions_in_it(void **state)
{
	struct poe_filter *stack = NULL;
	struct poe_filter_grep_plan plan = { .get = pop_own, .put = pop_own, .arg = &stack };
	struct poe_frame frame;
	char octets[] = "ab";

	(void)state;
	stack = stack_of(poe_filter_grep(&plan));
	assert_int_equal(stack->ops->get_one(stack, octets, 2, &frame), 1);
	framing_assert_put(stack, poe_str("ab"), "ab", 2);
}

static void a_filter_that_could_not_be_made_is_enomem_and_the_others_are_freed(void **state)
{
	struct poe_filter *f = stack_of(lines());

	(void)state;
	errno = 0;
	assert_null(stack_of(lines(), NULL, blocks()));
	assert_int_equal(errno, ENOMEM);
	errno = 0;
	assert_int_equal(poe_filter_stackable_push(f, NULL), -1);
	assert_int_equal(errno, ENOMEM);
	assert_stack(f, "a\n", "[a]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_of_one_filter_are_the_input_of_the_next),
		cmocka_unit_test(filters_of_records_keep_borders_and_empty_records),
		cmocka_unit_test(a_record_that_cannot_be_written_to_is_framed_all_the_same),
		cmocka_unit_test(what_is_no_octets_to_a_filter_of_octets_is_einval),
		cmocka_unit_test(limits_hold_at_each_height),
		cmocka_unit_test(octets_go_out_from_the_top_down),
		cmocka_unit_test(each_record_of_an_array_goes_out_by_itself),
		cmocka_unit_test(an_empty_stack_is_a_stream),
		cmocka_unit_test(a_stack_in_a_stack_is_a_filter_of_octets),
		cmocka_unit_test(a_clone_is_deep_and_holds_nothing),
		cmocka_unit_test(filters_are_counted_and_named_from_below),
		cmocka_unit_test(filters_come_and_go_at_both_ends),
		cmocka_unit_test(changing_what_is_no_stack_or_empty_is_einval),
		cmocka_unit_test(a_stack_cannot_be_changed_by_the_functions_in_it),
		cmocka_unit_test(a_filter_that_could_not_be_made_is_enomem_and_the_others_are_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
