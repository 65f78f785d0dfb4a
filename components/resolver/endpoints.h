#ifndef RESOLVER_ENDPOINTS_H
#define RESOLVER_ENDPOINTS_H

#include <poe/resolver.h>

/* An address without a port: what look-ups of different ports share. */
struct resolver_address {
	unsigned char octets[16]; /* as on the wire; 4 of them for AF_INET */
	uint32_t scope;           /* of an IPv6 address; 0: none */
	int family;
};

/* Addresses in the order to try them; shared, so not changed once made. */
struct resolver_addresses {
	size_t references;
	size_t count;
	struct resolver_address list[];
};

/* How a look-up ended. */
struct resolver_answer {
	struct resolver_addresses *addresses; /* one reference; NULL on failure */
	int error_num;                        /* 0, or as in poe_resolve_response */
	const char *error_str;                /* static */
};

/* From a socket's address; -1 when it is neither IPv4 nor IPv6. */
int resolver_address_set(struct resolver_address *address, const struct sockaddr *from);

/* With a port: what connect wants. */
void resolver_address_to_endpoint(const struct resolver_address *address, int port,
				  struct poe_endpoint *endpoint);

/*
 * The addresses of `family` (0: all) out of a list, IPv6 and IPv4 by turns, IPv6 first, and
 * otherwise in the list's own order (RFC 8305, section 4: a family that is
 * broken costs one attempt, not all of them).  One reference; NULL with ENOMEM.
 */
struct resolver_addresses *resolver_addresses_interleave(const struct resolver_address *list,
							 size_t count, int family);

struct resolver_addresses *resolver_addresses_ref(struct resolver_addresses *addresses); /* NULL stays NULL */
void resolver_addresses_unref(struct resolver_addresses *addresses);                     /* NULL is nothing */

#endif
