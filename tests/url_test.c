/* The URLs of demos/fetch. */
#include "../demos/fetch/url.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void assert_read(const char *text, const char *expected)
{
	struct url url;
	char parts[600];

	assert_int_equal(url_read(&url, text), 0);
	snprintf(parts, sizeof parts, "%s %s %d '%s'", url.scheme, url.host, url.port, url.path);
	assert_string_equal(parts, expected);
	url_free(&url);
}

static void parts_are_found(void **state)
{
	(void)state;
	assert_read("http://example.com", "http example.com 80 ''");
	assert_read("http://example.com:8080/a/b?c=d", "http example.com 8080 '/a/b?c=d'");
	assert_read("http://127.0.0.1:1/", "http 127.0.0.1 1 '/'");
	assert_read("http://[::1]:65535/x", "http ::1 65535 '/x'");
	assert_read("https://example.com/", "https example.com 443 '/'");
	assert_read("https://[::1]:80", "https ::1 80 ''");
}

static void anything_odd_is_refused(void **state)
{
	static const char *const odd[] = {
		"", "example.com", "httpss://example.com/", "HTTP://example.com/", "http:/example.com", "http://", "http:///x",
		"http://user@example.com/", "http://a b/", "http://a/b c", "http://a/b\r\nX: y", "http://a/b#c", "http://a:/",
		"http://a:0/", "http://a:65536/", "http://a:080000/", "http://a:8x/", "http://a:-1/", "http://a?b",
		"http://[::1/", "http://[]/", "http://[::1]x/", "http://[::1%25lo]/", "http://\xc3\xa4/", "http://a/\xc3\xa4",
	};
	struct url url;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		errno = 0;
		if (url_read(&url, odd[i]) == 0)
			fail_msg("taken: %s", odd[i]);
		assert_int_equal(errno, EINVAL);
	}
}

static void request_names_host_and_path_as_they_were_given(void **state)
{
	struct url url;
	char request[128];

	(void)state;
	assert_int_equal(url_read(&url, "http://[::1]:8080"), 0);
	assert_int_equal(url_request(&url, request, sizeof request), 0);
	assert_string_equal(request, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: */*\r\n\r\n");
	assert_int_equal(url_request(&url, request, 20), -1);
	assert_int_equal(errno, EMSGSIZE);
	url_free(&url);
	assert_int_equal(url_read(&url, "https://a.test/b"), 0);
	assert_int_equal(url_request(&url, request, sizeof request), 0);
	assert_string_equal(request, "GET /b HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n");
	url_free(&url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_found),
		cmocka_unit_test(anything_odd_is_refused),
		cmocka_unit_test(request_names_host_and_path_as_they_were_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
