/*
 * A line client: 06_client host port.  Two wheels in one session: lines from
 * standard input go to the server, the server's lines are printed.  At the end
 * of input the client shuts down its side only, once everything has been
 * written, and goes on reading until the server ends too.
 *
 *     $ printf 'hello\nworld\n' | 06_client localhost 7007
 *     connected to 127.0.0.1
 *     hello
 *     world
 *     the server has ended
 */
#include <poe.h>

#include <stdlib.h>
#include <unistd.h>

struct client {
	const char *host;
	int port;
	struct poe_readwrite *input, *server;
	int status; /* the program's */
};

static void client_start(struct poe_event *ev)
{
	struct client *me = ev->heap;

	if (poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.remote_address = me->host, .remote_port = me->port, .timeout = 10,
			.success_event = "connected", .failure_event = "failed" }) == NULL)
		perror("socketfactory");
}

static void client_connected(struct poe_event *ev)
{
	struct client *me = ev->heap;
	const char *peer = poe_arg_str(ev, 1);
	int fd;

	printf("connected to %s\n", peer);
	fd = poe_socket_take(ev);
	me->server = poe_readwrite_new(ev->kernel, fd, &(struct poe_readwrite_plan){
			.input_event = "answer", .error_event = "server_ended" });
	me->input = poe_readwrite_new(ev->kernel, STDIN_FILENO, &(struct poe_readwrite_plan){
			.input_event = "typed", .error_event = "input_ended" });
	if (me->server == NULL || me->input == NULL)
		poe_kernel_stop(ev->kernel);
}

static void client_failed(struct poe_event *ev)
{
	struct client *me = ev->heap;

	fprintf(stderr, "%s error %lld: %s\n", poe_arg_str(ev, 0), (long long)poe_arg_int(ev, 1), poe_arg_str(ev, 2));
	me->status = 1;
}

static void client_typed(struct poe_event *ev)
{
	struct client *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);

	poe_put(me->server, poe_str(line));
}

static void client_input_ended(struct poe_event *ev)
{
	struct client *me = ev->heap;

	poe_readwrite_free(me->input);
	me->input = NULL;
	poe_readwrite_shutdown_output(me->server);
}

static void client_answer(struct poe_event *ev)
{
	printf("%s\n", poe_arg_str(ev, 0));
}

static void client_server_ended(struct poe_event *ev)
{
	struct client *me = ev->heap;

	printf("the server has ended\n");
	poe_readwrite_free(me->server);
	poe_readwrite_free(me->input);
}

static const struct poe_state client_states[] = {
	{ "_start", client_start },
	{ "connected(os)", client_connected },
	{ "failed(sis)", client_failed },
	{ "typed(s)", client_typed },
	{ "input_ended", client_input_ended },
	{ "answer(s)", client_answer },
	{ "server_ended", client_server_ended },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct poe_kernel *k;
	struct client client = { 0 };

	if (argc != 3) {
		fprintf(stderr, "usage: %s host port\n", argv[0]);
		return 2;
	}
	k = poe_kernel_new(NULL);
	if (k == NULL)
		return 1;
	client.host = argv[1];
	client.port = atoi(argv[2]);
	poe_session_create(k, &(struct poe_session_plan){ .states = client_states, .heap = &client });
	poe_run(k);
	poe_kernel_free(k);
	return client.status;
}
