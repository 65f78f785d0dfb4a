#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash_of(const char *text, size_t length)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

int names_init(struct names *names)
{
	memset(names, 0, sizeof *names);
	names->mask = 127;
	names->room = 64;
	names->count = 1;
	names->table = calloc(names->mask + 1, sizeof *names->table);
	names->by_id = calloc(names->room, sizeof(struct name *));
	if (names->table != NULL && names->by_id != NULL)
		return 0;
	names_destroy(names);
	return -1;
}

void names_destroy(struct names *names)
{
	for (uint32_t id = 1; names->by_id != NULL && id < names->count; id++)
		free(names->by_id[id]);
	free(names->by_id);
	free(names->table);
}

/* The place in the table of a name with that text, or the free one where it would go. */
static uint32_t place_of(const struct names *names, const char *text, size_t length, uint32_t hash)
{
	uint32_t place = hash & names->mask;

	while (names->table[place] != 0) {
		const struct name *name = names->by_id[names->table[place]];

		if (name->hash == hash && strncmp(name->text, text, length) == 0 && name->text[length] == 0)
			break;
		place = (place + 1) & names->mask;
	}
	return place;
}

static int grow_table(struct names *names)
{
	uint32_t mask = names->mask * 2 + 1;
	uint32_t *table = calloc((size_t)mask + 1, sizeof *table);

	if (table == NULL)
		return -1;
	for (uint32_t id = 1; id < names->count; id++) {
		uint32_t place = names->by_id[id]->hash & mask;

		while (table[place] != 0)
			place = (place + 1) & mask;
		table[place] = id;
	}
	free(names->table);
	names->table = table;
	names->mask = mask;
	return 0;
}

static int make_room(struct names *names)
{
	struct name **by_id;

	if (names->count * 2 > names->mask && grow_table(names) == -1)
		return -1;
	if (names->count < names->room)
		return 0;
	by_id = realloc(names->by_id, (size_t)names->room * 2 * sizeof(struct name *));
	if (by_id == NULL)
		return -1;
	names->by_id = by_id;
	names->room *= 2;
	return 0;
}

static struct name *add(struct names *names, const char *text, size_t length, uint32_t hash)
{
	struct name *name;

	if (make_room(names) == -1)
		return NULL;
	name = malloc(sizeof *name + length + 1);
	if (name == NULL)
		return NULL;
	name->alias = 0;
	name->hash = hash;
	name->id = names->count;
	memcpy(name->text, text, length);
	name->text[length] = '\0';
	names->table[place_of(names, text, length, hash)] = name->id;
	names->by_id[names->count++] = name;
	return name;
}

struct name *names_intern_part(struct names *names, const char *text, size_t length)
{
	uint32_t hash = hash_of(text, length);
	uint32_t id = names->table[place_of(names, text, length, hash)];

	return id != 0 ? names->by_id[id] : add(names, text, length, hash);
}

struct name *names_intern_uncached(struct names *names, const char *text)
{
	struct name *name;

	if (text == NULL || *text == '\0') {
		errno = EINVAL;
		return NULL;
	}
	name = names_intern_part(names, text, strlen(text));
	if (name != NULL) {
		names->cache[names_cache_place(text)].key = text;
		names->cache[names_cache_place(text)].name = name;
	}
	return name;
}

struct name *names_find(const struct names *names, const char *text)
{
	size_t length = text ? strlen(text) : 0;
	uint32_t id = length ? names->table[place_of(names, text, length, hash_of(text, length))] : 0;

	return id != 0 ? names->by_id[id] : NULL;
}
