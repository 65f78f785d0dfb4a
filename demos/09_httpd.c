/*
 * A web server: httpd [port].  The echo server, with another filter in its
 * wheels: records are requests and responses now.  GET / is a greeting, what is
 * sent to /echo comes back, everything else is not found.  A connection serves
 * as many requests as its client likes.  Control-C ends it.
 *
 *     http://127.0.0.1:8088/
 *     GET / 200
 *     POST /echo 200
 *     GET /nowhere 404
 *     INT: bye
 */
#include <poe.h>

#include <stdlib.h>
#include <unistd.h>

struct client {
	struct poe_readwrite *wheel; /* the session's, so it goes when the session does */
};

static const struct poe_http_header text[] = { { "Content-Type", "text/plain" }, { 0 } };

static void client_start(struct poe_event *ev)
{
	struct client *me = ev->heap;
	int fd = (int)poe_arg_int(ev, 0);
	struct poe_filter *filter = poe_filter_httpd(NULL);

	if (filter != NULL)
		me->wheel = poe_readwrite_new(ev->kernel, fd, &(struct poe_readwrite_plan){
				.input_event = "request", .error_event = "error", .filter = filter });
	if (me->wheel != NULL)
		return;
	poe_filter_free(filter);
	close(fd);
}

/* What goes back; it is lent, and its body is the request's own. */
static struct poe_http_response response_to(const struct poe_http_request *r)
{
	static const char hello[] = "hello, world\n";
	struct poe_http_response response = { .headers = text, .close = !poe_http_request_keeps_alive(r) };

	response.status = r->status != 0 ? r->status : 404;
	if (r->status == 0 && strcmp(r->target, "/") == 0) {
		response.status = 200;
		response.body = hello;
		response.length = sizeof hello - 1;
	} else if (r->status == 0 && strcmp(r->target, "/echo") == 0) {
		response.status = 200;
		response.body = r->body;
		response.length = r->body_length;
	} else {
		response.body = poe_http_reason(response.status);
		response.length = strlen(response.body);
	}
	if (strcmp(r->method, "HEAD") == 0)
		response.body = NULL;
	return response;
}

/*
 * Whoever is told that this was all reads the answer first, and then closes:
 * until it does, what it may still send is read by a Stream filter, and lost.
 */
static void hang_up(struct client *me)
{
	struct poe_filter *rest = poe_filter_stream();

	poe_readwrite_shutdown_output(me->wheel);
	if (rest != NULL)
		poe_readwrite_set_input_filter(me->wheel, rest);
	else
		poe_readwrite_free(me->wheel);
}

static void client_request(struct poe_event *ev)
{
	struct client *me = ev->heap;
	const struct poe_http_request *r;
	struct poe_http_response response;

	if (poe_arg(ev, 0).kind != POE_OBJ)
		return;
	r = poe_http_request(ev);
	response = response_to(r);
	printf("%s %s %d\n", r->method, r->target, response.status);
	if (poe_put(me->wheel, poe_http_response_value(&response)) < 0 || response.close)
		hang_up(me);
}

/* The client has gone, or nothing can be done for it. */
static void client_error(struct poe_event *ev)
{
	struct client *me = ev->heap;

	poe_readwrite_free(me->wheel);
}

static const struct poe_state client_states[] = {
	{ "_start(i)", client_start },
	{ "request", client_request },
	{ "error(sis)", client_error },
	{ 0 },
};

struct server {
	int port;
	struct poe_socketfactory *listener;
};

static void server_start(struct poe_event *ev)
{
	struct server *me = ev->heap;

	me->listener = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.bind_address = "127.0.0.1", .bind_port = me->port, .reuse = 1,
			.success_event = "accepted", .failure_event = "failed" });
	if (me->listener != NULL && poe_socketfactory_port(me->listener) != 0)
		printf("http://127.0.0.1:%d/\n", poe_socketfactory_port(me->listener));
	poe_sig(ev->kernel, "INT", "signal");
	poe_sig(ev->kernel, "TERM", "signal");
}

static void server_accepted(struct poe_event *ev)
{
	struct client *client = calloc(1, sizeof *client);
	int fd;

	if (client == NULL)
		return;
	fd = poe_socket_take(ev);
	if (poe_session_create(ev->kernel, &(struct poe_session_plan){
			.states = client_states, .heap = client, .free_heap = free,
			.args = poe_list(poe_int(fd)) }).v == 0)
		close(fd);
}

static void server_failed(struct poe_event *ev)
{
	struct server *me = ev->heap;

	fprintf(stderr, "%s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	if (strcmp(poe_arg_str(ev, 0), "accept") != 0)
		poe_socketfactory_free(me->listener);
}

static void server_signal(struct poe_event *ev)
{
	printf("%s: bye\n", poe_arg_str(ev, 0));
}

static const struct poe_state server_states[] = {
	{ "_start", server_start },
	{ "accepted(os)", server_accepted },
	{ "failed(sis)", server_failed },
	{ "signal(s)", server_signal },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct server server = { .port = argc > 1 ? atoi(argv[1]) : 0 };

	if (k == NULL)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	poe_session_create(k, &(struct poe_session_plan){ .states = server_states, .heap = &server });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
