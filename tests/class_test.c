#include "class.h"

#include "harness.h"

#include <errno.h>
#include <stdlib.h>

struct world {
	struct names names;
	struct classes classes;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	return w ? names_init(&w->names) : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	classes_destroy(&w->classes);
	names_destroy(&w->names);
	free(w);
	return 0;
}

static const struct row *row_of(struct world *w, const struct poe_state *states, const char *name)
{
	const struct class *class = classes_get(&w->classes, &w->names, states, NULL);

	assert_non_null(class);
	return rows_find(class->rows, names_intern(&w->names, name)->id);
}

static void row_is_found_by_its_name_without_its_types(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "line(s)", harness_record }, { 0 } };

	assert_ptr_equal(row_of(*state, states, "line")->handler, harness_record);
	assert_string_equal(row_of(*state, states, "line")->types, "s)");
	assert_null(row_of(*state, states, "_start")->types);
	assert_null(row_of(*state, states, "other"));
}

static void table_is_compiled_once(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { 0 } };
	struct world *w = *state;
	const struct class *class = classes_get(&w->classes, &w->names, states, NULL);

	assert_ptr_equal(classes_get(&w->classes, &w->names, states, NULL), class);
}

static void later_row_of_a_name_replaces_the_earlier(void **state)
{
	static const struct poe_state states[] = { { "a", harness_ignore }, { "a", harness_record }, { 0 } };

	assert_ptr_equal(row_of(*state, states, "a")->handler, harness_record);
}

static void large_table_finds_all_its_rows(void **state)
{
	struct world *w = *state;
	struct rows *rows = NULL;

	for (uint32_t id = 1; id <= 1000; id++)
		assert_int_equal(rows_set(&rows, (struct row){ .name = id * 8, .object = w + id }), 0);
	for (uint32_t id = 1; id <= 1000; id++)
		assert_ptr_equal(rows_find(rows, id * 8)->object, w + id);
	assert_null(rows_find(rows, 7));
	free(rows);
}

static void unreadable_row_is_einval(void **state)
{
	static const char *const bad[] = { "", "(s)", "line(", "line(x)", "line(s", "line(*s)", "line(s)!", "line(s) " };
	struct world *w = *state;
	struct row row;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		assert_int_equal(row_read(&row, &w->names, bad[i]), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(row_read(&row, &w->names, "line(idsbapo*)"), 0);
	assert_int_equal(row_read(&row, &w->names, "line()"), 0);
}

static void row_without_a_handler_is_einval(void **state)
{
	static const struct poe_state states[] = { { "_start", NULL }, { 0 } };
	struct world *w = *state;

	errno = 0;
	assert_null(classes_get(&w->classes, &w->names, states, NULL));
	assert_int_equal(errno, EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void a_table_over_a_base_has_the_rows_of_both_and_its_own_go_first(void **state)
{
	static const struct poe_state base[] = { { "_start", harness_ignore }, { "shared", harness_ignore }, { 0 } };
	static const struct poe_state states[] = { { "shared", harness_record }, { "own", harness_record }, { 0 } };
	struct world *w = *state;
	const struct class *class = classes_get(&w->classes, &w->names, states, base);
	const struct row *shared = rows_find(class->rows, names_intern(&w->names, "shared")->id);

	assert_non_null(rows_find(class->rows, names_intern(&w->names, "_start")->id));
	assert_ptr_equal(shared->handler, harness_record);
	assert_ptr_equal(classes_get(&w->classes, &w->names, states, base), class);
	assert_ptr_not_equal(classes_get(&w->classes, &w->names, states, NULL), class);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(row_is_found_by_its_name_without_its_types),
		TEST(table_is_compiled_once),
		TEST(later_row_of_a_name_replaces_the_earlier),
		TEST(large_table_finds_all_its_rows),
		TEST(unreadable_row_is_einval),
		TEST(row_without_a_handler_is_einval),
		TEST(a_table_over_a_base_has_the_rows_of_both_and_its_own_go_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
