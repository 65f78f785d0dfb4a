/*
 * Keys in an open-addressed table: how a name is found, and forgotten.
 * Removal shifts the cells behind it back, so there are no tombstones and a
 * pool that sees a million hosts once each stays as small as what it holds.
 */
#include "key.h"
#include <errno.h>
#include <stdlib.h>

enum { SMALLEST_TABLE = 16 };

static struct pool_key *find(const struct pool_table *table, const struct pool_name *name, uint64_t hash)
{
	size_t i;

	if (table->size == 0)
		return NULL;
	for (i = hash & (table->size - 1); table->cells[i] != NULL; i = (i + 1) & (table->size - 1))
		if (table->cells[i]->hash == hash && pool_name_is(&table->cells[i]->name, name))
			return table->cells[i];
	return NULL;
}

struct pool_key *pool_key_find(const struct pool_table *table, const struct pool_name *name)
{
	return find(table, name, pool_name_hash(name));
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

static struct pool_key *make(const struct pool_name *name, uint64_t hash)
{
	struct pool_key *key = calloc(1, sizeof *key + pool_name_room(name));

	if (key == NULL)
		return NULL;
	pool_name_store(&key->name, name, (char *)(key + 1));
	key->hash = hash;
	list_init(&key->waiters);
	list_init(&key->fresh);
	list_init(&key->unpaired);
	list_init(&key->idle);
	list_init(&key->loose);
	list_init(&key->in_place);
	return key;
}

struct pool_key *pool_key_get(struct pool_table *table, const struct pool_name *name)
{
	uint64_t hash = pool_name_hash(name);
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
	free(key->care);
	pool_name_drop(&key->name);
	free(key);
}

void pool_table_free(struct pool_table *table)
{
	free(table->cells);
	*table = (struct pool_table){ .size = 0 };
}
