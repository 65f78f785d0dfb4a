/* The HTTPD filter's way out, and what it tells of requests. */
#include "harness.h"
#include "requests.h"

static struct poe_value response(struct poe_http_response *to, struct poe_http_response r)
{
	*to = r;
	return poe_http_response_value(to);
}

/* Asserts what a new filter makes of it; NULL for EINVAL. */
static void assert_sent(struct poe_http_response r, const char *octets)
{
	struct poe_filter *f = poe_filter_httpd(NULL);

	requests_assert_put(f, poe_http_response_value(&r), octets);
	poe_filter_free(f);
}

#define SENT(octets, ...) assert_sent((struct poe_http_response){ __VA_ARGS__ }, octets)
#define HEADERS(...) .headers = (const struct poe_http_header[]){ __VA_ARGS__, { 0 } }

static void response_gets_its_length_and_its_reason(void **state)
{
	(void)state;
	SENT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", .status = 200, .body = "hello", .length = 5);
	SENT("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", .status = 404);
	SENT("HTTP/1.1 299 Unknown\r\nContent-Length: 0\r\n\r\n", .status = 299);
	SENT("HTTP/1.1 200 Fine, thanks\r\nContent-Length: 0\r\n\r\n", .status = 200, .reason = "Fine, thanks");
	SENT("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", .status = 200, .reason = "");
}

static void headers_go_out_as_they_are(void **state)
{
	(void)state;
	SENT("HTTP/1.1 200 OK\r\nA: b\r\na: c\td \xe9\r\nE: \r\nContent-Length: 0\r\n\r\n", .status = 200,
	     HEADERS({ "A", "b" }, { "a", "c\td \xe9" }, { "E", "" }));
	SENT("HTTP/1.1 500 Internal Server Error\r\nA: b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", .status = 500,
	     HEADERS({ "A", "b" }), .close = 1);
}

static void head_alone_says_how_long_the_body_would_be(void **state)
{
	(void)state;
	SENT("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", .status = 200, .length = 99);
	SENT("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", .status = 200, HEADERS({ "content-length", "99" }));
	SENT("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", .status = 304, HEADERS({ "Content-Length", "7" }));
}

static void statuses_without_a_body_get_no_length(void **state)
{
	(void)state;
	SENT("HTTP/1.1 100 Continue\r\n\r\n", .status = 100);
	SENT("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", .status = 101, HEADERS({ "Upgrade", "x" }));
	SENT("HTTP/1.1 204 No Content\r\n\r\n", .status = 204, .body = "");
	SENT("HTTP/1.1 304 Not Modified\r\n\r\n", .status = 304);
	SENT("HTTP/1.1 200 OK\r\n\r\n", .status = 200, .framing = POE_HTTP_TUNNEL);
	SENT(NULL, .status = 204, .body = "x", .length = 1);
	SENT(NULL, .status = 304, .length = 1);
	SENT(NULL, .status = 100, HEADERS({ "Content-Length", "0" }));
	SENT(NULL, .status = 204, HEADERS({ "Content-Length", "0" }));
	SENT(NULL, .status = 204, .framing = POE_HTTP_CHUNKED);
}

static void what_would_end_a_line_is_refused(void **state)
{
	(void)state;
	SENT(NULL, .status = 99);
	SENT(NULL, .status = 600);
	SENT(NULL, .status = 200, .reason = "OK\r\nX: y");
	SENT(NULL, .status = 200, .reason = "\n");
	SENT(NULL, .status = 200, HEADERS({ "A", "b\r\nC: d" }));
	SENT(NULL, .status = 200, HEADERS({ "A", "b\r" }));
	SENT(NULL, .status = 200, HEADERS({ "A", "\x01" }));
	SENT(NULL, .status = 200, HEADERS({ "A", NULL }));
	SENT(NULL, .status = 200, HEADERS({ "A:", "b" }));
	SENT(NULL, .status = 200, HEADERS({ "A\r\n", "b" }));
	SENT(NULL, .status = 200, HEADERS({ "", "b" }));
	SENT(NULL, .status = 200, HEADERS({ "A", "b" }, { "C D", "e" }));
}

static void framing_that_is_not_true_is_refused(void **state)
{
	(void)state;
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "4" }), .body = "hello", .length = 5);
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "05" }), .body = "hello", .length = 5);
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "x" }));
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "" }));
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "1" }, { "content-length", "1" }));
	SENT(NULL, .status = 200, HEADERS({ "Content-Length", "1" }), .framing = POE_HTTP_CHUNKED);
	SENT(NULL, .status = 200, HEADERS({ "Transfer-Encoding", "chunked" }));
	SENT(NULL, .status = 200, .framing = POE_HTTP_UNTIL_CLOSE, .length = 1);
	SENT(NULL, .status = 200, .framing = (enum poe_http_body)4);
	SENT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", .status = 200, HEADERS({ "Content-Length", "5" }),
	     .body = "hello", .length = 5);
}

static void chunks_follow_a_chunked_head_until_an_empty_one(void **state)
{
	struct poe_filter *f = poe_filter_httpd(NULL);
	struct poe_http_response chunked = { .status = 200, .framing = POE_HTTP_CHUNKED }, other;

	(void)state;
	requests_assert_put(f, poe_str("too early"), NULL);
	requests_assert_put(f, poe_http_response_value(&chunked), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	requests_assert_put(f, poe_str("hello"), "5\r\nhello\r\n");
	requests_assert_put(f, response(&other, (struct poe_http_response){ .status = 200 }), NULL);
	requests_assert_put(f, poe_int(5), NULL);
	requests_assert_put(f, poe_bytes("0123456789abcdef", 16), "10\r\n0123456789abcdef\r\n");
	requests_assert_put(f, poe_bytes(NULL, 0), "0\r\n\r\n");
	requests_assert_put(f, poe_bytes("x", 1), NULL);
	requests_assert_put(f, poe_http_response_value(&other), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	poe_filter_free(f);
}

static void octets_follow_a_head_whose_body_goes_on_until_close(void **state)
{
	struct poe_filter *f = poe_filter_httpd(NULL);
	struct poe_http_response r = { .status = 200, .framing = POE_HTTP_UNTIL_CLOSE };

	(void)state;
	requests_assert_put(f, poe_http_response_value(&r), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	requests_assert_put(f, poe_str("hello"), "hello");
	requests_assert_put(f, poe_str(""), "");
	requests_assert_put(f, poe_str("more"), NULL);
	requests_assert_put(f, poe_http_response_value(&r), NULL);
	poe_filter_free(f);
}

static void other_records_are_refused(void **state)
{
	struct poe_array *array = poe_array_new(NULL, 0);
	struct poe_filter *f = poe_filter_httpd(NULL);

	(void)state;
	requests_assert_put(f, poe_obj(&array->object), NULL);
	requests_assert_put(f, poe_bytes(NULL, 1), NULL);
	requests_assert_put(f, poe_ptr(f), NULL);
	poe_filter_free(f);
	poe_array_free(array);
}

/* A request by hand, with one header. */
static struct poe_http_request request(int version, const struct poe_http_header *header)
{
	return (struct poe_http_request){ .version = version, .headers = header, .header_count = header->name != NULL };
}

static void connection_is_kept_only_if_the_client_keeps_it(void **state)
{
	static const struct poe_http_header none = { 0 }, close = { "connection", "TE,\tClose" },
		keep = { "Connection", "Keep-Alive" }, both = { "Connection", "keep-alive, close" }, like = { "Connection", "closed" };
	struct poe_http_request r = request(11, &none);

	(void)state;
	assert_true(poe_http_request_keeps_alive(&r));
	r.status = 400;
	assert_false(poe_http_request_keeps_alive(&r));
	r = request(10, &none);
	assert_false(poe_http_request_keeps_alive(&r));
	r = request(10, &keep);
	assert_true(poe_http_request_keeps_alive(&r));
	r = request(11, &close);
	assert_false(poe_http_request_keeps_alive(&r));
	r = request(10, &both);
	assert_false(poe_http_request_keeps_alive(&r));
	r = request(11, &like);
	assert_true(poe_http_request_keeps_alive(&r));
}

static void client_waits_to_be_told_to_continue_only_with_a_body(void **state)
{
	static const struct poe_http_header expect = { "expect", "100-Continue" }, other = { "Expect", "101" };
	struct poe_http_request r = request(11, &expect);

	(void)state;
	assert_false(poe_http_request_expects_continue(&r));
	r.body_follows = 1;
	assert_true(poe_http_request_expects_continue(&r));
	r.version = 10;
	assert_false(poe_http_request_expects_continue(&r));
	r = request(11, &other);
	r.body = "x";
	assert_false(poe_http_request_expects_continue(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_gets_its_length_and_its_reason),
		cmocka_unit_test(headers_go_out_as_they_are),
		cmocka_unit_test(head_alone_says_how_long_the_body_would_be),
		cmocka_unit_test(statuses_without_a_body_get_no_length),
		cmocka_unit_test(what_would_end_a_line_is_refused),
		cmocka_unit_test(framing_that_is_not_true_is_refused),
		cmocka_unit_test(chunks_follow_a_chunked_head_until_an_empty_one),
		cmocka_unit_test(octets_follow_a_head_whose_body_goes_on_until_close),
		cmocka_unit_test(other_records_are_refused),
		cmocka_unit_test(connection_is_kept_only_if_the_client_keeps_it),
		cmocka_unit_test(client_waits_to_be_told_to_continue_only_with_a_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
