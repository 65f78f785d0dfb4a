#include "framing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct poe_filter *line_by(const char *literal)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = literal });
}

static struct poe_filter *line_to(size_t max_length)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .max_length = max_length });
}

static struct poe_filter *detecting(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .input_literal = "" });
}

static void each_newline_style_ends_a_line(void **state)
{
	(void)state;
	framing_assert_text(poe_filter_line(NULL), "a\nbc\n", "[a][bc]");
	framing_assert_text(poe_filter_line(NULL), "a\rbc\r", "[a][bc]");
	framing_assert_text(poe_filter_line(NULL), "a\r\nbc\r\n", "[a][bc]");
	framing_assert_text(poe_filter_line(NULL), "a\n\rbc\n\r", "[a][bc]");
}

static void newline_styles_may_be_mixed(void **state)
{
	(void)state;
	framing_assert_text(poe_filter_line(NULL), "a\nb\rc\r\nd\n\re", "[a][b][c][d]+1");
	framing_assert_text(poe_filter_line(NULL), "a\r\r\nb\n\n\rc\r\n\r", "[a][][b][][c][]");
}

static void empty_lines_are_records(void **state)
{
	(void)state;
	framing_assert_text(poe_filter_line(NULL), "\n\n\n", "[][][]");
	framing_assert_text(poe_filter_line(NULL), "\r\r\r", "[][][]");
	framing_assert_text(poe_filter_line(NULL), "\r\n\r\n", "[][]");
	framing_assert_text(poe_filter_line(NULL), "\n\r\n\r\n", "[][][]");
}

/* What the rule says, written plainly: a newline takes its other half if that follows. */
static void frame_plainly(const char *text, char *expected)
{
	size_t length = 0;

	expected[0] = '\0';
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == 'a') {
			length++;
			continue;
		}
		expected += sprintf(expected, "[%.*s]", (int)length, "aaaaaa");
		length = 0;
		if (c[1] != 'a' && c[1] != c[0] && c[1] != '\0')
			c++;
	}
	if (length > 0)
		sprintf(expected, "+%zu", length);
}

static void every_text_of_newlines_frames_the_same_in_all_splits(void **state)
{
	(void)state;
	for (int n = 0; n < 3 * 3 * 3 * 3 * 3 * 3; n++) {
		char text[7] = { 0 }, expected[64];

		for (int i = 0, rest = n; i < 6; i++, rest /= 3)
			text[i] = "\r\na"[rest % 3];
		frame_plainly(text, expected);
		framing_assert_text(poe_filter_line(NULL), text, expected);
	}
}

static void a_literal_may_begin_in_its_own_false_start(void **state)
{
	(void)state;
	framing_assert_text(line_by("aab"), "aaab", "[a]");
	framing_assert_text(line_by("aab"), "xaaaabyaab", "[xaa][y]");
	framing_assert_text(line_by("abab"), "abaabab-ababab", "[aba][-]+2");
}

static void a_literal_leaves_other_newlines_alone(void **state)
{
	(void)state;
	framing_assert_text(line_by("\r\n"), "a\nb\rc\r\r\nd\n\r\n", "[a\nb\rc\r][d\n]");
	framing_assert_text(line_by("\n"), "a\r\nb\n", "[a\r][b]");
}

static void autodetect_stays_with_the_first_newline(void **state)
{
	(void)state;
	framing_assert_text(detecting(), "a\nb\rc\r\nd", "[a][b\rc\r]+1");
	framing_assert_text(detecting(), "a\rb\nc\r\nd", "[a][b\nc]+2");
	framing_assert_text(detecting(), "a\r\nb\nc\r\n\r\nd", "[a][b\nc][]+1");
	framing_assert_text(detecting(), "a\n\rb\n\rc\nd", "[a][b]+3");
	framing_assert_text(detecting(), "\r\r\rb\r\n", "[][][][b]+1");
}

static void autodetect_gives_a_line_before_it_knows_the_whole_newline(void **state)
{
	struct poe_filter *f = detecting();
	char octets[] = "line\r";
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, octets, 5, &frame), 1);
	assert_string_equal(frame.record.as.s, "line");
	poe_filter_free(f);
}

static void limit_holds_to_the_octet(void **state)
{
	(void)state;
	framing_assert_text(line_to(3), "ab\nx\n", "[ab][x]");
	framing_assert_text(line_to(3), "abc\nx\n", "[abc][x]");
	framing_assert_text(line_to(3), "abc\r\nabc\r\n", "[abc][abc]");
	framing_assert_text(line_to(3), "x\nabcd\nx\n", "[x]!EMSGSIZE");
	framing_assert_text(line_to(3), "abcd", "!EMSGSIZE");
}

static void limit_does_not_count_half_a_literal(void **state)
{
	struct poe_filter_line_plan plan = { .literal = "<end>", .max_length = 3 };

	(void)state;
	framing_assert_text(poe_filter_line(&plan), "abc<end>abc<en", "[abc]+6");
	framing_assert_text(poe_filter_line(&plan), "abc<end>abcd<end>", "[abc]!EMSGSIZE");
}

static void nul_is_an_octet_like_any_other(void **state)
{
	struct poe_filter *f = poe_filter_line(NULL);

	(void)state;
	framing_assert(f, "a\0b\n\0\n", 6, "[a0b][0]");
	poe_filter_free(f);
}

static void lines_longer_than_the_search_window_are_found(void **state)
{
	struct poe_filter *f = poe_filter_line(NULL);
	char text[1400], expected[1420];

	(void)state;
	memset(text, 'x', sizeof text);
	text[600] = '\r';
	text[1398] = '\n';
	text[1399] = '\r';
	snprintf(expected, sizeof expected, "[%.600s][%.797s]", text, text + 601);
	framing_assert(f, text, sizeof text, expected);
	poe_filter_free(f);
}

static void crlf_goes_out_unless_told_otherwise(void **state)
{
	struct poe_filter_line_plan plan = { .literal = "\n", .output_literal = ";" };

	(void)state;
	framing_assert_put(poe_filter_line(NULL), poe_str("hello"), "hello\r\n", 7);
	framing_assert_put(detecting(), poe_str("hello"), "hello\r\n", 7);
	framing_assert_put(line_by("\n"), poe_bytes("a\0b", 3), "a\0b\n", 4);
	framing_assert_put(poe_filter_line(&plan), poe_str(""), ";", 1);
}

static void records_that_are_no_octets_are_einval(void **state)
{
	(void)state;
	framing_assert_put(poe_filter_line(NULL), poe_int(1), "", 0);
	framing_assert_put(poe_filter_line(NULL), poe_bytes(NULL, 1), "", 0);
}

static void a_clone_has_seen_nothing(void **state)
{
	struct poe_filter *f = detecting(), *clone;
	char octets[] = "a\r";
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, octets, 2, &frame), 1);
	clone = poe_filter_clone(f);
	poe_filter_free(f);
	framing_assert_text(clone, "\nb\nc\r", "[][b]+2");
}

static void bad_plans_are_einval(void **state)
{
	(void)state;
	errno = 0;
	assert_null(line_by(""));
	assert_int_equal(errno, EINVAL);
	assert_null(line_to(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_newline_style_ends_a_line),
		cmocka_unit_test(newline_styles_may_be_mixed),
		cmocka_unit_test(empty_lines_are_records),
		cmocka_unit_test(every_text_of_newlines_frames_the_same_in_all_splits),
		cmocka_unit_test(a_literal_may_begin_in_its_own_false_start),
		cmocka_unit_test(a_literal_leaves_other_newlines_alone),
		cmocka_unit_test(autodetect_stays_with_the_first_newline),
		cmocka_unit_test(autodetect_gives_a_line_before_it_knows_the_whole_newline),
		cmocka_unit_test(limit_holds_to_the_octet),
		cmocka_unit_test(limit_does_not_count_half_a_literal),
		cmocka_unit_test(nul_is_an_octet_like_any_other),
		cmocka_unit_test(lines_longer_than_the_search_window_are_found),
		cmocka_unit_test(crlf_goes_out_unless_told_otherwise),
		cmocka_unit_test(records_that_are_no_octets_are_einval),
		cmocka_unit_test(a_clone_has_seen_nothing),
		cmocka_unit_test(bad_plans_are_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
