/*
 * The server: one session listens, and each connection gets a session of its
 * own, as in 05_echo.  A visitor's wheel has two filters: lines come in, and
 * octets go out as they are.
 */
#include "server.h"

#include <stdlib.h>
#include <unistd.h>

struct visitor {
	struct poe_readwrite *wheel; /* the session's */
	char path[64];               /* of the request being read */
};

/* The wheel owns its filters once it is made, and not before. */
static void visitor_start(struct poe_event *ev)
{
	struct visitor *me = ev->heap;
	int fd = (int)poe_arg_int(ev, 0);
	struct poe_filter *lines = poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 8192 });
	struct poe_filter *octets = poe_filter_stream();

	if (lines != NULL && octets != NULL)
		me->wheel = poe_readwrite_new(ev->kernel, fd, &(struct poe_readwrite_plan){
				.input_event = "line", .error_event = "ended",
				.filter = lines, .output_filter = octets });
	if (me->wheel != NULL)
		return;
	poe_filter_free(lines);
	poe_filter_free(octets);
	close(fd);
}

static void answer(const struct visitor *me)
{
	char text[512];
	int length = snprintf(text, sizeof text, "This is page %s of the server in demos/fetch.  "
			      "There are many like it, and each is about as long.\n", me->path);
	char head[128];

	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", length);
	poe_put(me->wheel, poe_str(head), poe_str(text));
}

/* The first line says which page; those that follow do not matter here; an empty one ends the request. */
static void visitor_line(struct poe_event *ev)
{
	struct visitor *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);

	if (me->path[0] == '\0') {
		sscanf(line, "GET %63s", me->path);
	} else if (line[0] == '\0') {
		answer(me);
		me->path[0] = '\0';
	}
}

static void visitor_ended(struct poe_event *ev)
{
	struct visitor *me = ev->heap;

	poe_readwrite_free(me->wheel);
}

static const struct poe_state visitor_states[] = {
	{ "_start(i)", visitor_start },
	{ "line(s)", visitor_line },
	{ "ended", visitor_ended },
	{ 0 },
};

struct server {
	struct poe_socketfactory *listener;
	int port;
};

static void server_start(struct poe_event *ev)
{
	struct server *me = ev->heap;

	me->listener = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.bind_address = "127.0.0.1", .success_event = "accepted", .failure_event = "failed" });
	if (me->listener != NULL)
		me->port = poe_socketfactory_port(me->listener);
}

static void server_accepted(struct poe_event *ev)
{
	struct visitor *visitor = calloc(1, sizeof *visitor);
	poe_sid session;
	int fd;

	if (visitor == NULL)
		return;
	fd = poe_socket_take(ev);
	session = poe_session_create(ev->kernel, &(struct poe_session_plan){
			.states = visitor_states, .heap = visitor, .free_heap = free,
			.args = poe_list(poe_int(fd)) });
	if (session.v == 0)
		close(fd);
}

static void server_failed(struct poe_event *ev)
{
	fprintf(stderr, "server: %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
}

static void server_shutdown(struct poe_event *ev)
{
	struct server *me = ev->heap;

	poe_socketfactory_free(me->listener);
	poe_alias_remove(ev->kernel, "server");
}

static const struct poe_state server_states[] = {
	{ "_start", server_start },
	{ "accepted(o)", server_accepted },
	{ "failed(sis)", server_failed },
	{ "shutdown", server_shutdown },
	{ 0 },
};

/* The alias keeps the session alive, so its heap can be looked at here. */
int server_create(struct poe_kernel *k)
{
	struct server *me = calloc(1, sizeof *me);

	if (me == NULL)
		return -1;
	if (poe_session_create(k, &(struct poe_session_plan){
			.states = server_states, .heap = me, .free_heap = free, .alias = "server" }).v == 0)
		return -1;
	return me->port > 0 ? me->port : -1;
}
