/* See tls_stage.h. */
#include "tls_stage.h"

void tls_stage_open(struct tls_stage *st, const struct poe_keepalive_plan *plan, struct poe_tls_plan server,
		    struct poe_tls_plan client)
{
	st->b = borrower_new_with_names(plan);
	dns_server_add(st->b->names, "localhost", "127.0.0.1", 60);
	dns_server_add(st->b->names, "other.test", "127.0.0.1", 60);
	st->host = tls_host_new(st->b->kernel, &server);
	if (server.require_client) {
		client.certificate_file = certificates_path(st->host->certificates, "server.crt");
		client.key_file = certificates_path(st->host->certificates, "server.key");
	}
	st->trust = tls_host_trust(st->host, client);
	st->request = (struct poe_keepalive_request){ .scheme = "redis", .address = "127.0.0.1",
						      .port = st->host->port, .event = "got", .tls = st->trust };
	st->b->open_before += 1; /* the host's door, which stays until the end */
}

void tls_stage_open_usual(struct tls_stage *st)
{
	tls_stage_open(st, NULL, (struct poe_tls_plan){ .ca_file = NULL }, (struct poe_tls_plan){ .ca_file = NULL });
}

/* The descriptors of the host stay until after the borrower's look at them. */
void tls_stage_close(struct tls_stage *st)
{
	st->b->open_before += st->host->count;
	borrower_end(st->b);
	poe_tls_unref(st->trust);
	tls_host_free(st->host);
}

void tls_stage_ask(struct tls_stage *st)
{
	borrower_request(st->b, st->request);
}
