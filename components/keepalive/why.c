/*
 * Why not: what kept a request from an idle connection to the same host.
 */
#include "parts.h"

/* Idle connections, the one freed last first: a few, since it is only for people to read. */
enum { LOOKS = 16 };

static unsigned count_of(unsigned fields)
{
	unsigned n = 0;

	for (; fields != 0; fields &= fields - 1)
		n++;
	return n;
}

static enum pool_field first_of(unsigned fields)
{
	unsigned field = 0;

	while ((fields >> field & 1) == 0)
		field++;
	return field;
}

const char *pool_why_not(const struct pool *pool, const struct pool_name *name)
{
	const struct link *l = pool->idle.prev;
	unsigned nearest = 0, looks;

	for (looks = 0; looks < LOOKS && l != &pool->idle; looks++, l = l->prev) {
		unsigned differ = pool_name_difference(&LIST_ENTRY(l, struct pool_slot, in_pool)->key->name, name);

		if ((differ & 1U << FIELD_ADDRESS) == 0 && (nearest == 0 || count_of(differ) < count_of(nearest)))
			nearest = differ;
	}
	return nearest != 0 ? pool_field_word(first_of(nearest)) : NULL;
}
