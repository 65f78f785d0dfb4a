/*
 * The filter of demos/fetch: every response is framed twice, at once and octet
 * by octet, and both must agree.
 */
#include "../demos/fetch/http_filter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORDS = 64 };

static void describe(char *words, const struct http_response *r)
{
	snprintf(words, WORDS, "%d, %d headers, %d octets, %s", r->status, r->headers, (int)r->body,
		 r->keep_alive ? "keep" : "close");
}

/* As the wheel does it: what is not consumed comes again, with `step` octets more. */
static struct poe_filter *frame(char *words, const char *text, size_t length, size_t step)
{
	struct poe_filter *f = http_filter_new();
	char *data = malloc(length + 1);
	size_t start = 0;

	assert_non_null(f);
	memcpy(data, text, length);
	snprintf(words, WORDS, "more");
	for (size_t end = step; end <= length; end += step) {
		struct poe_frame got = { .consumed = 0 };
		int result = start < end ? f->ops->get_one(f, data + start, end - start, &got) : 0;

		start += got.consumed;
		if (result == 1) {
			describe(words, (struct http_response *)got.record.as.o);
			got.record.as.o->type->release(got.record.as.o);
		} else if (result == -1) {
			snprintf(words, WORDS, "%s", errno == EPROTO ? "EPROTO" : errno == EMSGSIZE ? "EMSGSIZE" : "?");
			break;
		}
	}
	free(data);
	return f;
}

static void assert_framed_n(const char *text, size_t length, const char *expected)
{
	char words[WORDS];

	poe_filter_free(frame(words, text, length, length));
	assert_string_equal(words, expected);
	poe_filter_free(frame(words, text, length, 1));
	assert_string_equal(words, expected);
}

static void assert_framed(const char *text, const char *expected)
{
	assert_framed_n(text, strlen(text), expected);
}

/* The same, and then the input ends. */
static void assert_finished(const char *text, const char *expected)
{
	struct http_response response;
	char words[WORDS];
	struct poe_filter *f = frame(words, text, strlen(text), strlen(text));

	assert_string_equal(words, "more");
	if (http_filter_finish(f, &response) == 0)
		describe(words, &response);
	else
		snprintf(words, WORDS, "%s", errno == EPROTO ? "EPROTO" : "?");
	assert_string_equal(words, expected);
	poe_filter_free(f);
}

static void response_with_a_length_is_one_record(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello", "200, 2 headers, 5 octets, keep");
	assert_framed("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "404, 1 headers, 0 octets, keep");
	assert_framed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "more");
}

static void chunks_are_counted_without_their_framing(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
		      "200, 1 headers, 13 octets, keep");
}

static void connection_is_kept_only_if_the_server_keeps_it(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "200, 2 headers, 1 octets, close");
	assert_framed("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "200, 1 headers, 1 octets, close");
	assert_framed("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
		      "200, 2 headers, 1 octets, keep");
}

static void interim_responses_are_read_over(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 103 Early\r\nLink: longer than what follows\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		      "200, 1 headers, 1 octets, keep");
	assert_framed("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 101 Switching\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 103 Early\r\n\r\n\r\nHTTP/1.1 204 None\r\n\r\n", "EPROTO");
}

static void statuses_without_a_body_have_none(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 204 None\r\n\r\n", "204, 0 headers, 0 octets, keep");
	assert_framed("HTTP/1.1 304 Same\r\nContent-Length: 3\r\n\r\n", "304, 1 headers, 0 octets, keep");
	assert_framed("HTTP/1.1 304 Same\r\nContent-Length: 3\r\n\r\nabc", "EPROTO");
	assert_framed("HTTP/1.1 204 None\r\nContent-Length: 3\r\n\r\n", "EPROTO");
}

static void octets_after_the_end_are_an_error(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx\r\n", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", "EPROTO");
}

static void lines_end_in_cr_lf_only(void **state)
{
	(void)state;
	assert_framed("HTTP/1.1 200 OK\r\nX-A:\rContent-Length: 3\r\n\r\nabc", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\nContent-Length: 0\n\n", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n", "EPROTO");
	assert_framed("\r\nHTTP/1.1 200 OK\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a\rb\r\nx\r\n0\r\n\r\n", "EPROTO");
}

static void framing_that_could_be_read_two_ways_is_refused(void **state)
{
	static const char *const heads[] = {
		"Content-Length: 1\r\nContent-Length: 2", "Content-Length: +1", "Content-Length: 1 1",
		"Content-Length: 18446744073709551616", "Content-Length: 1\r\nTransfer-Encoding: chunked",
		"Transfer-Encoding: chunked, identity", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: xchunked",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Content-Length : 1", "A\tB: c", ": x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char text[256];

		snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n%s\r\n\r\n0\r\n\r\n", heads[i]);
		assert_framed(text, "EPROTO");
	}
	assert_framed("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "EPROTO");
}

static void chunks_that_are_not_chunks_are_refused(void **state)
{
	static const char *const bodies[] = {
		"x\r\n", "-1\r\n", "0x1\r\n", " 1\r\na\r\n", "1\r\nab\r\n", "10000000000000000\r\n", "0\r\nTrailer: x\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		char text[256];

		snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s", bodies[i]);
		assert_framed(text, "EPROTO");
	}
}

static void other_protocols_are_refused(void **state)
{
	(void)state;
	assert_framed("SSH-2.0-OpenSSH_9.2\r\n", "EPROTO");
	assert_framed("HTTP/2.0 200 OK\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 99 No\r\n\r\n", "EPROTO");
	assert_framed("HTTP/1.1 600 No\r\n\r\n", "EPROTO");
}

static void head_of_64_kib_passes_and_one_octet_more_does_not(void **state)
{
	static const char start[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
	enum { MOST = 64 * 1024 };
	char *text = malloc(MOST + 2);

	(void)state;
	memset(text, 'x', MOST + 1);
	memcpy(text, start, sizeof start - 1);
	memcpy(text + MOST - 4, "\r\n\r\n", 5);
	assert_framed(text, "200, 2 headers, 0 octets, keep");
	memset(text + MOST - 4, 'x', 4);
	memcpy(text + MOST - 3, "\r\n\r\n", 5);
	assert_framed(text, "EMSGSIZE");
	free(text);
}

static void body_until_the_end_of_input_is_whole_then(void **state)
{
	(void)state;
	assert_finished("HTTP/1.0 200 OK\r\n\r\nall of it", "200, 0 headers, 9 octets, close");
	assert_finished("HTTP/1.1 200 OK\r\nX: y\r\n\r\n", "200, 1 headers, 0 octets, close");
	assert_finished("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "EPROTO");
	assert_finished("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", "EPROTO");
	assert_finished("HTTP/1.1 200 OK\r\n", "EPROTO");
}

static void end_without_a_response_under_way_is_an_error(void **state)
{
	struct http_response response;
	char words[WORDS];
	struct poe_filter *fresh = http_filter_new();
	struct poe_filter *done = frame(words, "HTTP/1.1 204 None\r\n\r\n", 21, 21);

	(void)state;
	assert_int_equal(http_filter_finish(fresh, &response), -1);
	assert_int_equal(errno, EPROTO);
	assert_int_equal(http_filter_finish(done, &response), -1);
	poe_filter_free(fresh);
	poe_filter_free(done);
}

static void clone_has_seen_nothing(void **state)
{
	char words[WORDS];
	struct poe_filter *f = frame(words, "HTTP/1.1 204 None\r\n\r\n", 21, 21);
	struct poe_filter *other = poe_filter_clone(f);
	struct poe_frame got = { .consumed = 0 };
	char again[] = "HTTP/1.1 204 None\r\n\r\n";

	(void)state;
	assert_int_equal(other->ops->get_one(other, again, 21, &got), 1);
	got.record.as.o->type->release(got.record.as.o);
	poe_filter_free(other);
	poe_filter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_with_a_length_is_one_record),
		cmocka_unit_test(chunks_are_counted_without_their_framing),
		cmocka_unit_test(connection_is_kept_only_if_the_server_keeps_it),
		cmocka_unit_test(interim_responses_are_read_over),
		cmocka_unit_test(statuses_without_a_body_have_none),
		cmocka_unit_test(octets_after_the_end_are_an_error),
		cmocka_unit_test(lines_end_in_cr_lf_only),
		cmocka_unit_test(framing_that_could_be_read_two_ways_is_refused),
		cmocka_unit_test(chunks_that_are_not_chunks_are_refused),
		cmocka_unit_test(other_protocols_are_refused),
		cmocka_unit_test(head_of_64_kib_passes_and_one_octet_more_does_not),
		cmocka_unit_test(body_until_the_end_of_input_is_whole_then),
		cmocka_unit_test(end_without_a_response_under_way_is_an_error),
		cmocka_unit_test(clone_has_seen_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
