#include "framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void whatever_came_is_one_record(void **state)
{
	struct poe_filter *f = poe_filter_stream();
	char octets[] = "a\nb";
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, octets, 3, &frame), 1);
	assert_int_equal(frame.record.kind, POE_BYTES);
	assert_int_equal(frame.record.length, 3);
	assert_ptr_equal(frame.record.as.s, octets);
	assert_int_equal(frame.consumed, 3);
	poe_filter_free(f);
}

static void nothing_is_no_record(void **state)
{
	struct poe_filter *f = poe_filter_stream();
	char octets[1];
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, octets, 0, &frame), 0);
	assert_int_equal(frame.consumed, 0);
	poe_filter_free(f);
}

static void octets_go_out_as_they_are(void **state)
{
	(void)state;
	framing_assert_put(poe_filter_stream(), poe_str("hello"), "hello", 5);
	framing_assert_put(poe_filter_stream(), poe_bytes("a\0b", 3), "a\0b", 3);
	framing_assert_put(poe_filter_stream(), poe_double(1), "", 0);
}

static void a_clone_is_another_stream(void **state)
{
	struct poe_filter *f = poe_filter_stream(), *clone = poe_filter_clone(f);

	(void)state;
	poe_filter_free(f);
	framing_assert_put(clone, poe_str("x"), "x", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_came_is_one_record),
		cmocka_unit_test(nothing_is_no_record),
		cmocka_unit_test(octets_go_out_as_they_are),
		cmocka_unit_test(a_clone_is_another_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
