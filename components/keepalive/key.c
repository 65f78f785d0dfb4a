/*
 * Keys in an open-addressed table: how a name is hashed, found, and forgotten.
 * Removal shifts the cells behind it back, so there are no tombstones and a
 * pool that sees a million hosts once each stays as small as what it holds.
 */
#include "key.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_TABLE = 16 };

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

/* Eight octets at a time; the length goes in too, so that "ab","c" is not "a","bc". */
static uint64_t mix_text(uint64_t hash, const char *text)
{
	size_t left = text ? strlen(text) : 0;
	uint64_t word;

	hash = mix(hash, text ? left : UINT64_MAX);
	for (; left >= sizeof word; left -= sizeof word, text += sizeof word) {
		memcpy(&word, text, sizeof word);
		hash = mix(hash, word);
	}
	if (left == 0)
		return hash;
	word = 0;
	memcpy(&word, text, left);
	return mix(hash, word);
}

static uint64_t hash_of(const struct pool_name *name)
{
	uint64_t hash = mix(UINT64_C(0x51ed270b7f1e5c4d),
			    (uint64_t)(uint32_t)name->port << 32 | (uint32_t)name->for_port);

	hash = mix_text(hash, name->scheme);
	hash = mix_text(hash, name->address);
	if (name->for_scheme != NULL)
		hash = mix_text(mix_text(hash, name->for_scheme), name->for_address);
	return name->bind ? mix_text(hash, name->bind) : hash;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_name(const struct pool_name *a, const struct pool_name *b)
{
	return a->port == b->port && a->for_port == b->for_port && same_text(a->scheme, b->scheme) &&
	       same_text(a->address, b->address) && same_text(a->for_scheme, b->for_scheme) &&
	       same_text(a->for_address, b->for_address) && same_text(a->bind, b->bind);
}

static struct pool_key *find(const struct pool_table *table, const struct pool_name *name, uint64_t hash)
{
	size_t i;

	if (table->size == 0)
		return NULL;
	for (i = hash & (table->size - 1); table->cells[i] != NULL; i = (i + 1) & (table->size - 1))
		if (table->cells[i]->hash == hash && same_name(&table->cells[i]->name, name))
			return table->cells[i];
	return NULL;
}

struct pool_key *pool_key_find(const struct pool_table *table, const struct pool_name *name)
{
	return find(table, name, hash_of(name));
}

/* The table has room: it is never more than three quarters full. */
static void put(struct pool_table *table, struct pool_key *key)
{
	size_t i = key->hash & (table->size - 1);

	while (table->cells[i] != NULL)
		i = (i + 1) & (table->size - 1);
	table->cells[i] = key;
}

static int make_room(struct pool_table *table)
{
	struct pool_table bigger = { .size = table->size ? table->size * 2 : SMALLEST_TABLE };
	size_t i;

	if (table->count + 1 <= table->size / 4 * 3)
		return 0;
	bigger.cells = calloc(bigger.size, sizeof *bigger.cells);
	if (bigger.cells == NULL)
		return -1;
	for (i = 0; i < table->size; i++)
		if (table->cells[i] != NULL)
			put(&bigger, table->cells[i]);
	bigger.count = table->count;
	free(table->cells);
	*table = bigger;
	return 0;
}

/* Copies one string to *at and moves *at behind it. */
static const char *store(char **at, const char *text)
{
	const char *copy = *at;

	if (text == NULL)
		return NULL;
	*at = stpcpy(*at, text) + 1;
	return copy;
}

static size_t room_for(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static struct pool_key *make(const struct pool_name *name, uint64_t hash)
{
	size_t text = room_for(name->scheme) + room_for(name->address) + room_for(name->for_scheme) +
		      room_for(name->for_address) + room_for(name->bind);
	struct pool_key *key = calloc(1, sizeof *key + text);
	char *at = (char *)(key + 1);

	if (key == NULL)
		return NULL;
	key->name = (struct pool_name){
		.scheme = store(&at, name->scheme),
		.address = store(&at, name->address),
		.for_scheme = store(&at, name->for_scheme),
		.for_address = store(&at, name->for_address),
		.bind = store(&at, name->bind),
		.port = name->port,
		.for_port = name->for_port,
	};
	key->hash = hash;
	list_init(&key->waiters);
	list_init(&key->unpaired);
	list_init(&key->idle);
	list_init(&key->loose);
	list_init(&key->in_place);
	return key;
}

struct pool_key *pool_key_get(struct pool_table *table, const struct pool_name *name)
{
	uint64_t hash = hash_of(name);
	struct pool_key *key = find(table, name, hash);

	if (key != NULL)
		return key;
	if (make_room(table) < 0 || (key = make(name, hash)) == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	put(table, key);
	table->count++;
	return key;
}

/* Whether the key in cell `at` would still be found if it stood in `hole`. */
static bool may_move(const struct pool_table *table, size_t hole, size_t at)
{
	size_t home = table->cells[at]->hash & (table->size - 1);

	return ((at - home) & (table->size - 1)) >= ((at - hole) & (table->size - 1));
}

void pool_key_free(struct pool_table *table, struct pool_key *key)
{
	size_t hole = key->hash & (table->size - 1), i;

	while (table->cells[hole] != key)
		hole = (hole + 1) & (table->size - 1);
	for (i = (hole + 1) & (table->size - 1); table->cells[i] != NULL; i = (i + 1) & (table->size - 1)) {
		if (!may_move(table, hole, i))
			continue;
		table->cells[hole] = table->cells[i];
		hole = i;
	}
	table->cells[hole] = NULL;
	table->count--;
	list_remove(&key->in_place);
	free(key);
}

void pool_table_free(struct pool_table *table)
{
	free(table->cells);
	*table = (struct pool_table){ .size = 0 };
}
