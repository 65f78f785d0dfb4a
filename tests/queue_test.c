#include "queue.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct queue));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	queue_destroy(*state);
	free(*state);
	return 0;
}

static void push(struct queue *queue, uint64_t id)
{
	struct record *record = queue_room(queue);

	assert_non_null(record);
	*record = (struct record){ .id = id };
	queue_commit(queue);
}

static void first_in_is_first_out_across_chunks(void **state)
{
	for (uint64_t i = 0; i < 5000; i++)
		push(*state, i);
	for (uint64_t i = 0; i < 5000; i++) {
		assert_int_equal(queue_first(*state)->id, i);
		queue_drop(*state);
	}
	assert_null(queue_first(*state));
}

static void record_in_use_does_not_move_while_others_are_pushed(void **state)
{
	const struct record *first;

	push(*state, 1);
	first = queue_first(*state);
	for (uint64_t i = 2; i < 3000; i++)
		push(*state, i);
	assert_ptr_equal(queue_first(*state), first);
	assert_int_equal(first->id, 1);
}

static void shallow_queue_needs_no_second_chunk(void **state)
{
	const struct queue *queue = *state;
	const struct queue_chunk *chunk;

	push(*state, 0);
	chunk = queue->head;
	queue_drop(*state);
	for (uint64_t i = 0; i < 10000; i++) {
		push(*state, i);
		assert_ptr_equal(queue->head, chunk);
		assert_int_equal(queue_first(queue)->id, i);
		queue_drop(*state);
	}
}

static void place_that_is_not_committed_is_not_in_the_queue(void **state)
{
	for (uint64_t i = 0; i < 1000; i++) {
		assert_non_null(queue_room(*state));
		push(*state, i);
		assert_non_null(queue_room(*state));
	}
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(queue_first(*state)->id, i);
		queue_drop(*state);
	}
	assert_null(queue_first(*state));
}

static void steady_queue_goes_round_its_chunks(void **state)
{
	struct queue *queue = *state;

	for (uint64_t i = 0; i < 300; i++)
		push(queue, i);
	for (uint64_t i = 300; i < 20000; i++) {
		assert_int_equal(queue_first(queue)->id, i - 300);
		queue_drop(queue);
		push(queue, i);
	}
	assert_int_equal(queue->length, 300);
	assert_true(queue->spares <= 1);
}

static void peeking_sees_each_in_order_and_then_none(void **state)
{
	for (uint64_t i = 0; i < 600; i++)
		push(*state, i);
	for (int i = 0; i < 100; i++)
		queue_drop(*state);
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(queue_peek(*state, i)->id, i + 100);
	assert_null(queue_peek(*state, 500));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_in_is_first_out_across_chunks),
		TEST(record_in_use_does_not_move_while_others_are_pushed),
		TEST(shallow_queue_needs_no_second_chunk),
		TEST(place_that_is_not_committed_is_not_in_the_queue),
		TEST(steady_queue_goes_round_its_chunks),
		TEST(peeking_sees_each_in_order_and_then_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
