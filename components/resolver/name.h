#ifndef RESOLVER_NAME_H
#define RESOLVER_NAME_H

#include <stdint.h>

enum { RESOLVER_NAME_MAX = 253 }; /* octets, as DNS has it */

/* What a look-up, a cache entry and a line of a hosts file are found by. */
struct resolver_key {
	char text[RESOLVER_NAME_MAX + 1]; /* in lower case */
	uint64_t hash;                    /* of the text alone */
	int family;                       /* AF_INET, AF_INET6; 0: both */
};

/*
 * Fills in a key; the seed makes its hash hard to foresee.  Returns 0, or -1
 * when the name is longer than RESOLVER_NAME_MAX, and *key is unchanged.
 */
int resolver_key_set(struct resolver_key *key, const char *name, int family, uint64_t seed);

/*
 * Whether DNS or a hosts file could know such a name: labels of 1 to 63
 * octets, out of letters, digits, '-', '_' and octets above 127; one dot at
 * the end is allowed.  A name that ends in a number is an address written
 * badly ("127.1", "0x7f.0.0.1"), and asking for it would let it through as
 * whatever the server says.  Nothing is below "invalid" (RFC 6761, section 6.4).
 */
int resolver_key_is_possible(const struct resolver_key *key);

/* "localhost" and everything below it: never asked of a server (RFC 6761, section 6.3). */
int resolver_key_is_local(const struct resolver_key *key);

#endif
