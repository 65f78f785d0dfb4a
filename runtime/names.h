/*
 * Interned names: every event name, alias and tag as one number and one text.
 * A cache keyed by the caller's pointer, and checked by content, makes the
 * look-up of a string literal cost a few nanoseconds.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct name {
	uint64_t alias; /* the session that has this name as an alias, or 0 */
	uint32_t id, hash;
	char text[];
};

enum { NAMES_CACHED = 256 };

struct names {
	struct name **by_id; /* the first is never used: no name has id 0 */
	uint32_t count, room;
	uint32_t *table;     /* open addressing; ids, 0 is free */
	uint32_t mask;
	struct {
		const char *key;
		struct name *name;
	} cache[NAMES_CACHED];
};

int names_init(struct names *names); /* 0, or -1 with ENOMEM */
void names_destroy(struct names *names);

/* The name of that text, made if need be.  NULL with ENOMEM or EINVAL (NULL or empty). */
struct name *names_intern_uncached(struct names *names, const char *text);
struct name *names_intern_part(struct names *names, const char *text, size_t length);

/* The name of that text if there is one, else NULL. */
struct name *names_find(const struct names *names, const char *text);

/* Pointers to literals differ in their low bits; multiplying brings them to the top. */
static inline uint32_t names_cache_place(const char *text)
{
	return (uint32_t)(((uintptr_t)text * UINT64_C(0x9E3779B97F4A7C15)) >> 56);
}

/* The same, by way of the cache.  A buffer may hold another text by now, hence the comparison. */
static inline struct name *names_intern(struct names *names, const char *text)
{
	uint32_t place = names_cache_place(text);
	struct name *name = names->cache[place].name;

	if (name != NULL && text != NULL && names->cache[place].key == text &&
	    (name->text == text || strcmp(name->text, text) == 0))
		return name;
	return names_intern_uncached(names, text);
}

static inline struct name *names_at(const struct names *names, uint32_t id)
{
	return names->by_id[id];
}

#endif
