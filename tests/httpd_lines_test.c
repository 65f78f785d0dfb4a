/* What does not get to llhttp, which takes some of it. */
#include "httpd/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum httpd_look look(const char *text, size_t length)
{
	struct httpd_lines lines = { 0 };
	enum httpd_look got;

	do
		got = httpd_lines_next(&lines, text, length);
	while (got == HTTPD_LINES_LINE);
	return got;
}

static void lines_end_at_the_empty_one(void **state)
{
	struct httpd_lines lines = { 0 };
	const char *text = "a: b\r\n\r\nrest";

	(void)state;
	assert_int_equal(httpd_lines_next(&lines, text, 3), HTTPD_LINES_MORE);
	assert_int_equal(httpd_lines_next(&lines, text, strlen(text)), HTTPD_LINES_LINE);
	assert_int_equal(lines.looked, 6);
	assert_int_equal(httpd_lines_next(&lines, text, strlen(text)), HTTPD_LINES_WHOLE);
	assert_int_equal(lines.looked, 8);
	assert_int_equal(lines.count, 2);
	assert_int_equal(look("\r\n", 2), HTTPD_LINES_WHOLE);
}

static void odd_octets_are_seen(void **state)
{
	static const char *const texts[] = {
		"a\rb", "a\r\r", "a\n", "\n", "a\r\n b", "a\r\n\tb", "a\r\n:", " a", "a\x01", "a\x7f", "a\x1f", "a\v",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_int_equal(look(texts[i], strlen(texts[i])), HTTPD_LINES_ODD);
	assert_int_equal(look("a\0", 2), HTTPD_LINES_ODD);
	assert_int_equal(look("a\tb \x80\xff:\r", 8), HTTPD_LINES_MORE);
}

static int status_of(const char *line)
{
	return httpd_lines_request(line, strlen(line));
}

static void request_line_is_held_to_its_form(void **state)
{
	(void)state;
	assert_int_equal(status_of("GET / HTTP/1.1\r\n"), 0);
	assert_int_equal(status_of("GET  HTTP/1.1\r\n"), 400);
	assert_int_equal(status_of(" / HTTP/1.1\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.1 \r\n"), 400);
	assert_int_equal(status_of("GET /\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/3.0\r\n"), 505);
	assert_int_equal(status_of("GETS / HTTP/1.0\r\n"), 501);
	assert_int_equal(status_of("G{T / HTTP/1.0\r\n"), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_at_the_empty_one),
		cmocka_unit_test(odd_octets_are_seen),
		cmocka_unit_test(request_line_is_held_to_its_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
