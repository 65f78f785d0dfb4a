/*
 * A server with a protocol of lines: line_server [port].  Server::TCP makes a
 * session for each client; its rows are the whole program.  All clients share
 * one small store.  SHUTDOWN ends the server: who is connected may go on, but
 * not for longer than five seconds.
 *
 *     $ line_server 7007 &
 *     listening on port 7007
 *     $ printf 'SET tea green\nGET tea\nGET coffee\nQUIT\n' | nc localhost 7007
 *     HELLO 127.0.0.1
 *     OK
 *     VALUE green
 *     NONE
 *     BYE
 */
#include <poe.h>

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 100, KEY = 32, VALUE = 128 };

struct store {
	int count;
	struct {
		char key[KEY], value[VALUE];
	} entries[MOST];
};

/* A client's heap begins with what the component keeps there; the rest is ours. */
struct client {
	struct poe_tcp tcp;
	struct store *store;
	int commands;
};

static const char *find(const struct store *store, const char *key)
{
	for (int i = 0; i < store->count; i++)
		if (strcmp(store->entries[i].key, key) == 0)
			return store->entries[i].value;
	return NULL;
}

static int set(struct store *store, const char *key, const char *value)
{
	int i = 0;

	while (i < store->count && strcmp(store->entries[i].key, key) != 0)
		i++;
	if (i == MOST)
		return -1;
	snprintf(store->entries[i].key, KEY, "%s", key);
	snprintf(store->entries[i].value, VALUE, "%s", value);
	store->count += i == store->count;
	return 0;
}

static void client_connected(struct poe_event *ev)
{
	struct client *me = ev->heap;
	char line[32 + POE_TCP_ADDRESS];

	me->store = poe_arg_ptr(ev, 0);
	snprintf(line, sizeof line, "HELLO %s", me->tcp.remote_address);
	poe_put(me->tcp.wheel, poe_str(line));
}

static void answer_get(struct client *me, const char *key)
{
	const char *value = find(me->store, key);
	char line[VALUE + 8];

	snprintf(line, sizeof line, "VALUE %s", value != NULL ? value : "");
	poe_put(me->tcp.wheel, poe_str(value != NULL ? line : "NONE"));
}

/* "shutdown" to this session waits until BYE has been written. */
static void client_input(struct poe_event *ev)
{
	struct client *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);
	char key[KEY], value[VALUE];

	me->commands++;
	if (sscanf(line, "SET %31s %127[^\n]", key, value) == 2) {
		poe_put(me->tcp.wheel, poe_str(set(me->store, key, value) == 0 ? "OK" : "FULL"));
	} else if (sscanf(line, "GET %31s", key) == 1) {
		answer_get(me, key);
	} else if (strcmp(line, "QUIT") == 0) {
		poe_put(me->tcp.wheel, poe_str("BYE"));
		poe_yield(ev->kernel, "shutdown");
	} else if (strcmp(line, "SHUTDOWN") == 0) {
		poe_post(ev->kernel, poe_alias_resolve(ev->kernel, "line_server"), "shutdown", poe_int(5));
	} else {
		poe_put(me->tcp.wheel, poe_str("WHAT"));
	}
}

static void client_disconnected(struct poe_event *ev)
{
	const struct client *me = ev->heap;

	printf("%s has gone after %d commands\n", me->tcp.remote_address, me->commands);
}

static const struct poe_state client_states[] = {
	{ "client_connected(p)", client_connected },
	{ "client_input(s)", client_input },
	{ "client_disconnected", client_disconnected },
	{ 0 },
};

static void server_started(struct poe_event *ev)
{
	int port = (int)poe_arg_int(ev, 0);

	if (port != 0)
		printf("listening on port %d\n", port);
}

static void server_stopped(struct poe_event *ev)
{
	const struct store *me = ev->heap;

	printf("%d values forgotten\n", me->count);
}

static const struct poe_state server_states[] = {
	{ "started(i)", server_started },
	{ "stopped", server_stopped },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct store *store = calloc(1, sizeof *store);

	if (k == NULL || store == NULL)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	poe_tcp_server_new(k, &(struct poe_tcp_server_plan){
		.address = "127.0.0.1", .port = argc > 1 ? atoi(argv[1]) : 0, .alias = "line_server",
		.states = server_states, .heap = store, .free_heap = free, .concurrency = 100,
		.client_states = client_states, .client_size = sizeof(struct client),
		.client_args = poe_list(poe_ptr(store)) });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
