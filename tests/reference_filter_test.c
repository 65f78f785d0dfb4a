#include "framing.h"
#include "harness.h"

#include <errno.h>
#include <poe/reference.h>

static void put_has_the_length_ahead(void **state)
{
	(void)state;
	framing_assert_put(poe_filter_reference(NULL), poe_str("c"), "3\0\x81\x61" "c", 5);
	framing_assert_put(poe_filter_reference(NULL), poe_none(), "2\0\x81\xf6", 4);
	framing_assert_put(poe_filter_reference(NULL), poe_ptr(NULL), NULL, 0);
	framing_assert_put(poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = 3 }), poe_str("c"),
			   "3\0\x81\x61" "c", 5);
	framing_assert_put(poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = 2 }), poe_str("c"), NULL, 0);
}

/* What a new filter frames off the front: the count of values, or the errno negative; 0 when it needs more. */
static int framed(struct poe_filter *f, const char *octets, size_t length)
{
	struct poe_frame frame = { .consumed = 0 };
	char copy[64];
	int got, count;

	memcpy(copy, octets, length);
	got = f->ops->get_one(f, copy, length, &frame);
	if (got < 0)
		got = -errno;
	if (got == 1) {
		assert_int_equal(frame.consumed, length);
		count = (int)((struct poe_array *)frame.record.as.o)->count;
		poe_value_release(&frame.record);
		got = count;
	}
	poe_filter_free(f);
	return got;
}

#define FRAMED(octets) framed(poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = 9 }), octets, \
			      sizeof octets - 1)

static void records_are_lists(void **state)
{
	(void)state;
	assert_int_equal(FRAMED("4\0\x83\x01\x02\xf6"), 3);
	assert_int_equal(FRAMED("04\0\x83\x01\x02\xf6"), 3);
	assert_int_equal(FRAMED("4\0\x83\x01\x02"), 0);
	assert_int_equal(FRAMED("4"), 0);
}

static void what_is_no_list_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(FRAMED("x"), -EPROTO);
	assert_int_equal(FRAMED("1\0\x01"), -EPROTO);
	assert_int_equal(FRAMED("2\0\x80\x80"), -EPROTO);
	assert_int_equal(FRAMED("0\0"), -EPROTO);
	assert_int_equal(FRAMED("10\0"), -EMSGSIZE);
}

static void clone_has_the_same_limit(void **state)
{
	struct poe_filter *f = poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = 9 });

	(void)state;
	assert_int_equal(framed(poe_filter_clone(f), "10\0", 3), -EMSGSIZE);
	poe_filter_free(f);
	assert_null(poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = UINT32_MAX }));
	assert_int_equal(errno, EINVAL);
}

static void told(struct poe_event *ev)
{
	const struct poe_array *array = poe_arg_array(ev, 0);
	const struct poe_array *inner = (const struct poe_array *)array->values[1].as.o;

	harness_tell(ev, "%s,%d", array->values[0].as.s, (int)inner->values[0].as.i);
	poe_readwrite_free(ev->object);
}

/* Lists go through a wheel and come out of another as they were. */
static void lists_start(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	struct poe_value one = poe_int(7);
	struct poe_array *inner = poe_array_new(&one, 1);
	struct poe_array *outer = poe_array_new((struct poe_value[]){ poe_str("x"), poe_obj(&inner->object) }, 2);
	struct poe_readwrite *near, *far;

	harness_pipe(h);
	near = poe_readwrite_new(h->kernel, h->pipe[1], &(struct poe_readwrite_plan){
		.error_event = "error", .filter = poe_filter_reference(NULL) });
	far = poe_readwrite_new(h->kernel, h->pipe[0], &(struct poe_readwrite_plan){
		.input_event = "list", .error_event = "error", .filter = poe_filter_reference(NULL) });
	h->pipe[0] = h->pipe[1] = -1;
	assert_int_equal(poe_state_set(h->kernel, "list(o)", told, far), 0);
	assert_int_equal(poe_put(near, poe_obj(&outer->object)), 0);
	poe_array_free(outer);
	poe_readwrite_free(near);
}

static void lists_go_from_wheel_to_wheel(void **state)
{
	static const struct poe_state states[] = { { "_start", lists_start }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "x,7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_has_the_length_ahead),
		cmocka_unit_test(records_are_lists),
		cmocka_unit_test(what_is_no_list_is_an_error),
		cmocka_unit_test(clone_has_the_same_limit),
		HARNESS_TEST(lists_go_from_wheel_to_wheel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
