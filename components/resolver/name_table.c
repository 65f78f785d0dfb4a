/*
 * A hash table of things that are found by a name and a family.  It links
 * nodes that others embed, so adding allocates nothing: when there is no
 * memory to grow, chains only get longer.
 */
#include "name_table.h"
#include "name.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 16 };

int resolver_table_init(struct resolver_table *table)
{
	table->buckets = calloc(FIRST_SIZE, sizeof *table->buckets);
	table->size = FIRST_SIZE;
	table->count = 0;
	return table->buckets ? 0 : -1;
}

void resolver_table_free(struct resolver_table *table)
{
	free(table->buckets);
	table->buckets = NULL;
}

struct resolver_node *resolver_table_find(const struct resolver_table *table,
					  const struct resolver_key *key)
{
	struct resolver_node *node = table->buckets[key->hash & (table->size - 1)];

	for (; node; node = node->next)
		if (node->hash == key->hash && node->family == key->family &&
		    strcmp(node->text, key->text) == 0)
			return node;
	return NULL;
}

static void link_node(struct resolver_table *table, struct resolver_node *node)
{
	struct resolver_node **bucket = &table->buckets[node->hash & (table->size - 1)];

	node->next = *bucket;
	*bucket = node;
}

static void grow(struct resolver_table *table)
{
	struct resolver_table bigger = { .size = table->size * 2, .count = table->count };
	struct resolver_node *node, *next;

	bigger.buckets = calloc(bigger.size, sizeof *bigger.buckets);
	if (bigger.buckets == NULL)
		return;
	for (size_t i = 0; i < table->size; i++) {
		for (node = table->buckets[i]; node; node = next) {
			next = node->next;
			link_node(&bigger, node);
		}
	}
	free(table->buckets);
	*table = bigger;
}

void resolver_table_add(struct resolver_table *table, struct resolver_node *node, uint64_t hash)
{
	if (table->count >= table->size)
		grow(table);
	node->hash = hash;
	link_node(table, node);
	table->count++;
}

void resolver_table_remove(struct resolver_table *table, struct resolver_node *node)
{
	struct resolver_node **at = &table->buckets[node->hash & (table->size - 1)];

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	table->count--;
}
