/* The HTTPD filter in a wheel, as a server has it. */
#include "harness.h"

#include <sys/socket.h>
#include <unistd.h>

struct server {
	struct harness *harness;
	struct poe_readwrite *wheel;
	struct poe_http_request *kept;
	void (*on_request)(struct server *me, struct poe_event *ev);
	const char *input;          /* what the client has sent, all of it */
	struct poe_filter *filter;
	int peer;
};

/* The client sends all it has, and says that this was all. */
static void start(struct poe_event *ev)
{
	struct server *me = ev->heap;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
	me->peer = ends[1];
	assert_int_equal(write(me->peer, me->input, strlen(me->input)), strlen(me->input));
	shutdown(me->peer, SHUT_WR);
	me->wheel = poe_readwrite_new(ev->kernel, ends[0], &(struct poe_readwrite_plan){
		.input_event = "request", .error_event = "error", .filter = me->filter });
}

static void request(struct poe_event *ev)
{
	struct server *me = ev->heap;

	me->on_request(me, ev);
}

static void error(struct poe_event *ev)
{
	struct server *me = ev->heap;

	harness_say(me->harness, "%s/%d", poe_arg_str(ev, 0), (int)poe_arg_int(ev, 1));
	poe_readwrite_free(me->wheel);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "request", request },
	{ "error(si)", error },
	{ 0 },
};

/* Serves one connection to its end; asserts what was told and what the client has got. */
static void serve(struct harness *h, struct server *me, const char *told, const char *sent)
{
	char got[1024] = "";
	ssize_t n;

	me->harness = h;
	if (me->filter == NULL)
		me->filter = poe_filter_httpd(NULL);
	poe_session_create(h->kernel, &(struct poe_session_plan){ .states = states, .heap = me });
	harness_run(h);
	assert_string_equal(h->text, told);
	n = read(me->peer, got, sizeof got - 1);
	close(me->peer);
	assert_int_equal(n, strlen(sent));
	assert_string_equal(got, sent);
}

static void answer(struct server *me, struct poe_event *ev)
{
	const struct poe_http_request *r = poe_http_request(ev);

	harness_say(me->harness, "%d:%s", r->status, r->target);
	poe_put(me->wheel, poe_http_response_value(&(struct poe_http_response){
		.status = r->status != 0 ? r->status : 200, .body = r->target, .length = strlen(r->target),
		.close = !poe_http_request_keeps_alive(r) }));
}

static void requests_are_answered_in_their_order(void **state)
{
	struct server me = { .on_request = answer, .input = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n" };

	serve(*state, &me, "0:/a 0:/b read/0",
	      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a"
	      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/b");
}

static void refused_request_is_answered_and_then_the_stream_is_an_error(void **state)
{
	struct server me = { .on_request = answer, .input = "GET / HTTP/1.0\r\nX : y\r\n\r\nGET /c HTTP/1.0\r\n\r\n" };

	serve(*state, &me, "400:/ filter/71",
	      "HTTP/1.1 400 Bad Request\r\nContent-Length: 1\r\nConnection: close\r\n\r\n/");
}

static void swallow(struct server *me, struct poe_event *ev)
{
	if (poe_arg(ev, 0).kind != POE_OBJ)
		return;
	answer(me, ev);
	poe_readwrite_shutdown_output(me->wheel);
	poe_readwrite_set_input_filter(me->wheel, poe_filter_stream());
}

static void stream_filter_reads_a_refused_connection_to_its_end(void **state)
{
	struct server me = { .on_request = swallow, .input = "GET / HTTP/9.9\r\n\r\nGET /c HTTP/1.0\r\n\r\n" };

	serve(*state, &me, "505: read/0",
	      "HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

static void keep(struct server *me, struct poe_event *ev)
{
	me->kept = poe_http_request_take(ev);
}

static void request_that_is_taken_outlives_its_handler(void **state)
{
	struct server me = { .on_request = keep, .input = "PUT /d HTTP/1.0\r\nContent-Length: 2\r\nA: b\r\n\r\nhi" };

	serve(*state, &me, "read/0", "");
	assert_string_equal(me.kept->body, "hi");
	assert_string_equal(poe_http_request_header(me.kept, "a"), "b");
	assert_null(poe_http_request_header(me.kept, "b"));
	poe_http_request_free(me.kept);
	poe_http_request_free(NULL);
}

/* Lines follow what the request asked for. */
static void go_over_to_lines(struct server *me, struct poe_event *ev)
{
	if (poe_arg(ev, 0).kind != POE_OBJ) {
		harness_say(me->harness, "%s", poe_arg_str(ev, 0));
		return;
	}
	harness_say(me->harness, "%s", poe_http_request(ev)->method);
	poe_readwrite_set_input_filter(me->wheel, poe_filter_line(NULL));
}

static void what_follows_connect_or_upgrade_is_the_next_filter_s(void **state)
{
	struct server connect = { .on_request = go_over_to_lines, .input = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\none\r\ntwo\r\n" };
	struct server upgrade = { .on_request = go_over_to_lines,
		.input = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: lines\r\n\r\nthree\r\n" };

	serve(*state, &connect, "CONNECT one two read/0", "");
	serve(*state, &upgrade, "CONNECT one two read/0 GET three read/0", "");
}

static void note_part(struct server *me, struct poe_event *ev)
{
	const struct poe_value part = poe_arg(ev, 0);

	if (part.kind == POE_OBJ && poe_http_request_expects_continue(poe_http_request(ev)))
		poe_put(me->wheel, poe_http_response_value(&(struct poe_http_response){ .status = 100 }));
	if (part.kind != POE_OBJ)
		harness_say(me->harness, "'%.*s'", (int)part.length, part.as.s);
}

static void streaming_server_may_tell_the_client_to_go_on(void **state)
{
	struct server me = { .on_request = note_part, .filter = poe_filter_httpd(&(struct poe_filter_httpd_plan){ .streaming = 1 }),
		.input = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc" };

	serve(*state, &me, "'abc' '' read/0", "HTTP/1.1 100 Continue\r\n\r\n");
}

static void free_wheel(struct server *me, struct poe_event *ev)
{
	harness_say(me->harness, "%s", poe_arg(ev, 0).kind == POE_OBJ ? "request" : "piece");
	if (poe_arg(ev, 0).kind != POE_OBJ || !poe_http_request(ev)->body_follows)
		poe_readwrite_free(me->wheel);
}

static void wheel_may_be_freed_with_a_request_or_a_piece_of_one(void **state)
{
	struct server request_only = { .on_request = free_wheel, .input = "GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n" };
	struct server piece = { .on_request = free_wheel, .filter = poe_filter_httpd(&(struct poe_filter_httpd_plan){ .streaming = 1 }),
		.input = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n" };

	serve(*state, &request_only, "request", "");
	serve(*state, &piece, "request request piece", "");
}

static void wheel_may_be_freed_with_half_a_request_in_it(void **state)
{
	struct server me = { .on_request = free_wheel, .input = "PUT / HTTP/1.0\r\nContent-Length: 9\r\n\r\nhalf" };

	serve(*state, &me, "read/0", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(requests_are_answered_in_their_order),
		HARNESS_TEST(refused_request_is_answered_and_then_the_stream_is_an_error),
		HARNESS_TEST(stream_filter_reads_a_refused_connection_to_its_end),
		HARNESS_TEST(request_that_is_taken_outlives_its_handler),
		HARNESS_TEST(what_follows_connect_or_upgrade_is_the_next_filter_s),
		HARNESS_TEST(streaming_server_may_tell_the_client_to_go_on),
		HARNESS_TEST(wheel_may_be_freed_with_a_request_or_a_piece_of_one),
		HARNESS_TEST(wheel_may_be_freed_with_half_a_request_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
