/*
 * Asks: a request's words copied once, and carried to the manager.
 */
#include "ask.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct ask *ask_of(struct poe_object *object)
{
	return LIST_ENTRY(object, struct ask, response.object);
}

static void release(struct poe_object *object)
{
	ka_ask_free(ask_of(object));
}

static const struct poe_type ask_type = { .name = "poe_keepalive_ask", .release = release };

static size_t room_for(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

/* Copies one string to *at and moves *at behind it. */
static const char *store(char **at, const char *text)
{
	const char *copy = *at;

	if (text == NULL)
		return NULL;
	*at = stpcpy(*at, text) + 1;
	return copy;
}

/* A request that is for somebody says so in full: what it leaves out is as for the next hop. */
static void store_for(struct poe_keepalive_response *r, char **at, const struct poe_keepalive_request *request)
{
	if (request->for_scheme == NULL && request->for_address == NULL && request->for_port == 0)
		return;
	r->for_scheme = request->for_scheme ? store(at, request->for_scheme) : r->scheme;
	r->for_address = request->for_address ? store(at, request->for_address) : r->address;
	r->for_port = request->for_port ? request->for_port : request->port;
}

static void copy_words(struct ask *ask, const struct poe_keepalive_request *request)
{
	char *at = ask->text;

	ask->response.object.type = &ask_type;
	ask->response.scheme = store(&at, request->scheme);
	ask->response.address = store(&at, request->address);
	ask->response.port = request->port;
	ask->event = store(&at, request->event);
	store_for(&ask->response, &at, request);
	ask->response.error_str = "";
	list_init(&ask->outbox);
}

struct ask *ka_ask_new(const struct poe_keepalive_request *request)
{
	size_t text = room_for(request->scheme) + room_for(request->address) + room_for(request->event) +
		      room_for(request->for_scheme) + room_for(request->for_address);
	struct ask *ask = malloc(sizeof *ask + text);

	if (ask == NULL) {
		ka_ask_drop_context(request);
		errno = ENOMEM;
		return NULL;
	}
	*ask = (struct ask){ .timeout = request->timeout };
	copy_words(ask, request);
	ask->response.context = request->context;
	if (poe_value_keep(&ask->response.context) == 0)
		return ask;
	free(ask);
	return NULL;
}

void ka_ask_free(struct ask *ask)
{
	poe_value_release(&ask->response.context);
	free(ask);
}

void ka_ask_drop_context(const struct poe_keepalive_request *request)
{
	struct poe_value context = request->context;

	if (context.kind == POE_OBJ)
		poe_value_release(&context);
}

struct poe_value ka_ask_as_message(struct ask *ask)
{
	return poe_obj(&ask->response.object);
}

struct ask *ka_ask_take(struct poe_event *ev)
{
	return ask_of(poe_arg_take(ev, 0, &ask_type));
}

static bool is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

int ka_ask_fault(const struct poe_keepalive_request *request)
{
	bool is_unix = request->scheme != NULL && strcmp(request->scheme, "unix") == 0;
	int least_port = is_unix ? 0 : 1;

	if (is_empty(request->scheme) || is_empty(request->address) || is_empty(request->event))
		return EINVAL;
	if (request->port < least_port || request->port > 65535)
		return EINVAL;
	if (request->for_port < 0 || request->for_port > 65535)
		return EINVAL;
	return isnan(request->timeout) ? EINVAL : 0;
}

struct poe_keepalive_request ka_ask_request(const struct ask *ask)
{
	return (struct poe_keepalive_request){
		.scheme = ask->response.scheme,
		.address = ask->response.address,
		.port = ask->response.port,
		.event = ask->event,
		.timeout = ask->timeout,
		.for_scheme = ask->response.for_scheme,
		.for_address = ask->response.for_address,
		.for_port = ask->response.for_port,
	};
}
