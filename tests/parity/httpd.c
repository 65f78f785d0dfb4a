/* The HTTPD filter: requests, those that are refused, and responses. */
#include "framing.h"

/* Headers by name, as lines. */
static int by_text(const void *one, const void *other)
{
	return strcmp(one, other);
}

static void note_headers(const struct poe_http_request *r)
{
	char lines[16][128];

	for (size_t i = 0; i < r->header_count && i < 16; i++)
		snprintf(lines[i], sizeof lines[i], "%s: %s", r->headers[i].name, r->headers[i].value);
	qsort(lines, r->header_count, sizeof *lines, by_text);
	for (size_t i = 0; i < r->header_count && i < 16; i++)
		parity_note("%s", lines[i]);
}

static void note_octets(const char *what, const char *octets, size_t length)
{
	char text[512];

	peer_spell(octets, length, text, sizeof text);
	parity_note("%s: %s", what, text);
}

static void note_request(struct poe_value record)
{
	const struct poe_http_request *r = (const struct poe_http_request *)record.as.o;

	if (record.kind != POE_OBJ) {
		note_octets("piece", record.as.s, record.length);
		return;
	}
	if (r->status != 0) {
		parity_note("to be refused: %d", r->status);
		return;
	}
	parity_note("%s %s HTTP/%d.%d", r->method, r->target, r->version / 10, r->version % 10);
	note_headers(r);
	if (r->body != NULL && r->body_length > 0)
		note_octets("body", r->body, r->body_length);
}

static void start(struct framing *f, const struct poe_filter_httpd_plan *plan)
{
	framing_start(f, poe_filter_httpd(plan));
	f->show = note_request;
}

/* Each a read, up to NULL. */
static void feed(const struct poe_filter_httpd_plan *plan, const char *const *reads)
{
	struct framing f;

	start(&f, plan);
	for (; *reads != NULL; reads++)
		framing_feed_octets(&f, *reads, strlen(*reads));
	framing_end(&f);
}

static void get(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET /path?a=1&b=%20 HTTP/1.1\r\nHost: example\r\nAccept: */*\r\n\r\n", NULL });
}

static void in_pieces(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GE", "T / HT", "TP/1.1\r", "\nHost: ex", "ample\r\n", "\r\n", NULL });
}

static void two_at_once(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: b\r\n\r\n", NULL });
}

static void body(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello",
		" world", NULL });
}

static void body_and_the_next(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /two HTTP/1.1\r\n"
		"Host: a\r\n\r\n", NULL });
}

static void body_of_nothing(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", NULL });
}

static void old_version(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.0\r\n\r\n", NULL });
}

static void other_methods(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n",
		"HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", NULL });
}

static void repeated_header(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nAccept: text/plain\r\n\r\n", NULL });
}

static void blanks_around_a_value(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.1\r\nHost:   a\r\nAccept:\r\n\r\n", NULL });
}

static void blank_lines_before(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", NULL });
}

static void nonsense(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"!!!\r\n\r\n", NULL });
}

static void length_that_is_no_number(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n", NULL });
}

static void bare_newlines(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.1\nHost: a\n\n", NULL });
}

static void folded_header(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html,\r\n  text/plain\r\n\r\n", NULL });
}

static void blank_before_a_colon(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET / HTTP/1.1\r\nHost : a\r\n\r\n", NULL });
}

static void two_lengths(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", NULL });
}

static void chunks(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
		"0\r\n\r\n", NULL });
}

static void two_slashes(struct parity *p)
{
	(void)p;
	feed(NULL, (const char *const[]){
		"GET //path HTTP/1.1\r\nHost: a\r\n\r\n", NULL });
}

static void body_too_long(struct parity *p)
{
	(void)p;
	feed(&(struct poe_filter_httpd_plan){ .max_content = 10 }, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world", NULL });
}

static void streaming(struct parity *p)
{
	(void)p;
	feed(&(struct poe_filter_httpd_plan){ .streaming = 1 }, (const char *const[]){
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello", " world", NULL });
}

static void answer(struct poe_http_response response)
{
	struct framing f;

	start(&f, NULL);
	framing_out(&f, poe_http_response_value(&response));
	framing_end(&f);
}

static void response(struct parity *p)
{
	(void)p;
	answer((struct poe_http_response){
		.status = 200, .body = "hello\n", .length = 6,
		.headers = (const struct poe_http_header[]){
			{ "Content-Length", "6" }, { "Content-Type", "text/plain" }, { NULL, NULL } } });
}

static void response_not_found(struct parity *p)
{
	(void)p;
	answer((struct poe_http_response){ .status = 404, .body = "no\n", .length = 3 });
}

static void response_without_a_body(struct parity *p)
{
	(void)p;
	answer((struct poe_http_response){
		.status = 304, .headers = (const struct poe_http_header[]){ { "ETag", "\"x\"" }, { NULL, NULL } } });
}

static const struct parity_scenario scenarios[] = {
	{ "get", "", NULL, get },
	{ "in_pieces", "", NULL, in_pieces },
	{ "two_at_once", "", NULL, two_at_once },
	{ "body", "", NULL, body },
	{ "body_and_the_next", "", NULL, body_and_the_next },
	{ "body_of_nothing", "", NULL, body_of_nothing },
	{ "old_version", "", NULL, old_version },
	{ "other_methods", "", NULL, other_methods },
	{ "repeated_header", "", NULL, repeated_header },
	{ "blanks_around_a_value", "", NULL, blanks_around_a_value },
	{ "blank_lines_before", "", NULL, blank_lines_before },
	{ "nonsense", "", NULL, nonsense },
	{ "length_that_is_no_number", "", NULL, length_that_is_no_number },
	{ "bare_newlines", "", NULL, bare_newlines },
	{ "folded_header", "", NULL, folded_header },
	{ "blank_before_a_colon", "", NULL, blank_before_a_colon },
	{ "two_lengths", "", NULL, two_lengths },
	{ "chunks", "", NULL, chunks },
	{ "two_slashes", "", NULL, two_slashes },
	{ "body_too_long", "", NULL, body_too_long },
	{ "streaming", "", NULL, streaming },
	{ "response", "", NULL, response },
	{ "response_not_found", "", NULL, response_not_found },
	{ "response_without_a_body", "", NULL, response_without_a_body },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
