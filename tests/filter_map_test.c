#include "framing.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* The program's memory, that its functions fill. */
struct memory {
	char text[64];
	int calls;
};

static int upper(void *arg, const struct poe_value *record, struct poe_value *out)
{
	struct memory *m = arg;

	m->calls++;
	for (uint32_t i = 0; i < record->length; i++)
		m->text[i] = (char)toupper((unsigned char)record->as.s[i]);
	*out = poe_bytes(m->text, record->length);
	return 1;
}

/* The record's own octets, without the first. */
static int tail(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	if (record->length == 0)
		return 0;
	*out = poe_bytes(record->as.s + 1, record->length - 1);
	return 1;
}

static int refuse(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	(void)record;
	(void)out;
	errno = EPROTO;
	return -1;
}

/* An array of the record, twice. */
static int pair(void *arg, const struct poe_value *record, struct poe_value *out)
{
	struct poe_array *array = poe_array_new((const struct poe_value[]){ *record, *record }, 2);

	(void)arg;
	assert_non_null(array);
	*out = poe_obj(&array->object);
	return 1;
}

/* What is in an array, which is not the function's to free. */
static int second(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	*out = ((struct poe_array *)record->as.o)->values[1];
	return 1;
}

static struct poe_filter *map(poe_filter_map_function *get, poe_filter_map_function *put, void *arg)
{
	return poe_filter_map(&(struct poe_filter_map_plan){ .get = get, .put = put, .arg = arg });
}

static struct poe_filter *lines_then(struct poe_filter *a, struct poe_filter *b)
{
	struct poe_filter *lines = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });

	return poe_filter_stackable((struct poe_filter *[]){ lines, a, b }, b != NULL ? 3 : 2);
}

static void each_record_becomes_what_the_function_says(void **state)
{
	struct memory m = { .calls = 0 };

	(void)state;
	framing_assert_text(lines_then(map(upper, NULL, &m), NULL), "one\n\ntwo\n", "[ONE][][TWO]");
	framing_assert_text(lines_then(map(tail, NULL, NULL), NULL), "one\n\ntwo\n", "[ne][wo]");
}

static void alone_its_records_are_the_reads(void **state)
{
	struct memory m = { .calls = 0 };

	(void)state;
	framing_assert_reads(map(upper, NULL, &m), (const char *[]){ "one\n", "two", NULL }, "[ONE\n][TWO]");
	framing_assert_put(map(NULL, upper, &m), poe_str("one"), "ONE", 3);
}

static void what_a_function_refuses_is_an_error(void **state)
{
	struct poe_output *out = NULL;
	struct poe_filter *f = map(NULL, refuse, NULL);
	const struct poe_value record = poe_str("one");

	(void)state;
	framing_assert_text(lines_then(map(refuse, NULL, NULL), NULL), "one\n", "!EPROTO");
	assert_int_equal(f->ops->put(f, &record, out), -1);
	assert_int_equal(errno, EPROTO);
	poe_filter_free(f);
}

static void a_record_may_become_an_object_and_an_object_octets(void **state)
{
	(void)state;
	framing_assert_text(lines_then(map(pair, NULL, NULL), NULL), "one\ntwo\n", "[(one one)][(two two)]");
	framing_assert_text(lines_then(map(pair, NULL, NULL), map(second, NULL, NULL)), "one\ntwo\n", "[one][two]");
	framing_assert_text(lines_then(map(pair, NULL, NULL), map(NULL, upper, NULL)), "one\n", "[(one one)]");
}

static void an_object_made_for_output_is_freed_and_one_that_was_put_is_not(void **state)
{
	const struct poe_value words[] = { poe_str("one"), poe_str("two") };
	struct poe_array *array = poe_array_new(words, 2);
	struct poe_filter *f = lines_then(map(NULL, second, NULL), map(NULL, pair, NULL));

	(void)state;
	framing_assert_put(f, poe_str("one"), "one\n", 4);
	framing_assert_put(lines_then(map(NULL, second, NULL), NULL), poe_obj(&array->object), "two\n", 4);
	assert_string_equal(array->values[0].as.s, "one");
	poe_array_free(array);
}

static void functions_change_from_the_next_record_on(void **state)
{
	struct poe_filter *m = map(upper, upper, NULL), *lines = poe_filter_line(NULL);
	struct memory memory = { .calls = 0 }, other = { .calls = 0 };

	(void)state;
	assert_int_equal(poe_filter_map_modify(m, &(struct poe_filter_map_plan){ .arg = &memory }), 0);
	assert_int_equal(poe_filter_map_modify(m, &(struct poe_filter_map_plan){ .get = tail }), 0);
	framing_assert_reads(poe_filter_clone(m), (const char *[]){ "one", NULL }, "[ne]");
	framing_assert_put(poe_filter_clone(m), poe_str("one"), "ONE", 3);
	assert_int_equal(memory.calls, 1);
	assert_int_equal(poe_filter_map_modify(m, &(struct poe_filter_map_plan){ .put = tail, .arg = &other }), 0);
	framing_assert_put(m, poe_str("one"), "ne", 2);
	assert_int_equal(poe_filter_map_modify(lines, &(struct poe_filter_map_plan){ .put = tail }), -1);
	assert_int_equal(errno, EINVAL);
	poe_filter_free(lines);
}

static void a_plan_without_functions_is_einval(void **state)
{
	(void)state;
	errno = 0;
	assert_null(map(NULL, NULL, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(poe_filter_map(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_becomes_what_the_function_says),
		cmocka_unit_test(alone_its_records_are_the_reads),
		cmocka_unit_test(what_a_function_refuses_is_an_error),
		cmocka_unit_test(a_record_may_become_an_object_and_an_object_octets),
		cmocka_unit_test(an_object_made_for_output_is_freed_and_one_that_was_put_is_not),
		cmocka_unit_test(functions_change_from_the_next_record_on),
		cmocka_unit_test(a_plan_without_functions_is_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
