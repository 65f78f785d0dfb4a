/*
 * A borrower and a host that speaks TLS, with a policy that trusts it.
 */
#ifndef TLS_STAGE_H
#define TLS_STAGE_H

#include "borrower.h"
#include "tls_host.h"

struct tls_stage {
	struct borrower *b;
	struct tls_host *host;
	struct poe_tls *trust;
	struct poe_keepalive_request request; /* for the host, by that policy */
};

/* The manager's plan, the host's, and the client's policy; or all as usual.  Names: localhost, other.test. */
void tls_stage_open(struct tls_stage *st, const struct poe_keepalive_plan *plan, struct poe_tls_plan server,
		    struct poe_tls_plan client);
void tls_stage_open_usual(struct tls_stage *st);
void tls_stage_close(struct tls_stage *st);

/* Asks for st->request. */
void tls_stage_ask(struct tls_stage *st);

#endif
