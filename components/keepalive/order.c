/*
 * The order of addresses, after RFC 8305: one family's and the other's in
 * turns, so that a family that leads nowhere costs one address's head start.
 */
#include "order.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static uint32_t hash_of(const char *host)
{
	uint32_t hash = UINT32_C(2166136261);

	for (; *host != '\0'; host++)
		hash = (hash ^ ((unsigned char)*host | 0x20U)) * UINT32_C(16777619);
	return hash;
}

void ka_order_remember(struct order_memory *memory, const char *host, int family)
{
	uint32_t hash = hash_of(host);

	memory->places[hash % ORDER_PLACES].host = hash;
	memory->places[hash % ORDER_PLACES].family = family;
}

/* What the resolver puts first, if nothing is known. */
static int family_to_begin_with(const struct order_memory *memory, const struct poe_resolve_response *answer)
{
	uint32_t hash = hash_of(answer->host);
	size_t place = hash % ORDER_PLACES;

	if (memory->places[place].family != 0 && memory->places[place].host == hash)
		return memory->places[place].family;
	return answer->endpoints[0].address.ss_family;
}

/* The next one of this family, or not of it, from i on; count if there is none. */
static size_t skip_to(const struct poe_resolve_response *answer, size_t i, int family, bool wanted)
{
	while (i < answer->count && (answer->endpoints[i].address.ss_family == family) != wanted)
		i++;
	return i;
}

struct poe_endpoint *ka_order(const struct order_memory *memory, const struct poe_resolve_response *answer)
{
	struct poe_endpoint *all = malloc(answer->count * sizeof *all);
	int family = family_to_begin_with(memory, answer);
	size_t next[2] = { skip_to(answer, 0, family, false), skip_to(answer, 0, family, true) };
	bool is_first = true;
	size_t n;

	if (all == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	for (n = 0; n < answer->count; n++) {
		if (next[is_first] == answer->count)
			is_first = !is_first;
		all[n] = answer->endpoints[next[is_first]];
		next[is_first] = skip_to(answer, next[is_first] + 1, family, is_first);
		is_first = !is_first;
	}
	return all;
}
