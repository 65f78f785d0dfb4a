/*
 * Asks: a request's words copied once, and carried to the manager.
 */
#include "ask.h"
#include "proxy.h"
#include "way.h"
#include <errno.h>
#include <math.h>
#include <poe/tls.h>
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

/* Every text of a request, but for its context; those that each has come first. */
static const size_t texts[] = {
	offsetof(struct poe_keepalive_request, scheme),
	offsetof(struct poe_keepalive_request, address),
	offsetof(struct poe_keepalive_request, event),
	offsetof(struct poe_keepalive_request, for_scheme),
	offsetof(struct poe_keepalive_request, for_address),
	offsetof(struct poe_keepalive_request, bind_address),
	offsetof(struct poe_keepalive_request, interface),
	offsetof(struct poe_keepalive_request, proxy),
	offsetof(struct poe_keepalive_request, identity),
	offsetof(struct poe_keepalive_request, tag),
};

enum { TEXTS = sizeof texts / sizeof *texts, TEXTS_OF_ALL = 3 };

/* How many of them to look at: most requests say nothing more than they must. */
static size_t texts_said(const struct poe_keepalive_request *r)
{
	bool says_more = r->for_scheme || r->for_address || r->bind_address || r->interface || r->proxy ||
			 r->identity || r->tag;

	return says_more ? TEXTS : TEXTS_OF_ALL;
}

static const char **text_of(struct poe_keepalive_request *request, size_t i)
{
	return (const char **)(void *)((char *)request + texts[i]);
}

static size_t room_for(const struct poe_keepalive_request *request)
{
	size_t room = 0, said = texts_said(request), i;

	for (i = 0; i < said; i++) {
		const char *text = *(const char *const *)(const void *)((const char *)request + texts[i]);

		if (text != NULL)
			room += strlen(text) + 1;
	}
	return room;
}

static void copy_texts(struct ask *ask)
{
	size_t said = texts_said(&ask->asked), i;
	char *at = ask->text;

	for (i = 0; i < said; i++) {
		const char **text = text_of(&ask->asked, i);
		char *copy = at;

		if (*text == NULL)
			continue;
		at = stpcpy(copy, *text) + 1;
		*text = copy;
	}
}

/* A request that is for somebody says so in full: what it leaves out is as for the next hop. */
static void say_for(struct poe_keepalive_response *r, const struct poe_keepalive_request *asked)
{
	if (asked->for_scheme == NULL && asked->for_address == NULL && asked->for_port == 0)
		return;
	r->for_scheme = asked->for_scheme ? asked->for_scheme : asked->scheme;
	r->for_address = asked->for_address ? asked->for_address : asked->address;
	r->for_port = asked->for_port ? asked->for_port : asked->port;
}

static void copy_words(struct ask *ask)
{
	copy_texts(ask);
	ask->response.object.type = &ask_type;
	ask->response.scheme = ask->asked.scheme;
	ask->response.address = ask->asked.address;
	ask->response.port = ask->asked.port;
	ask->event = ask->asked.event;
	say_for(&ask->response, &ask->asked);
	ask->response.error_str = "";
	list_init(&ask->outbox);
}

struct ask *ka_ask_new(const struct poe_keepalive_request *request)
{
	struct ask *ask = malloc(sizeof *ask + room_for(request));

	if (ask == NULL) {
		ka_ask_drop_context(request);
		errno = ENOMEM;
		return NULL;
	}
	*ask = (struct ask){ .asked = *request };
	copy_words(ask);
	ask->response.context = request->context;
	if (poe_value_keep(&ask->response.context) < 0) {
		free(ask);
		return NULL;
	}
	if (ask->asked.tls != NULL)
		(void)poe_tls_ref(ask->asked.tls);
	return ask;
}

void ka_ask_free(struct ask *ask)
{
	poe_value_release(&ask->response.context);
	poe_tls_unref(ask->asked.tls);
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

/* Nobody reaches our paths by a proxy. */
static int proxy_fault(const char *url, bool is_unix)
{
	struct proxy proxy;

	if (is_empty(url))
		return 0;
	return is_unix ? EINVAL : ka_proxy_read(&proxy, url);
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
	if (is_unix && request->tls != NULL)
		return EINVAL;
	if (isnan(request->timeout) || proxy_fault(request->proxy, is_unix) != 0)
		return EINVAL;
	return ka_way_fault(request->bind_address, request->interface, request->family);
}
