/*
 * Usual: what a manager says for requests that say nothing, and with it the
 * name of a request.
 */
#ifndef KEEPALIVE_USUAL_H
#define KEEPALIVE_USUAL_H

#include "name.h"
#include <poe/keepalive.h>

/* Texts are owned; NULL and 0: nothing. */
struct usual {
	char *bind_address, *interface, *proxy;
	int family;
	struct poe_tls *tls; /* for https: a reference; NULL until one asks for it */
	struct poe_keepalive_socket socket;
};

/* From a plan.  -1 with EINVAL, ENOMEM: there is nothing to free. */
int ka_usual_read(struct usual *usual, const struct poe_keepalive_plan *plan);
void ka_usual_free(struct usual *usual);

/* Lent from both.  Where TLS is needed and there was no memory for a policy, `tls` is set, and no policy is. */
struct pool_name ka_usual_name(struct usual *usual, const struct poe_keepalive_request *request);

#endif
