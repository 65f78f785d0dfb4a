/* Stacks that change while a wheel reads with them. */
#include "switching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void pop(struct switching *s)
{
	assert_int_equal(poe_filter_stackable_pop(s->filter), 0);
}

static void shift(struct switching *s)
{
	assert_int_equal(poe_filter_stackable_shift(s->filter), 0);
}

static void pop_and_push(struct switching *s)
{
	pop(s);
	assert_int_equal(poe_filter_stackable_push(s->filter, switching_lines()), 0);
}

static void pop_all(struct switching *s)
{
	while (poe_filter_stackable_count(s->filter) > 0)
		pop(s);
}

static void shift_and_unshift(struct switching *s)
{
	shift(s);
	assert_int_equal(poe_filter_stackable_unshift(s->filter, switching_blocks()), 0);
}

/* A change of lines in blocks, in the handler of the first line. */
static void assert_change(struct switching *s, void (*act)(struct switching *t), const char *expected)
{
	static const char octets[] = "14\0abc<>d\nf<>ghi\n2\0jk";

	for (size_t cut = 0; cut < sizeof octets; cut++) {
		switching_start(s, switching_lines_in_blocks, 1);
		s->act = act;
		switching_send(s, octets, cut);
		switching_send(s, octets + cut, sizeof octets - 1 - cut);
		assert_string_equal(s->text, expected);
		s->act = switching_set_second;
		s->second = poe_filter_stream;
		switching_act_now(s);
	}
}

static void a_stack_changes_in_the_handler_of_its_record(void **state)
{
	assert_change(*state, pop, "[abc][d\nf<>ghi\n][jk]");
	assert_change(*state, pop_and_push, "[abc][d][f<>ghi]");
	assert_change(*state, shift, "[abc][d\nf]");
	assert_change(*state, shift_and_unshift, "[abc][d\nf]");
}

static void a_stack_that_is_taken_apart_in_the_handler_is_a_stream(void **state)
{
	struct switching *s = *state;

	switching_start(s, switching_lines_in_blocks, 1);
	s->act = pop_all;
	switching_send(s, "14\0abc<>d\nf<>ghi\n2\0jk", 21);
	assert_string_equal(s->text, "[abc][d\nf<>ghi\n][20jk]");
}

static struct poe_filter *stack_in_stack(void)
{
	return stack_of(switching_lines_in_blocks(), switching_greps());
}

static void shift_and_switch(struct switching *s)
{
	shift(s);
	switching_set_second(s);
}

static void what_a_shifted_filter_held_goes_on_with_the_stack(void **state)
{
	struct switching *s = *state;

	s->second = poe_filter_stream;
	switching_start(s, stack_in_stack, 1);
	s->act = shift_and_switch;
	switching_send(s, "10\0abc<>def<>2\0jk", 17);
	assert_string_equal(s->text, "[abc][50def<>20jk]");
}

static void records_of_a_filter_that_was_popped_come_on_resume(void **state)
{
	struct switching *s = *state;

	switching_start(s, switching_pairs_of_lines, 0);
	s->act = pop;
	switching_send(s, "ab\ncd\nef\n", 9);
	switching_act_now(s);
	assert_string_equal(s->text, "[(ab cd)]");
	poe_readwrite_resume_input(s->wheel);
	switching_settle(s);
	assert_string_equal(s->text, "[(ab cd)][ef]");
}

static void pause_input(struct switching *s)
{
	poe_readwrite_pause_input(s->wheel);
}

static void records_that_a_stack_has_ready_wait_while_the_input_is_paused(void **state)
{
	struct switching *s = *state;

	switching_start(s, switching_lines_in_blocks, 1);
	s->act = pause_input;
	switching_send(s, "15\0abc<>def<>ghi<>", 18);
	assert_string_equal(s->text, "[abc]");
	assert_int_equal(poe_readwrite_pending_input(s->wheel), 0);
	poe_readwrite_resume_input(s->wheel);
	switching_settle(s);
	assert_string_equal(s->text, "[abc][def][ghi]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SWITCHING_TEST(a_stack_changes_in_the_handler_of_its_record),
		SWITCHING_TEST(a_stack_that_is_taken_apart_in_the_handler_is_a_stream),
		SWITCHING_TEST(what_a_shifted_filter_held_goes_on_with_the_stack),
		SWITCHING_TEST(records_of_a_filter_that_was_popped_come_on_resume),
		SWITCHING_TEST(records_that_a_stack_has_ready_wait_while_the_input_is_paused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
