#include "harness.h"
#include "message.h"

#include <errno.h>
#include <string.h>

static int setup(void **state)
{
	*state = test_calloc(1, sizeof(struct harness));
	return 0;
}

static int teardown(void **state)
{
	test_free(*state);
	return 0;
}

static void number_is_held_in_place(void **state)
{
	struct message message;

	(void)state;
	assert_int_equal(message_pack(&message, poe_list(poe_int(-5))), 0);
	assert_int_equal(message.count, 1);
	assert_int_equal(message.packed, 0);
	assert_int_equal(message_values(&message)->as.i, -5);
	message_release(&message);
}

static void no_values_are_a_message_too(void **state)
{
	struct message message;

	(void)state;
	assert_int_equal(message_pack(&message, NULL), 0);
	assert_int_equal(message.count, 0);
	assert_int_equal(message_pack(&message, poe_list(poe_none())), 0);
	assert_int_equal(message.count, 0);
}

static void strings_are_copied_and_ended(void **state)
{
	char text[] = "abc";
	struct message message;
	struct poe_value *values;

	(void)state;
	assert_int_equal(message_pack(&message, poe_list(poe_str(text), poe_bytes(text, 2), poe_str(NULL))), 0);
	memset(text, 'x', 3);
	values = message_values(&message);
	assert_string_equal(values[0].as.s, "abc");
	assert_string_equal(values[1].as.s, "ab");
	assert_int_equal(values[1].length, 2);
	assert_string_equal(values[2].as.s, "");
	message_release(&message);
}

static void sixty_four_values_fit_and_one_more_is_emsgsize(void **state)
{
	struct poe_value values[66];
	struct message message;

	(void)state;
	for (int i = 0; i < 65; i++)
		values[i] = poe_int(i);
	values[65] = values[64] = poe_none();
	assert_int_equal(message_pack(&message, values), 0);
	assert_int_equal(message_values(&message)[63].as.i, 63);
	message_release(&message);
	values[64] = poe_int(64);
	errno = 0;
	assert_int_equal(message_pack(&message, values), -1);
	assert_int_equal(errno, EMSGSIZE);
}

static void impossible_octets_are_emsgsize(void **state)
{
	struct message message;

	(void)state;
	errno = 0;
	assert_int_equal(message_pack(&message, poe_list(poe_bytes(NULL, 3))), -1);
	assert_int_equal(errno, EMSGSIZE);
	errno = 0;
	assert_int_equal(message_pack(&message, poe_list(poe_bytes("x", (size_t)UINT32_MAX))), -1);
	assert_int_equal(errno, EMSGSIZE);
}

static void object_is_released_with_its_message(void **state)
{
	struct harness *h = *state;
	struct message message;

	assert_int_equal(message_pack(&message, poe_list(harness_object(h), poe_str("x"), harness_object(h))), 0);
	assert_int_equal(h->released, 0);
	message_release(&message);
	assert_int_equal(h->released, 2);
}

static void object_is_released_when_packing_fails(void **state)
{
	struct harness *h = *state;
	struct message message;

	assert_int_equal(message_pack(&message, poe_list(harness_object(h), poe_bytes(NULL, 1))), -1);
	assert_int_equal(h->released, 1);
}

static void two_lists_become_one_in_order(void **state)
{
	struct message message;
	struct poe_value *values;

	(void)state;
	assert_int_equal(message_pack_two(&message, poe_list(poe_int(1), poe_str("two")), poe_list(poe_int(3))), 0);
	values = message_values(&message);
	assert_int_equal(message.count, 3);
	assert_int_equal(values[0].as.i, 1);
	assert_string_equal(values[1].as.s, "two");
	assert_int_equal(values[2].as.i, 3);
	message_release(&message);
}

static void failed_pair_releases_only_the_second_list(void **state)
{
	struct harness *h = *state;
	struct message message;
	struct poe_value own = harness_object(h);

	assert_int_equal(message_pack_two(&message, poe_list(own), poe_list(harness_object(h), poe_bytes(NULL, 1))), -1);
	assert_int_equal(h->released, 1);
	poe_value_release(&own);
}

static void kept_value_outlives_its_source(void **state)
{
	char text[] = "abc";
	struct poe_value value = poe_str(text);

	(void)state;
	assert_int_equal(poe_value_keep(&value), 0);
	text[0] = 'x';
	assert_string_equal(value.as.s, "abc");
	poe_value_release(&value);
	assert_int_equal(value.kind, POE_NONE);
}

static void keeping_impossible_octets_changes_nothing(void **state)
{
	struct poe_value value = poe_bytes(NULL, 9);

	(void)state;
	errno = 0;
	assert_int_equal(poe_value_keep(&value), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(value.kind, POE_BYTES);
}

static void no_object_is_no_value(void **state)
{
	(void)state;
	assert_int_equal(poe_obj(NULL).kind, POE_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(number_is_held_in_place),
		TEST(no_values_are_a_message_too),
		TEST(strings_are_copied_and_ended),
		TEST(sixty_four_values_fit_and_one_more_is_emsgsize),
		TEST(impossible_octets_are_emsgsize),
		TEST(object_is_released_with_its_message),
		TEST(object_is_released_when_packing_fails),
		TEST(two_lists_become_one_in_order),
		TEST(failed_pair_releases_only_the_second_list),
		TEST(kept_value_outlives_its_source),
		TEST(keeping_impossible_octets_changes_nothing),
		TEST(no_object_is_no_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
