/*
 * The connection manager, as in the synopsis of POE::Component::Client::Keepalive:
 * allocate a connection, use it, drop it, and the next allocate gets the same
 * socket.  The server is a session of this program that answers each line.
 *
 *     allocate 1: a new connection
 *     the server says: you are visitor 1
 *     allocate 2: from cache, immediate
 *     the server says: you are visitor 1 again
 *     allocate 3: connect error 111: Connection refused
 */
#include <poe.h>

#include <unistd.h>

struct server {
	struct poe_readwrite *visitor;
	int port, visitors, lines;
};

static void server_start(struct poe_event *ev)
{
	struct server *me = ev->heap;
	struct poe_socketfactory *listener = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.bind_address = "127.0.0.1", .success_event = "accepted", .failure_event = "failed" });

	if (listener != NULL)
		me->port = poe_socketfactory_port(listener);
}

static void server_accepted(struct poe_event *ev)
{
	struct server *me = ev->heap;

	me->visitors++;
	me->visitor = poe_readwrite_new(ev->kernel, poe_socket_take(ev), &(struct poe_readwrite_plan){
			.input_event = "line", .error_event = "ended" });
}

static void server_line(struct poe_event *ev)
{
	struct server *me = ev->heap;
	char answer[64];

	snprintf(answer, sizeof answer, "you are visitor %d%s", me->visitors, me->lines++ ? " again" : "");
	poe_put(me->visitor, poe_str(answer));
}

static void server_ended(struct poe_event *ev)
{
	struct server *me = ev->heap;

	poe_readwrite_free(me->visitor);
}

static const struct poe_state server_states[] = {
	{ "_start", server_start },
	{ "accepted(o)", server_accepted },
	{ "line(s)", server_line },
	{ "ended", server_ended },
	{ 0 },
};

struct client {
	struct poe_keepalive *manager;
	struct poe_connection *connection;
	int port; /* the server's */
	int asked;
};

/* $keepalive->allocate( scheme => "line", address => ..., event => "got_conn", context => ... ) */
static void allocate(struct poe_kernel *k, struct client *me, int port)
{
	poe_post(k, poe_keepalive_address(me->manager), "allocate",
		 poe_keepalive_ask(&(struct poe_keepalive_request){
			 .scheme = "line", .address = "127.0.0.1", .port = port, .event = "got_conn",
			 .context = poe_int(++me->asked) }));
}

static void client_start(struct poe_event *ev)
{
	struct client *me = ev->heap;

	me->manager = poe_keepalive_new(ev->kernel, NULL);
	if (me->manager != NULL)
		allocate(ev->kernel, me, me->port);
}

static void client_got_conn(struct poe_event *ev)
{
	struct client *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	printf("allocate %lld: ", (long long)r->context.as.i);
	if (r->connection == NULL) {
		printf("%s error %d: %s\n", r->function, r->error_num, r->error_str);
		poe_kernel_stop(ev->kernel); /* the server would wait for ever */
		return;
	}
	printf("%s%s\n", r->from_cache ? "from cache, " : "a new connection", r->from_cache ? r->from_cache : "");
	me->connection = poe_keepalive_take(r);
	poe_connection_start(me->connection, &(struct poe_readwrite_plan){
			.input_event = "line", .error_event = "lost" });
	poe_put(poe_connection_wheel(me->connection), poe_str("who am I?"));
}

/* The answer is here, nothing is unsent or half read: freed, the connection can serve the next one. */
static void client_line(struct poe_event *ev)
{
	struct client *me = ev->heap;

	printf("the server says: %s\n", poe_arg_str(ev, 0));
	poe_connection_free(me->connection);
	allocate(ev->kernel, me, me->asked < 2 ? me->port : 1);
}

static void client_lost(struct poe_event *ev)
{
	struct client *me = ev->heap;

	fprintf(stderr, "%s error: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	poe_connection_free(me->connection);
}

static void client_stop(struct poe_event *ev)
{
	struct client *me = ev->heap;

	poe_keepalive_free(me->manager);
}

static const struct poe_state client_states[] = {
	{ "_start", client_start },
	{ "got_conn(o)", client_got_conn },
	{ "line(s)", client_line },
	{ "lost(sis)", client_lost },
	{ "_stop", client_stop },
	{ 0 },
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct server server = { 0 };
	struct client client = { 0 };

	if (k == NULL)
		return 1;
	poe_session_create(k, &(struct poe_session_plan){ .states = server_states, .heap = &server });
	client.port = server.port;
	poe_session_create(k, &(struct poe_session_plan){ .states = client_states, .heap = &client });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
