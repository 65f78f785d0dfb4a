#include "manager.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

struct poe_keepalive *manager_new(struct poe_kernel *k, int per_host)
{
	struct poe_keepalive *manager = poe_keepalive_new(
		k, &(struct poe_keepalive_plan){ .max_per_host = per_host, .max_open = 20000, .keep_alive = 600,
						 .timeout = 600, .max_queue = 200000 });

	if (manager == NULL)
		peer_die("poe_keepalive_new");
	return manager;
}

struct server server_of(long host)
{
	struct server server = { .port = (int)peer_port() };

	snprintf(server.address, sizeof server.address, "127.1.%d.%d", (int)(host / 250 % 250), (int)(host % 250 + 1));
	return server;
}

void manager_ask(struct poe_kernel *k, const struct poe_keepalive *manager, const struct server *server,
		 const char *event, struct poe_value context)
{
	const struct poe_keepalive_request request = { .scheme = "http", .address = server->address,
						       .port = server->port, .event = event, .context = context };

	if (poe_post(k, poe_keepalive_address(manager), "allocate", poe_keepalive_ask(&request)) == -1)
		peer_die("poe_post");
}

struct poe_connection *manager_take(const struct poe_event *ev)
{
	struct poe_keepalive_response *response = poe_keepalive_response(ev);

	if (response->connection == NULL) {
		fprintf(stderr, "bench: %s: %s\n", response->function, response->error_str);
		exit(1);
	}
	return poe_keepalive_take(response);
}
