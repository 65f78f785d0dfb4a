/*
 * Addresses: in what order they are tried, and how a port joins them.
 */
#include "endpoints.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

int resolver_address_set(struct resolver_address *address, const struct sockaddr *from)
{
	memset(address, 0, sizeof *address);
	address->family = from->sa_family;
	if (from->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, from, sizeof in);
		memcpy(address->octets, &in.sin_addr, sizeof in.sin_addr);
		return 0;
	}
	if (from->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, from, sizeof in6);
		memcpy(address->octets, &in6.sin6_addr, sizeof in6.sin6_addr);
		address->scope = in6.sin6_scope_id;
		return 0;
	}
	return -1;
}

static void set_ipv4(const struct resolver_address *address, int port, struct poe_endpoint *endpoint)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	memcpy(&in.sin_addr, address->octets, sizeof in.sin_addr);
	memcpy(&endpoint->address, &in, sizeof in);
	endpoint->length = sizeof in;
}

static void set_ipv6(const struct resolver_address *address, int port, struct poe_endpoint *endpoint)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)port),
				    .sin6_scope_id = address->scope };

	memcpy(&in6.sin6_addr, address->octets, sizeof in6.sin6_addr);
	memcpy(&endpoint->address, &in6, sizeof in6);
	endpoint->length = sizeof in6;
}

void resolver_address_to_endpoint(const struct resolver_address *address, int port,
				  struct poe_endpoint *endpoint)
{
	memset(endpoint, 0, sizeof *endpoint);
	if (address->family == AF_INET)
		set_ipv4(address, port, endpoint);
	else
		set_ipv6(address, port, endpoint);
}

/* The first of that family at `from` or behind it; `count` when there is none. */
static size_t next_of(const struct resolver_address *list, size_t count, size_t from, int family)
{
	while (from < count && list[from].family != family)
		from++;
	return from;
}

struct resolver_addresses *resolver_addresses_interleave(const struct resolver_address *list,
							 size_t count, int family)
{
	size_t six = family == AF_INET ? count : next_of(list, count, 0, AF_INET6);
	size_t four = family == AF_INET6 ? count : next_of(list, count, 0, AF_INET);
	struct resolver_addresses *sorted = malloc(sizeof *sorted + count * sizeof *list);

	if (sorted == NULL)
		return NULL;
	sorted->references = 1;
	sorted->count = 0;
	while (six < count || four < count) {
		if (six < count) {
			sorted->list[sorted->count++] = list[six];
			six = next_of(list, count, six + 1, AF_INET6);
		}
		if (four < count) {
			sorted->list[sorted->count++] = list[four];
			four = next_of(list, count, four + 1, AF_INET);
		}
	}
	return sorted;
}

struct resolver_addresses *resolver_addresses_ref(struct resolver_addresses *addresses)
{
	if (addresses)
		addresses->references++;
	return addresses;
}

void resolver_addresses_unref(struct resolver_addresses *addresses)
{
	if (addresses && --addresses->references == 0)
		free(addresses);
}
