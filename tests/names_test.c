#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = malloc(sizeof(struct names));
	return *state ? names_init(*state) : -1;
}

static int teardown(void **state)
{
	names_destroy(*state);
	free(*state);
	return 0;
}

static void same_text_is_the_same_name(void **state)
{
	char copy[] = "got_conn";
	const struct name *name = names_intern(*state, "got_conn");

	assert_ptr_equal(names_intern(*state, copy), name);
	assert_ptr_equal(names_intern(*state, name->text), name);
	assert_ptr_equal(names_at(*state, name->id), name);
	assert_string_equal(name->text, "got_conn");
}

static void buffer_that_holds_another_text_by_now_is_another_name(void **state)
{
	char buffer[8] = "one";
	const struct name *one = names_intern(*state, buffer);

	strcpy(buffer, "two");
	assert_ptr_not_equal(names_intern(*state, buffer), one);
	assert_string_equal(names_intern(*state, buffer)->text, "two");
}

static void empty_or_no_text_is_einval(void **state)
{
	errno = 0;
	assert_null(names_intern(*state, ""));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(names_intern(*state, NULL));
	assert_int_equal(errno, EINVAL);
}

static void finding_makes_nothing(void **state)
{
	struct names *names = *state;
	uint32_t before = names->count;

	assert_null(names_find(names, "nowhere"));
	assert_null(names_find(names, NULL));
	assert_int_equal(names->count, before);
	names_intern(names, "somewhere");
	assert_non_null(names_find(names, "somewhere"));
}

static void part_of_a_text_is_a_name(void **state)
{
	const struct name *line = names_intern(*state, "line");

	assert_ptr_equal(names_intern_part(*state, "line(s)", 4), line);
	assert_ptr_not_equal(names_intern_part(*state, "line(s)", 3), line);
}

static void many_names_stay_apart(void **state)
{
	char text[16];

	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "name%d", i);
		assert_int_equal(names_intern(*state, text)->id, i + 1);
	}
	for (int i = 0; i < 20000; i += 7) {
		snprintf(text, sizeof text, "name%d", i);
		assert_int_equal(names_find(*state, text)->id, i + 1);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(same_text_is_the_same_name),
		TEST(buffer_that_holds_another_text_by_now_is_another_name),
		TEST(empty_or_no_text_is_einval),
		TEST(finding_makes_nothing),
		TEST(part_of_a_text_is_a_name),
		TEST(many_names_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
