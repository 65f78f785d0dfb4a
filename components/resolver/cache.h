#ifndef RESOLVER_CACHE_H
#define RESOLVER_CACHE_H

#include "name.h"
#include <stddef.h>

struct resolver_answer;
struct resolver_cache;

/* Seconds, and INFINITY for no bound.  max_ttl wins over min_ttl. */
struct resolver_cache_bounds {
	double min_ttl, max_ttl; /* of addresses */
	double negative_ttl;     /* of failures, whatever is said of them */
	size_t max_names;
};

/* NULL with ENOMEM. */
struct resolver_cache *resolver_cache_new(const struct resolver_cache_bounds *bounds);
void resolver_cache_free(struct resolver_cache *cache); /* NULL is nothing */

/*
 * What is known of a name, or NULL; lent until the cache is next changed.  It
 * is then the name used last.
 */
const struct resolver_answer *resolver_cache_find(struct resolver_cache *cache,
						  const struct resolver_key *key, double now);

/* An answer and for how many seconds its source believes it. */
struct resolver_cache_fact {
	const struct resolver_answer *answer;
	double ttl;
	double now;
};

/*
 * Remembers an answer in place of an older one; the name used longest ago
 * makes room.  Not remembered when it is stale at once or there is no memory.
 */
void resolver_cache_put(struct resolver_cache *cache, const struct resolver_key *key,
			const struct resolver_cache_fact *fact);

size_t resolver_cache_count(const struct resolver_cache *cache);

#endif
