/*
 * The cache: what names were found to be, for as long as that may be believed.
 * A table finds an entry, a list orders them by last use.
 */
#include "cache.h"
#include "endpoints.h"
#include "name_table.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	struct resolver_node node;
	struct entry *newer, *older; /* by last use */
	struct resolver_answer answer;
	double expires;              /* as poe_now */
	char name[];
};

struct resolver_cache {
	struct resolver_table names;
	struct entry *newest, *oldest;
	struct resolver_cache_bounds bounds;
};

struct resolver_cache *resolver_cache_new(const struct resolver_cache_bounds *bounds)
{
	struct resolver_cache *cache = calloc(1, sizeof *cache);

	if (cache == NULL)
		return NULL;
	if (resolver_table_init(&cache->names) < 0) {
		free(cache);
		return NULL;
	}
	cache->bounds = *bounds;
	return cache;
}

static void unlink_entry(struct resolver_cache *cache, struct entry *e)
{
	*(e->newer ? &e->newer->older : &cache->newest) = e->older;
	*(e->older ? &e->older->newer : &cache->oldest) = e->newer;
}

/* Makes it the one used last. */
static void link_entry(struct resolver_cache *cache, struct entry *e)
{
	e->newer = NULL;
	e->older = cache->newest;
	*(e->older ? &e->older->newer : &cache->oldest) = e;
	cache->newest = e;
}

static void forget(struct resolver_cache *cache, struct entry *e)
{
	resolver_table_remove(&cache->names, &e->node);
	unlink_entry(cache, e);
	resolver_addresses_unref(e->answer.addresses);
	free(e);
}

void resolver_cache_free(struct resolver_cache *cache)
{
	if (cache == NULL)
		return;
	while (cache->oldest)
		forget(cache, cache->oldest);
	resolver_table_free(&cache->names);
	free(cache);
}

static struct entry *find(struct resolver_cache *cache, const struct resolver_key *key)
{
	return (struct entry *)resolver_table_find(&cache->names, key);
}

const struct resolver_answer *resolver_cache_find(struct resolver_cache *cache,
						  const struct resolver_key *key, double now)
{
	struct entry *e = find(cache, key);

	if (e == NULL)
		return NULL;
	if (e->expires <= now) {
		forget(cache, e);
		return NULL;
	}
	unlink_entry(cache, e);
	link_entry(cache, e);
	return &e->answer;
}

static double believed(const struct resolver_cache *cache, const struct resolver_cache_fact *fact)
{
	double ttl = fact->ttl;

	if (fact->answer->addresses == NULL)
		return cache->bounds.negative_ttl;
	if (ttl < cache->bounds.min_ttl)
		ttl = cache->bounds.min_ttl;
	return ttl > cache->bounds.max_ttl ? cache->bounds.max_ttl : ttl;
}

static struct entry *entry_new(const struct resolver_key *key)
{
	size_t size = strlen(key->text) + 1;
	struct entry *e = malloc(sizeof *e + size);

	if (e == NULL)
		return NULL;
	memcpy(e->name, key->text, size);
	e->node.text = e->name;
	e->node.family = key->family;
	return e;
}

void resolver_cache_put(struct resolver_cache *cache, const struct resolver_key *key,
			const struct resolver_cache_fact *fact)
{
	double ttl = believed(cache, fact);
	struct entry *e = find(cache, key);

	if (e)
		forget(cache, e);
	if (ttl <= 0)
		return;
	e = entry_new(key);
	if (e == NULL)
		return;
	if (cache->names.count >= cache->bounds.max_names)
		forget(cache, cache->oldest);
	e->answer = *fact->answer;
	resolver_addresses_ref(e->answer.addresses);
	e->expires = fact->now + ttl;
	resolver_table_add(&cache->names, &e->node, key->hash);
	link_entry(cache, e);
}

size_t resolver_cache_count(const struct resolver_cache *cache)
{
	return cache->names.count;
}
