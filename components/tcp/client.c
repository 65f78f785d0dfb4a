/*
 * A client: its plan's rules, and what of the plan it keeps.
 */
#include "client.h"

#include "rows.h"

#include <errno.h>
#include <poe/kernel.h>
#include <poe/resolver.h>
#include <stdlib.h>

const char *const tcp_client_names[TCP_ROWS] = {
	[TCP_INPUT] = "server_input", [TCP_ERROR] = "server_error", [TCP_FLUSHED] = "server_flushed",
	[TCP_HIGH] = "server_high", [TCP_LOW] = "server_low", [TCP_PRE_CONNECT] = "pre_connect",
	[TCP_CONNECTED] = "connected", [TCP_DISCONNECTED] = "disconnected",
	[TCP_CONNECT_ERROR] = "connect_error", [TCP_STARTED] = "started",
};

static void client_free(struct tcp_client *client)
{
	tcp_stream_clear(&client->stream);
	poe_resolver_unref(client->resolver);
	free(client->alias);
	free(client->address);
	free(client->bind_address);
	free(client);
}

static void free_heap(void *heap)
{
	struct poe_tcp *tcp = heap;
	struct tcp_client *client = (struct tcp_client *)tcp->own;

	if (client->release != NULL)
		client->release(heap);
	client_free(client);
	free(heap);
}

static unsigned rows_of(const struct poe_tcp_client_plan *plan)
{
	return tcp_rows(plan->states, tcp_client_names, TCP_ROWS);
}

/* Objects could not be passed on to the user's row. */
static bool are_good_arguments(const struct poe_value *args)
{
	for (; args != NULL && args->kind != POE_NONE; args++)
		if (args->kind == POE_OBJ)
			return false;
	return true;
}

static bool is_good_address(const struct poe_tcp_client_plan *plan)
{
	const char *address = plan->remote_address;

	if (address == NULL || address[0] == '\0')
		return false;
	if (plan->domain == AF_UNIX || (plan->domain == 0 && address[0] == '/'))
		return plan->remote_port == 0;
	return plan->remote_port > 0 && plan->remote_port <= 65535;
}

static bool is_good(const struct poe_tcp_client_plan *plan)
{
	static const char *const taken[] = { "_start", "_stop", "shutdown", "connect", "reconnect", NULL };
	const struct tcp_stream stream = { .high_mark = plan->high_mark, .low_mark = plan->low_mark };
	struct tcp_backoff backoff;

	return rows_of(plan) >> TCP_INPUT & 1 && tcp_rows_are_free(plan->states, taken) &&
	       tcp_stream_is_good(&stream) && are_good_arguments(plan->args) && is_good_address(plan) &&
	       (plan->size == 0 || plan->size >= sizeof(struct poe_tcp)) && plan->connect_timeout >= 0 &&
	       tcp_backoff_init(&backoff, plan->reconnect_min, plan->reconnect_max, 1);
}

static int keep(const char *text, char **to)
{
	*to = text != NULL ? strdup(text) : NULL;
	return text == NULL || *to != NULL ? 0 : -1;
}

/* Clients that start together must not draw the same waits: no two have the same place and time. */
static uint64_t seed_of(struct poe_kernel *k, const struct tcp_client *client)
{
	return (uint64_t)(uintptr_t)client * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)(poe_time(k) * 1e6);
}

static struct tcp_client *client_new(struct poe_kernel *k, const struct poe_tcp_client_plan *plan)
{
	struct tcp_client *client = calloc(1, sizeof *client);

	if (client == NULL)
		return NULL;
	*client = (struct tcp_client){
		.own = { .names = tcp_client_names, .rows = rows_of(plan) }, .plan = plan,
		.port = plan->remote_port, .bind_port = plan->bind_port, .domain = plan->domain,
		.connect_timeout = plan->connect_timeout, .release = plan->release };
	tcp_backoff_init(&client->backoff, plan->reconnect_min, plan->reconnect_max, seed_of(k, client));
	if (plan->resolver != NULL)
		client->resolver = poe_resolver_ref(plan->resolver);
	if (keep(plan->alias, &client->alias) == 0 && keep(plan->remote_address, &client->address) == 0 &&
	    keep(plan->bind_address, &client->bind_address) == 0)
		return client;
	client_free(client);
	return NULL;
}

static struct poe_tcp *heap_new(struct poe_kernel *k, const struct poe_tcp_client_plan *plan)
{
	struct poe_tcp *tcp = calloc(1, plan->size > 0 ? plan->size : sizeof *tcp);
	struct tcp_client *client = tcp != NULL ? client_new(k, plan) : NULL;

	if (client == NULL) {
		free(tcp);
		return NULL;
	}
	tcp->own = &client->own;
	tcp->shutdown_on_error = 1;
	return tcp;
}

poe_sid poe_tcp_client_new(struct poe_kernel *k, const struct poe_tcp_client_plan *plan)
{
	struct poe_tcp *tcp;
	int start_error = 0;
	poe_sid session;

	if (!is_good(plan)) {
		errno = EINVAL;
		return (poe_sid){ 0 };
	}
	tcp = heap_new(k, plan);
	if (tcp == NULL)
		return (poe_sid){ 0 };
	((struct tcp_client *)tcp->own)->start_error = &start_error;
	session = poe_session_create(k, &(struct poe_session_plan){
		.states = plan->states, .base = tcp_client_states, .heap = tcp, .free_heap = free_heap,
		.alias = plan->alias, .args = plan->args });
	if (start_error == 0)
		return session;
	errno = start_error;
	return (poe_sid){ 0 };
}
