/*
 * The response: the one object that an answer's event carries.
 */
#include "response.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct resolver_response {
	struct poe_resolve_response public; /* first: what travels */
	struct poe_endpoint *endpoints;     /* owned; the public part's too */
	char host[];
};

static void release(struct poe_object *object)
{
	resolver_response_free((struct resolver_response *)object);
}

static const struct poe_type response_type = { .name = "poe_resolve_response", .release = release };

/* As with a post: an object has moved whatever happens, while strings are only borrowed. */
static int keep_context(struct poe_value *context)
{
	if (poe_value_keep(context) == 0)
		return 0;
	*context = poe_none();
	return -1;
}

struct resolver_response *resolver_response_new(const char *host, struct poe_value *context)
{
	size_t size = strlen(host) + 1;
	struct resolver_response *response;

	if (keep_context(context) < 0)
		return NULL;
	response = calloc(1, sizeof *response + size);
	if (response == NULL) {
		poe_value_release(context);
		return NULL;
	}
	memcpy(response->host, host, size);
	response->public.object.type = &response_type;
	response->public.host = response->host;
	response->public.error_str = "";
	response->public.context = *context;
	return response;
}

void resolver_response_free(struct resolver_response *response)
{
	if (response == NULL)
		return;
	poe_value_release(&response->public.context);
	free(response->endpoints);
	free(response);
}

void resolver_response_fill(struct resolver_response *response, const struct resolver_answer *answer,
			    int port)
{
	const struct resolver_addresses *addresses = answer->addresses;
	struct poe_resolve_response *public = &response->public;

	public->error_num = answer->error_num;
	public->error_str = answer->error_str;
	if (addresses == NULL)
		return;
	response->endpoints = calloc(addresses->count, sizeof *response->endpoints);
	if (response->endpoints == NULL) {
		public->error_num = ENOMEM;
		public->error_str = "Out of memory";
		return;
	}
	for (size_t i = 0; i < addresses->count; i++)
		resolver_address_to_endpoint(&addresses->list[i], port, &response->endpoints[i]);
	public->endpoints = response->endpoints;
	public->count = addresses->count;
}

struct poe_resolve_response *resolver_response_public(struct resolver_response *response)
{
	return &response->public;
}

struct poe_resolve_response *poe_resolve_response(const struct poe_event *ev)
{
	return (struct poe_resolve_response *)poe_arg_obj(ev, 0, &response_type);
}
