#include "filter/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void add(struct records *r, const char *text)
{
	char copy[32];
	struct poe_value value;

	snprintf(copy, sizeof copy, "%s", text);
	value = poe_str(copy);
	assert_int_equal(records_add(r, &value), 0);
	memset(copy, 0, sizeof copy);
}

static void assert_lent(struct records *r, const char *expected)
{
	struct poe_value value;

	assert_int_equal(records_lend(r, &value), 1);
	assert_string_equal(value.as.s, expected);
}

static void records_come_in_the_order_they_went(void **state)
{
	struct poe_value none;
	struct records r;
	char text[16];

	(void)state;
	records_init(&r);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "%d", i);
		add(&r, text);
		if (i % 3 == 2) {
			snprintf(text, sizeof text, "%d", i / 3);
			assert_lent(&r, text);
		}
	}
	assert_int_equal(r.count, 67);
	assert_lent(&r, "33");
	records_free(&r);
	assert_int_equal(records_lend(&r, &none), 0);
}

static void a_record_is_lent_until_the_next_is(void **state)
{
	struct records r, others;
	struct poe_value value;

	(void)state;
	records_init(&r);
	records_init(&others);
	add(&r, "one");
	add(&r, "four");
	add(&others, "two");
	add(&others, "three");
	assert_int_equal(records_lend(&r, &value), 1);
	assert_int_equal(records_put_ahead(&r, &others), 0);
	assert_string_equal(value.as.s, "one");
	assert_lent(&r, "two");
	assert_lent(&r, "three");
	assert_lent(&r, "four");
	records_free(&r);
	records_free(&others);
}

/* Takes so many, and refuses one. */
struct sink {
	struct poe_sink sink;
	int left;
};

static int take(struct poe_sink *sink, const struct poe_value *record)
{
	struct sink *s = (struct sink *)sink;
	struct poe_value object = *record;

	if (record->kind == POE_OBJ)
		poe_value_release(&object);
	return s->left-- > 0 ? 0 : -1;
}

static void what_a_sink_refuses_is_gone_and_the_rest_is_left(void **state)
{
	struct sink sink = { .sink = { take }, .left = 1 };
	struct poe_value object;
	struct records r;

	(void)state;
	records_init(&r);
	object = poe_obj(&poe_array_new(NULL, 0)->object);
	add(&r, "one");
	assert_int_equal(records_add(&r, &object), 0);
	add(&r, "three");
	assert_int_equal(records_hand(&r, &sink.sink), -1);
	assert_int_equal(r.count, 1);
	assert_lent(&r, "three");
	records_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_in_the_order_they_went),
		cmocka_unit_test(a_record_is_lent_until_the_next_is),
		cmocka_unit_test(what_a_sink_refuses_is_gone_and_the_rest_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
