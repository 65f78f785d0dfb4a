/* The HTTPD filter's way in, requests as a whole. */
#include "harness.h"
#include "requests.h"

#include <stdlib.h>

#define HEAD "POST /p HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define SEEN "POST /p 11 Host=a,Transfer-Encoding=chunked "

static void requests_come_one_after_another(void **state)
{
	(void)state;
	requests_assert(NULL,
			"GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Y:  z w\t \r\nempty:\r\n\r\n"
			"HEAD * HTTP/1.0\r\n\r\n"
			"DELETE http://x/y HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
			"GET /a?b=c 11 Host=x,X-Y=z w,empty=;HEAD * 10 ;DELETE http://x/y 11 host=[::1]:80;");
}

static void empty_lines_ahead_of_a_request_are_skipped(void **state)
{
	(void)state;
	requests_assert(NULL, "\r\n\r\nGET / HTTP/1.0\r\n\r\n\r\n", "GET / 10 ;");
	requests_assert(NULL, "\r\nGET / HTTP/1.0\r\n", "+16");
	requests_assert(NULL, "GET / HTTP/1.0\r\n\r\n\r", "GET / 10 ;+1");
	requests_assert_refused("\rGET / HTTP/1.0\r\n\r\n", 400);
	requests_assert_refused("\nGET / HTTP/1.0\r\n\r\n", 400);
}

static void body_with_a_length_is_collected(void **state)
{
	(void)state;
	requests_assert(NULL, HEAD "Content-Length: 5\r\n\r\nhelloPUT / HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
			"POST /p 11 Host=a,Content-Length=5 \"hello\";PUT / 10 Content-Length=0;");
	requests_assert(NULL, "GET / HTTP/1.0\r\nContent-Length: 2\r\n\r\nx", "+38");
}

static void chunks_are_joined(void **state)
{
	(void)state;
	requests_assert(NULL, CHUNKED "3\r\nabc\r\n00A;y=\"q\";x=z\r\n0123456789\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
			SEEN "\"abc0123456789\";GET / 10 ;");
	requests_assert(NULL, CHUNKED "0\r\n\r\n", SEEN "\"\";");
	requests_assert(NULL, CHUNKED "1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n", SEEN "\"a\";");
	requests_assert(NULL, CHUNKED "1\r\na\r\n0\r\n", "+66");
}

static void chunks_that_are_not_chunks_are_refused(void **state)
{
	static const char *const bodies[] = {
		"x\r\n", "-1\r\n", "0x1\r\n", " 1\r\na\r\n0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n", "1\r\nab\r\n0\r\n\r\n",
		"10000000000000000\r\n", "1\na\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1\r\na\r\r\n0\r\n\r\n", "1;a\rb\r\na\r\n",
		"1;a=\"\n\"\r\na\r\n", "\r\n1\r\na\r\n", "0\r\nX: a\rb: c\r\n\r\n", "0\r\nX: a\n\r\n", "0\r\n y: z\r\n\r\n",
		"0\r\nnothing\r\n\r\n", "0\r\nX : y\r\n\r\n", "0\r\nGET / HTTP/1.1\r\n\r\n", "0\r\n\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		char text[256];

		snprintf(text, sizeof text, CHUNKED "%s", bodies[i]);
		requests_assert_refused(text, 400);
	}
}

static void framing_that_could_be_read_two_ways_is_refused(void **state)
{
	static const char *const heads[] = {
		"Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1, 1",
		"Content-Length: +1", "Content-Length: -1", "Content-Length: 0x1", "Content-Length: 1 1", "Content-Length:",
		"Content-Length: 18446744073709551616", "Content-Length: 1\r\nTransfer-Encoding: chunked",
		"Transfer-Encoding: chunked\r\nContent-Length: 1", "Transfer-Encoding: chunked, identity",
		"Transfer-Encoding: identity", "Transfer-Encoding:", "Transfer-Encoding: xchunked",
		"Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
		"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "Transfer-Encoding: \"chunked\"",
		"Content-Length : 1", "Content-Length\t: 1", ": x", "A B: c", "X: a\r\n folded", "X: a\r\n\tfolded", "X: a\rY: b",
		"X: a\nY: b", "X: a\r\r\nY: b", "X: a\x01", "X: a\x7f", "X\x80: a", "no colon", "X(: a", "Host: b", "Host : b",
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char text[256];

		snprintf(text, sizeof text, HEAD "%s\r\n\r\n0\r\n\r\n", heads[i]);
		requests_assert_refused(text, 400);
	}
}

static void nul_is_refused_wherever_it_is(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof text - 2; i++) {
		char copy[sizeof text];

		memcpy(copy, text, sizeof text);
		copy[i] = '\0';
		requests_assert_octets(NULL, copy, sizeof text - 1, "400;!EPROTO");
	}
	requests_assert_octets(NULL, CHUNKED "1;a\0\r\na\r\n", sizeof CHUNKED "1;a\0\r\na\r\n" - 1, "400;!EPROTO");
	requests_assert_octets(NULL, CHUNKED "0\r\na:\0\r\n\r\n", sizeof CHUNKED "0\r\na:\0\r\n\r\n" - 1, "400;!EPROTO");
}

static void request_line_has_three_words_and_one_blank_between(void **state)
{
	static const char *const lines[] = {
		"GET /", "GET / ", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET\t/ HTTP/1.1",
		"GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.x", "GET / http/1.1", "GET / ICE/1.0",
		"GET / RTSP/1.0", "GET /a b HTTP/1.1", "G@T / HTTP/1.1", "GET /\x80 HTTP/1.1", "GET x HTTP/1.1", "GET", "/ HTTP/1.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char text[128];

		snprintf(text, sizeof text, "%s\r\nHost: a\r\n\r\n", lines[i]);
		requests_assert_refused(text, 400);
	}
}

static void other_versions_and_methods_have_statuses_of_their_own(void **state)
{
	(void)state;
	requests_assert_refused("GET / HTTP/2.0\r\n\r\n", 505);
	requests_assert_refused("GET / HTTP/1.2\r\n\r\n", 505);
	requests_assert_refused("GET / HTTP/0.9\r\n\r\n", 505);
	requests_assert_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
	requests_assert_refused("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	requests_assert_refused("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	requests_assert_refused("GE / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	requests_assert_refused("DESCRIBE / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	requests_assert_refused("SOURCE / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	requests_assert(NULL, "M-SEARCH * HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH * 11 Host=a;");
	requests_assert(NULL, "UNLINK / HTTP/1.1\r\nHost: a\r\n\r\n", "UNLINK / 11 Host=a;");
}

static void http_1_1_names_one_host(void **state)
{
	(void)state;
	requests_assert_refused("GET / HTTP/1.1\r\n\r\n", 400);
	requests_assert_refused("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400);
	requests_assert_refused("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
	requests_assert_refused("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
	requests_assert(NULL, "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 11 Host=;");
}

static void codings_that_are_not_known_here_are_told_from_wrong_ones(void **state)
{
	(void)state;
	requests_assert_refused(HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
	requests_assert_refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
	requests_assert_refused(HEAD "Content-Encoding: gzip\r\n\r\n", 411);
	requests_assert(NULL, "POST / HTTP/1.0\r\nContent-Encoding: gzip\r\n\r\n", "POST / 10 Content-Encoding=gzip;");
	requests_assert(NULL, HEAD "Transfer-Encoding: ChunKed\r\n\r\n0\r\n\r\n",
			"POST /p 11 Host=a,Transfer-Encoding=ChunKed \"\";");
}

static void head_as_long_as_the_limit_passes_and_one_octet_more_does_not(void **state)
{
	const struct poe_filter_httpd_plan plan = { .max_head = 40 };

	(void)state;
	requests_assert(&plan, "GET / HTTP/1.0\r\nX: 67890123456789012\r\n\r\n", "GET / 10 X=67890123456789012;");
	requests_assert(&plan, "GET / HTTP/1.0\r\nX: 678901234567890123\r\n\r\n", "431;!EPROTO");
	requests_assert(&plan, "GET /678901234567890123456789012345678901 HTTP/1.0\r\n\r\n", "414;!EPROTO");
}

static void number_of_headers_is_limited(void **state)
{
	const struct poe_filter_httpd_plan plan = { .max_headers = 2 };

	(void)state;
	requests_assert(&plan, "GET / HTTP/1.0\r\na:\r\nb:\r\n\r\n", "GET / 10 a=,b=;");
	requests_assert(&plan, "GET / HTTP/1.0\r\na:\r\nb:\r\nc:\r\n\r\n", "431;!EPROTO");
}

static void body_is_limited_and_so_is_its_framing(void **state)
{
	const struct poe_filter_httpd_plan plan = { .max_content = 14 };

	(void)state;
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 14\r\n\r\n01234567890123",
			"PUT / 10 Content-Length=14 \"01234567890123\";");
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 15\r\n\r\n", "413;!EPROTO");
	requests_assert(&plan, CHUNKED "4\r\n0123\r\n0\r\n\r\n", SEEN "\"0123\";");
	requests_assert(&plan, CHUNKED "5\r\n01234\r\n0\r\n\r\n", "413;!EPROTO");
	requests_assert(&plan, CHUNKED "0000000000001\r\na\r\n0\r\n\r\n", "413;!EPROTO");
	requests_assert_refused("PUT / HTTP/1.0\r\nContent-Length: 1048577\r\n\r\n.", 413);
}

static void default_limits_are_64_kib_and_a_mebibyte(void **state)
{
	static const char head[] = "PUT / HTTP/1.0\r\nContent-Length: 1048576\r\nX: ";
	enum { HEAD_ROOM = 64 << 10, ROOM = HEAD_ROOM + (1 << 20) };
	struct poe_filter *f = poe_filter_httpd(NULL);
	struct poe_frame frame;
	char *text = malloc(ROOM);
	struct poe_http_request *r;

	(void)state;
	memset(text, 'x', ROOM);
	memcpy(text, head, sizeof head - 1);
	memcpy(text + HEAD_ROOM - 4, "\r\n\r\n", 4);
	assert_int_equal(f->ops->get_one(f, text, ROOM - 1, &frame), 0);
	assert_int_equal(frame.consumed, 0);
	assert_int_equal(f->ops->get_one(f, text, ROOM, &frame), 1);
	assert_int_equal(frame.consumed, ROOM);
	r = (struct poe_http_request *)frame.record.as.o;
	assert_int_equal(r->status, 0);
	assert_int_equal(r->body_length, 1 << 20);
	poe_http_request_free(r);
	poe_filter_free(f);
	free(text);
}

static void nothing_is_framed_after_connect(void **state)
{
	(void)state;
	requests_assert(NULL, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n\x16\x03\x01", "CONNECT a:443 11 Host=a:443;+3");
	requests_assert_refused("CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400);
	requests_assert_refused("CONNECT a:1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
	requests_assert_refused("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
}

static void upgrade_is_a_request_like_others(void **state)
{
	(void)state;
	requests_assert(NULL, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nGET / HTTP/1.0\r\n\r\n",
			"GET / 11 Host=a,Upgrade=h2c,Connection=Upgrade;GET / 10 ;");
	requests_assert(NULL, HEAD "Upgrade: x\r\nConnection: upgrade\r\nContent-Length: 1\r\n\r\na",
			"POST /p 11 Host=a,Upgrade=x,Connection=upgrade,Content-Length=1 \"a\";");
}

static void pieces_of_a_body_follow_their_request(void **state)
{
	const struct poe_filter_httpd_plan plan = { .streaming = 1, .max_content = 1 };

	(void)state;
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.0\r\n\r\n",
			"PUT / 10 Content-Length=5...<hello>;GET / 10 ;");
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx", "PUT / 10 Content-Length=1...<x>;");
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "PUT / 10 Content-Length=0;");
	requests_assert(&plan, "PUT / HTTP/1.0\r\nContent-Length: 2\r\n\r\nx", "PUT / 10 Content-Length=2...<x");
	requests_assert(&plan, CHUNKED "3\r\nabc\r\n2;x\r\nde\r\n0\r\nA: b\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n",
			"POST /p 11 Host=a,Transfer-Encoding=chunked...<abcde>;GET / 10 ;");
	requests_assert(&plan, CHUNKED "0\r\n\r\n", "POST /p 11 Host=a,Transfer-Encoding=chunked...<>;");
}

static void streamed_body_may_go_wrong_half_way(void **state)
{
	const struct poe_filter_httpd_plan plan = { .streaming = 1 };
	char *text = calloc(1, 20000);

	(void)state;
	requests_assert(&plan, CHUNKED "3\r\nabc\r\nx\r\n", "POST /p 11 Host=a,Transfer-Encoding=chunked...<abc400;!EPROTO");
	sprintf(text, CHUNKED "%05000d\r\n", 1);
	requests_assert(&plan, text, "POST /p 11 Host=a,Transfer-Encoding=chunked...400;!EPROTO");
	sprintf(text, CHUNKED "0\r\nX: %09000d\r\n\r\n", 1);
	requests_assert(&plan, text, "POST /p 11 Host=a,Transfer-Encoding=chunked...400;!EPROTO");
	free(text);
}

static void clone_has_the_same_limits_and_has_seen_nothing(void **state)
{
	struct poe_filter *f = poe_filter_httpd(&(struct poe_filter_httpd_plan){ .max_content = 2 }), *other;
	char half[] = "PUT / HTTP/1.0\r\nContent-Length: 2\r\n\r\nx", much[] = "PUT / HTTP/1.0\r\nContent-Length: 3\r\n\r\n";
	struct poe_frame frame;

	(void)state;
	assert_int_equal(f->ops->get_one(f, half, sizeof half - 1, &frame), 0);
	other = poe_filter_clone(f);
	assert_int_equal(other->ops->get_one(other, much, sizeof much - 1, &frame), 1);
	assert_int_equal(((struct poe_http_request *)frame.record.as.o)->status, 413);
	poe_http_request_free((struct poe_http_request *)frame.record.as.o);
	poe_filter_free(other);
	poe_filter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_come_one_after_another),
		cmocka_unit_test(empty_lines_ahead_of_a_request_are_skipped),
		cmocka_unit_test(body_with_a_length_is_collected),
		cmocka_unit_test(chunks_are_joined),
		cmocka_unit_test(chunks_that_are_not_chunks_are_refused),
		cmocka_unit_test(framing_that_could_be_read_two_ways_is_refused),
		cmocka_unit_test(nul_is_refused_wherever_it_is),
		cmocka_unit_test(request_line_has_three_words_and_one_blank_between),
		cmocka_unit_test(other_versions_and_methods_have_statuses_of_their_own),
		cmocka_unit_test(http_1_1_names_one_host),
		cmocka_unit_test(codings_that_are_not_known_here_are_told_from_wrong_ones),
		cmocka_unit_test(head_as_long_as_the_limit_passes_and_one_octet_more_does_not),
		cmocka_unit_test(number_of_headers_is_limited),
		cmocka_unit_test(body_is_limited_and_so_is_its_framing),
		cmocka_unit_test(default_limits_are_64_kib_and_a_mebibyte),
		cmocka_unit_test(nothing_is_framed_after_connect),
		cmocka_unit_test(upgrade_is_a_request_like_others),
		cmocka_unit_test(pieces_of_a_body_follow_their_request),
		cmocka_unit_test(streamed_body_may_go_wrong_half_way),
		cmocka_unit_test(clone_has_the_same_limits_and_has_seen_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
