/* The keep-alive manager as the benches use it. */
#ifndef BENCH_MANAGER_H
#define BENCH_MANAGER_H

#include <poe.h>

/* A manager that keeps what it has, and opens as many connections as it is asked for. */
struct poe_keepalive *manager_new(struct poe_kernel *k, int per_host);

/* The server at BENCH_PORT, on an address of its own for each number up to 62,500. */
struct server {
	char address[16];
	int port;
};
struct server server_of(long host);

/* Posts "allocate" for the current session.  The answer comes as `event`. */
void manager_ask(struct poe_kernel *k, const struct poe_keepalive *manager, const struct server *server,
		 const char *event, struct poe_value context);

/* The connection of a response event.  A failure ends the program. */
struct poe_connection *manager_take(const struct poe_event *ev);

#endif
