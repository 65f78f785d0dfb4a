#include "framing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct poe_filter *blocks_of(size_t size)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = size });
}

static struct poe_filter *blocks_to(size_t max_length)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .max_length = max_length });
}

/* The filter is freed; the octets are a literal's, without its last NUL. */
#define assert_blocks(filter, octets, expected) assert_framed(filter, octets, sizeof(octets) - 1, expected)

static void assert_framed(struct poe_filter *f, const char *octets, size_t length, const char *expected)
{
	framing_assert(f, octets, length, expected);
	poe_filter_free(f);
}

static void fixed_blocks_are_cut_to_size(void **state)
{
	(void)state;
	framing_assert_text(blocks_of(3), "abcdef", "[abc][def]");
	framing_assert_text(blocks_of(3), "abcdefgh", "[abc][def]+2");
	framing_assert_text(blocks_of(1), "ab\n", "[a][b][\n]");
}

static void size_goes_ahead_of_a_block(void **state)
{
	(void)state;
	assert_blocks(poe_filter_block(NULL), "5\0hello" "0\0" "2\0\0\1", "[hello][][0\1]");
	assert_blocks(poe_filter_block(NULL), "12\0hello world!" "3\0ab", "[hello world!]+4");
	assert_blocks(poe_filter_block(NULL), "007\0sevenup", "[sevenup]");
}

static void what_is_no_size_is_eproto(void **state)
{
	(void)state;
	assert_blocks(poe_filter_block(NULL), "1\0ax\0", "[a]!EPROTO");
	assert_blocks(poe_filter_block(NULL), "\0" "abc", "!EPROTO");
	assert_blocks(poe_filter_block(NULL), "-1\0a", "!EPROTO");
	assert_blocks(poe_filter_block(NULL), "5 \0hello", "!EPROTO");
}

static void zeros_without_end_are_eproto(void **state)
{
	(void)state;
	assert_blocks(poe_filter_block(NULL), "00000000000000000001\0a", "[a]");
	assert_blocks(poe_filter_block(NULL), "000000000000000000001\0a", "!EPROTO");
}

static void limit_holds_to_the_octet(void **state)
{
	(void)state;
	assert_blocks(blocks_to(10), "9\0abcdefghi", "[abcdefghi]");
	assert_blocks(blocks_to(10), "10\0abcdefghij", "[abcdefghij]");
	assert_blocks(blocks_to(10), "11\0abcdefghijk", "!EMSGSIZE");
}

static void a_size_beyond_any_number_is_emsgsize(void **state)
{
	(void)state;
	assert_blocks(poe_filter_block(NULL), "99999999999999999999\0", "!EMSGSIZE");
	assert_blocks(poe_filter_block(NULL), "18446744073709551616\0", "!EMSGSIZE");
}

static void default_limit_is_64_mib(void **state)
{
	(void)state;
	assert_blocks(poe_filter_block(NULL), "67108864\0", "+9");
	assert_blocks(poe_filter_block(NULL), "67108865\0", "!EMSGSIZE");
}

static void blocks_go_out_with_their_size(void **state)
{
	(void)state;
	framing_assert_put(poe_filter_block(NULL), poe_str("hello"), "5\0hello", 7);
	framing_assert_put(poe_filter_block(NULL), poe_bytes("", 0), "0\0", 2);
	framing_assert_put(blocks_to(4), poe_str("hello"), "", 0);
	framing_assert_put(poe_filter_block(NULL), poe_int(5), "", 0);
}

static void a_fixed_block_of_another_size_is_einval(void **state)
{
	(void)state;
	framing_assert_put(blocks_of(5), poe_str("hello"), "hello", 5);
	framing_assert_put(blocks_of(5), poe_str("hell"), "", 0);
	framing_assert_put(blocks_of(5), poe_str("hello!"), "", 0);
}

/* Two octets, the higher one first; 65535 is no length. */
static int get_short(const char *data, size_t octets, size_t *length)
{
	if (octets < 2)
		return 0;
	*length = (size_t)(unsigned char)data[0] << 8 | (unsigned char)data[1];
	errno = EPROTO;
	return *length < 65535 ? 2 : -1;
}

static int put_short(size_t length, char *ahead)
{
	ahead[0] = (char)(length >> 8);
	ahead[1] = (char)length;
	errno = EINVAL;
	return length < 65535 ? 2 : -1;
}

static void a_program_may_have_its_own_length_ahead(void **state)
{
	struct poe_filter_block_plan plan = { .get_length = get_short, .put_length = put_short, .max_length = 300 };
	struct poe_filter_block_plan wide = { .get_length = get_short, .put_length = put_short };
	char *large = calloc(1, 65535);

	(void)state;
	assert_blocks(poe_filter_block(&plan), "\0\3abc" "\0\0" "\0\1d" "\0", "[abc][][d]+1");
	assert_blocks(poe_filter_block(&plan), "\0\1a" "\1\55", "[a]!EMSGSIZE");
	assert_blocks(poe_filter_block(&plan), "\377\377", "!EPROTO");
	framing_assert_put(poe_filter_block(&plan), poe_str("abc"), "\0\3abc", 5);
	framing_assert_put(poe_filter_block(&wide), poe_bytes(large, 65535), "", 0);
	free(large);
}

static int get_too_much(const char *data, size_t octets, size_t *length)
{
	(void)data;
	*length = 0;
	return (int)octets + 1;
}

static int put_too_much(size_t length, char *ahead)
{
	(void)length;
	(void)ahead;
	return POE_FILTER_BLOCK_AHEAD + 1;
}

static void a_length_of_more_octets_than_there_are_is_refused(void **state)
{
	struct poe_filter_block_plan plan = { .get_length = get_too_much, .put_length = put_too_much };

	(void)state;
	assert_blocks(poe_filter_block(&plan), "abc", "!EPROTO");
	framing_assert_put(poe_filter_block(&plan), poe_str("abc"), "", 0);
}

static void bad_plans_are_einval(void **state)
{
	(void)state;
	errno = 0;
	assert_null(blocks_of(UINT32_MAX));
	assert_int_equal(errno, EINVAL);
	assert_null(blocks_to(UINT32_MAX));
	assert_null(poe_filter_block(&(struct poe_filter_block_plan){ .get_length = get_short }));
	assert_null(poe_filter_block(&(struct poe_filter_block_plan){ .put_length = put_short }));
	assert_null(poe_filter_block(&(struct poe_filter_block_plan){
		.get_length = get_short, .put_length = put_short, .size = 3 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_blocks_are_cut_to_size),
		cmocka_unit_test(size_goes_ahead_of_a_block),
		cmocka_unit_test(what_is_no_size_is_eproto),
		cmocka_unit_test(zeros_without_end_are_eproto),
		cmocka_unit_test(limit_holds_to_the_octet),
		cmocka_unit_test(a_size_beyond_any_number_is_emsgsize),
		cmocka_unit_test(default_limit_is_64_mib),
		cmocka_unit_test(blocks_go_out_with_their_size),
		cmocka_unit_test(a_fixed_block_of_another_size_is_einval),
		cmocka_unit_test(a_program_may_have_its_own_length_ahead),
		cmocka_unit_test(a_length_of_more_octets_than_there_are_is_refused),
		cmocka_unit_test(bad_plans_are_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
