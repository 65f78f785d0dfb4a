/*
 * Order: in which a host's addresses are tried: the two families in turns,
 * beginning with the one that has led there before.
 */
#ifndef KEEPALIVE_ORDER_H
#define KEEPALIVE_ORDER_H

#include <poe/resolver.h>
#include <stdint.h>

enum { ORDER_PLACES = 256 };

/*
 * What is remembered of hosts, each in one place of a few: whoever comes later
 * takes the place, so it never grows.  What is forgotten costs a head start.
 */
struct order_memory {
	struct {
		uint32_t host; /* a hash */
		int family;    /* 0: nothing is known */
	} places[ORDER_PLACES];
};

void ka_order_remember(struct order_memory *memory, const char *host, int family);

/* A copy of the addresses in the order to try them, to be freed.  NULL with ENOMEM. */
struct poe_endpoint *ka_order(const struct order_memory *memory, const struct poe_resolve_response *answer);

#endif
