/*
 * An echo server: 05_echo [port].  One session listens; each connection gets a
 * session of its own, whose whole life is its ReadWrite wheel.  SIGINT or
 * SIGTERM ends it: a terminal signal that nobody says poe_sig_handled to stops
 * every session, and a session's wheels and sockets go with it.
 *
 *     listening on port 7007
 *     127.0.0.1: hello
 *     127.0.0.1: gone
 *     TERM: bye
 */
#include <poe.h>

#include <stdlib.h>
#include <unistd.h>

struct client {
	struct poe_readwrite *wheel; /* the session's, so it goes when the session does */
	char peer[64];
};

static void client_start(struct poe_event *ev)
{
	struct client *me = ev->heap;
	int fd = (int)poe_arg_int(ev, 0);

	me->wheel = poe_readwrite_new(ev->kernel, fd, &(struct poe_readwrite_plan){
			.input_event = "line", .error_event = "error" });
	if (me->wheel == NULL)
		close(fd);
}

static void client_line(struct poe_event *ev)
{
	struct client *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);

	printf("%s: %s\n", me->peer, line);
	poe_put(me->wheel, poe_str(line));
}

/* End of input is an error with number 0.  Without its wheel nothing keeps the session: it stops. */
static void client_error(struct poe_event *ev)
{
	struct client *me = ev->heap;
	int64_t error_num = poe_arg_int(ev, 1);

	printf("%s: %s\n", me->peer, error_num == 0 ? "gone" : poe_arg_str(ev, 2));
	poe_readwrite_free(me->wheel);
}

static const struct poe_state client_states[] = {
	{ "_start(i)", client_start },
	{ "line(s)", client_line },
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
		printf("listening on port %d\n", poe_socketfactory_port(me->listener));
	poe_sig(ev->kernel, "INT", "signal");
	poe_sig(ev->kernel, "TERM", "signal");
}

static void server_accepted(struct poe_event *ev)
{
	const char *peer = poe_arg_str(ev, 1);
	struct client *client = calloc(1, sizeof *client);
	int fd;

	if (client == NULL)
		return;
	fd = poe_socket_take(ev);
	snprintf(client->peer, sizeof client->peer, "%s", peer);
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
