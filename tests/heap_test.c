#include "heap.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MANY = 2000 };

struct world {
	struct heap heap;
	struct heap_node nodes[MANY];
};

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct world));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	heap_destroy(&w->heap);
	free(w);
	return 0;
}

static void add(struct world *w, size_t which, double due)
{
	assert_int_equal(heap_add(&w->heap, (struct heap_entry){ due, which, &w->nodes[which] }), 0);
}

static size_t take(struct world *w)
{
	struct heap_node *node = w->heap.entries[0].node;

	heap_remove(&w->heap, node);
	return (size_t)(node - w->nodes);
}

static void earliest_comes_first(void **state)
{
	struct world *w = *state;

	add(w, 0, 3);
	add(w, 1, 1);
	add(w, 2, 2);
	assert_int_equal(take(w), 1);
	assert_int_equal(take(w), 2);
	assert_int_equal(take(w), 0);
	assert_int_equal(w->heap.count, 0);
}

static void equal_times_come_in_the_order_they_were_added(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < MANY; i++)
		add(w, i, 1);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(take(w), i);
}

static void infinities_sort_like_numbers(void **state)
{
	struct world *w = *state;

	add(w, 0, (double)INFINITY);
	add(w, 1, 1e300);
	add(w, 2, -(double)INFINITY);
	assert_int_equal(take(w), 2);
	assert_int_equal(take(w), 1);
	assert_int_equal(take(w), 0);
}

static void removing_from_the_middle_keeps_the_order(void **state)
{
	struct world *w = *state;
	double last = -1;

	srand(1);
	for (size_t i = 0; i < MANY; i++)
		add(w, i, rand() % 100);
	for (size_t i = 0; i < MANY; i += 3)
		heap_remove(&w->heap, &w->nodes[i]);
	while (w->heap.count > 0) {
		double due = w->heap.entries[0].due;

		assert_true(due >= last);
		last = due;
		assert_int_not_equal(take(w) % 3, 0);
	}
}

static void moved_entry_comes_at_its_new_time(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < 100; i++)
		add(w, i, (double)i);
	heap_move(&w->heap, &w->nodes[0], 200, 100);
	heap_move(&w->heap, &w->nodes[99], -1, 101);
	assert_int_equal(take(w), 99);
	for (size_t i = 1; i < 99; i++)
		assert_int_equal(take(w), i);
	assert_int_equal(take(w), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(earliest_comes_first),
		TEST(equal_times_come_in_the_order_they_were_added),
		TEST(infinities_sort_like_numbers),
		TEST(removing_from_the_middle_keeps_the_order),
		TEST(moved_entry_comes_at_its_new_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
