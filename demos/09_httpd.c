/*
 * A web server: httpd [port].  The server of lines, with another filter: records
 * are requests and responses now.  GET / is a greeting, what is sent to /echo
 * comes back, everything else is not found.  A connection serves as many
 * requests as its client likes.  Control-C ends it.
 *
 *     http://127.0.0.1:8088/
 *     GET / 200
 *     POST /echo 200
 *     GET /nowhere 404
 *     INT: bye
 */
#include <poe.h>

#include <stdlib.h>

static const struct poe_http_header text[] = { { "Content-Type", "text/plain" }, { 0 } };

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
static void hang_up(struct poe_tcp *me)
{
	struct poe_filter *rest = poe_filter_stream();

	poe_readwrite_shutdown_output(me->wheel);
	if (rest != NULL) {
		poe_readwrite_set_input_filter(me->wheel, rest);
		return;
	}
	poe_readwrite_free(me->wheel);
	me->wheel = NULL;
}

static void client_input(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;
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

/* The client has gone, or nothing can be done for it: the server lets go of it then by itself. */
static void client_error(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state client_states[] = {
	{ "client_input", client_input },
	{ "client_error", client_error },
	{ 0 },
};

static void started(struct poe_event *ev)
{
	if (poe_arg_int(ev, 0) != 0)
		printf("http://127.0.0.1:%d/\n", (int)poe_arg_int(ev, 0));
	poe_sig(ev->kernel, "INT", "signal");
	poe_sig(ev->kernel, "TERM", "signal");
}

static void signalled(struct poe_event *ev)
{
	printf("%s: bye\n", poe_arg_str(ev, 0));
}

static const struct poe_state server_states[] = {
	{ "started(i)", started },
	{ "signal(s)", signalled },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct poe_filter *filter = poe_filter_httpd(NULL);

	if (k == NULL || filter == NULL)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	poe_tcp_server_new(k, &(struct poe_tcp_server_plan){
		.address = "127.0.0.1", .port = argc > 1 ? atoi(argv[1]) : 0,
		.states = server_states, .client_states = client_states, .client_filter = filter });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
