#include "slab.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct item {
	uint64_t id;
	uint64_t value;
};

static int setup(void **state)
{
	struct slab *slab = test_malloc(sizeof *slab);

	slab_init(slab, sizeof(struct item));
	*state = slab;
	return 0;
}

static int teardown(void **state)
{
	slab_destroy(*state);
	test_free(*state);
	return 0;
}

static void taken_item_is_zeroed_and_found_by_its_id(void **state)
{
	struct item *item = slab_take(*state);

	assert_int_equal(item->value, 0);
	assert_int_not_equal(item->id, 0);
	assert_ptr_equal(slab_find(*state, item->id), item);
}

static void given_item_is_found_no_more(void **state)
{
	struct item *item = slab_take(*state);
	uint64_t id = item->id;

	slab_give(*state, item);
	assert_null(slab_find(*state, id));
	assert_null(slab_find(*state, 0));
}

static void place_is_used_again_under_another_id(void **state)
{
	struct item *first = slab_take(*state), *second;
	uint64_t id = first->id;

	first->value = 7;
	slab_give(*state, first);
	second = slab_take(*state);
	assert_ptr_equal(second, first);
	assert_int_not_equal(second->id, id);
	assert_int_equal(second->value, 0);
	assert_null(slab_find(*state, id));
}

static void items_do_not_move_when_the_slab_grows(void **state)
{
	struct item *first = slab_take(*state);
	uint64_t id = first->id;

	for (uint64_t i = 0; i < 100000; i++)
		((struct item *)slab_take(*state))->value = i;
	assert_ptr_equal(slab_find(*state, id), first);
	assert_int_equal(((struct slab *)*state)->live, 100001);
}

static void unknown_place_is_not_found(void **state)
{
	struct item *item = slab_take(*state);

	assert_null(slab_find(*state, item->id + 1));
	assert_null(slab_find(*state, UINT64_MAX));
}

static void place_whose_ids_are_used_up_is_retired(void **state)
{
	struct item *item = slab_take(*state);
	uint64_t last = (((uint64_t)1 << 28) - 1) << SLAB_PLACE_BITS | (item->id & ((1U << SLAB_PLACE_BITS) - 1));

	item->id = last;
	slab_give(*state, item);
	assert_ptr_not_equal(slab_take(*state), item);
	assert_null(slab_find(*state, last));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(taken_item_is_zeroed_and_found_by_its_id),
		TEST(given_item_is_found_no_more),
		TEST(place_is_used_again_under_another_id),
		TEST(items_do_not_move_when_the_slab_grows),
		TEST(unknown_place_is_not_found),
		TEST(place_whose_ids_are_used_up_is_retired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
