/*
 * A name server on the loopback that says what a test tells it to.  It is a
 * session of the kernel under test; its watch is weak, so that it keeps no
 * program running.
 */
#ifndef DNS_SERVER_H
#define DNS_SERVER_H

#include "dns_lie.h"

#include <arpa/nameser.h>
#include <poe/kernel.h>

struct dns_server;

enum dns_behaviour {
	DNS_NXDOMAIN,
	DNS_SERVFAIL,
	DNS_SILENCE, /* never answers */
	DNS_HOLD     /* answers when dns_server_release is called */
};

struct dns_server *dns_server_new(struct poe_kernel *k);

/* After the kernel has been freed. */
void dns_server_free(struct dns_server *s);

/* As poe_resolver_plan.servers wants it: "127.0.0.1:4711". */
const char *dns_server_address(const struct dns_server *s);

/* A record, IPv4 or IPv6 as it reads.  A name with records of the other type only has no data; without
   any it does not exist. */
void dns_server_add(struct dns_server *s, const char *name, const char *address, unsigned ttl);

/* What happens to queries of a type (ns_t_a, ns_t_aaaa; 0: any) for a name; what was said last counts. */
void dns_server_behave(struct dns_server *s, const char *name, int type, enum dns_behaviour behaviour);

/* From now on every answer is spoilt so, whatever the name; NULL: no more.  It stays the caller's. */
void dns_server_spoil(struct dns_server *s, const struct dns_spoiling *how);

/* Forgets records and behaviours. */
void dns_server_forget(struct dns_server *s);

/* Answers the queries on hold, by the records there are now. */
void dns_server_release(struct dns_server *s);

/* Queries so far, of all types. */
unsigned dns_server_queries(const struct dns_server *s);

#endif
