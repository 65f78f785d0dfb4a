#include "harness.h"

#include <errno.h>

static void taken(struct poe_event *ev)
{
	const struct poe_array *array = poe_arg_array(ev, 0);

	harness_tell(ev, "%zu:%s:%d", array->count, array->values[0].as.s, (int)array->values[2].as.i);
}

static void array_carries_copies_and_no_values_in_an_event(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "array(o)", taken }, { 0 } };
	struct harness *h = *state;
	char text[] = "first";
	struct poe_array *array = poe_array_new(
		(struct poe_value[]){ poe_str(text), poe_none(), poe_int(3), harness_object(h) }, 4);

	text[0] = 'x';
	poe_post(h->kernel, harness_session(h, NULL, states), "array", poe_obj(&array->object));
	harness_run(h);
	assert_recorded(h, "4:first:3");
	assert_int_equal(h->released, 1);
}

static void array_may_hold_more_values_than_an_event(void **state)
{
	struct poe_value values[1000];
	struct poe_array *array;

	(void)state;
	for (int i = 0; i < 1000; i++)
		values[i] = poe_int(i);
	array = poe_array_new(values, 1000);
	assert_int_equal(array->values[999].as.i, 999);
	poe_array_free(array);
	poe_array_free(NULL);
}

static void array_of_an_invalid_value_is_refused_and_its_objects_are_released(void **state)
{
	struct harness *h = *state;

	assert_null(poe_array_new((struct poe_value[]){ harness_object(h), poe_bytes(NULL, 1) }, 2));
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(array_carries_copies_and_no_values_in_an_event),
		HARNESS_TEST(array_may_hold_more_values_than_an_event),
		HARNESS_TEST(array_of_an_invalid_value_is_refused_and_its_objects_are_released),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
