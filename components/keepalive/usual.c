/*
 * What is usual, and what a request makes of it.
 */
#include "usual.h"
#include "proxy.h"
#include "way.h"
#include <errno.h>
#include <poe/tls.h>
#include <stdlib.h>
#include <string.h>

/* 0, -1; nothing said is nothing copied. */
static int copy(char **to, const char *text)
{
	*to = NULL;
	if (text == NULL || *text == '\0')
		return 0;
	*to = strdup(text);
	return *to ? 0 : -1;
}

static int fault(const struct poe_keepalive_plan *plan)
{
	const struct poe_keepalive_socket *s = &plan->socket;
	struct proxy proxy;

	if (s->keepalive < 0 || s->receive_buffer < 0 || s->send_buffer < 0)
		return EINVAL;
	if (!(s->user_timeout >= 0 && s->user_timeout < 1e6))
		return EINVAL;
	if (plan->proxy != NULL && *plan->proxy != '\0' && ka_proxy_read(&proxy, plan->proxy) != 0)
		return EINVAL;
	return ka_way_fault(plan->bind_address, plan->interface, plan->family);
}

int ka_usual_read(struct usual *usual, const struct poe_keepalive_plan *plan)
{
	*usual = (struct usual){ .family = plan->family, .socket = plan->socket };
	errno = fault(plan);
	if (errno != 0)
		return -1;
	if (copy(&usual->bind_address, plan->bind_address) == 0 && copy(&usual->interface, plan->interface) == 0 &&
	    copy(&usual->proxy, plan->proxy) == 0) {
		usual->tls = plan->tls ? poe_tls_ref(plan->tls) : NULL;
		return 0;
	}
	ka_usual_free(usual);
	errno = ENOMEM;
	return -1;
}

void ka_usual_free(struct usual *usual)
{
	free(usual->bind_address);
	free(usual->interface);
	free(usual->proxy);
	poe_tls_unref(usual->tls);
}

/* "" is nothing, said aloud. */
static const char *said(const char *text, const char *usual)
{
	if (text == NULL)
		return usual;
	return *text != '\0' ? text : NULL;
}

/* For somebody; but a connection that is for whom it goes to is an ordinary one. */
static void name_for(struct pool_name *name, const struct poe_keepalive_request *request)
{
	const char *scheme = request->for_scheme ? request->for_scheme : request->scheme;
	const char *address = request->for_address ? request->for_address : request->address;
	int port = request->for_port ? request->for_port : request->port;

	if (port == name->port && strcmp(scheme, name->scheme) == 0 && strcmp(address, name->address) == 0)
		return;
	name->for_scheme = scheme;
	name->for_address = address;
	name->for_port = port;
}

/* The usual trust in the system's store is looked up once, when somebody asks for it. */
static void name_policy(struct pool_name *name, struct usual *usual, const struct poe_keepalive_request *request)
{
	static const struct poe_tls_plan system;

	name->policy = request->tls;
	if (request->tls == NULL && strcmp(request->scheme, "https") == 0) {
		if (usual->tls == NULL)
			usual->tls = poe_tls_new(&system, NULL, 0);
		name->policy = usual->tls;
		name->tls = "no memory";
	}
	if (name->policy != NULL)
		name->tls = poe_tls_key(name->policy);
}

struct pool_name ka_usual_name(struct usual *usual, const struct poe_keepalive_request *request)
{
	struct pool_name name = {
		.scheme = request->scheme,
		.address = request->address,
		.bind_address = said(request->bind_address, usual->bind_address),
		.interface = said(request->interface, usual->interface),
		.proxy = said(request->proxy, usual->proxy),
		.identity = said(request->identity, NULL),
		.tag = said(request->tag, NULL),
		.port = request->port,
		.family = request->family ? request->family : usual->family,
	};

	if (usual->proxy != NULL && strcmp(request->scheme, "unix") == 0)
		name.proxy = NULL;
	name_policy(&name, usual, request);
	if (request->for_scheme || request->for_address || request->for_port)
		name_for(&name, request);
	return name;
}
