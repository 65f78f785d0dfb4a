#ifndef RESOLVER_RESPONSE_H
#define RESOLVER_RESPONSE_H

#include "endpoints.h"

struct resolver_response;

/*
 * An answer in the making: made with its request, so that nothing but its
 * endpoints can lack memory later.  *context becomes the response's, also on
 * failure.  NULL with ENOMEM or EMSGSIZE.
 */
struct resolver_response *resolver_response_new(const char *host, struct poe_value *context);
void resolver_response_free(struct resolver_response *response); /* NULL is nothing */

/* Fills it in; the port goes into each endpoint.  Out of memory becomes the answer itself. */
void resolver_response_fill(struct resolver_response *response, const struct resolver_answer *answer,
			    int port);

/* The part that its reader sees; .id and .cached are for its maker to set. */
struct poe_resolve_response *resolver_response_public(struct resolver_response *response);

#endif
