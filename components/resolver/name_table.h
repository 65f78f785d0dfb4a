#ifndef RESOLVER_NAME_TABLE_H
#define RESOLVER_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct resolver_key;

/* The first member of what is kept in a table; the table owns none of it. */
struct resolver_node {
	struct resolver_node *next; /* the table's */
	uint64_t hash;
	const char *text;           /* lives as long as the node */
	int family;
};

struct resolver_table {
	struct resolver_node **buckets;
	size_t size; /* buckets, a power of two */
	size_t count;
};

/* 0, or -1 with ENOMEM.  Freeing leaves the nodes alone. */
int resolver_table_init(struct resolver_table *table);
void resolver_table_free(struct resolver_table *table);

struct resolver_node *resolver_table_find(const struct resolver_table *table,
					  const struct resolver_key *key);

/* Puts in a node whose text and family are set; there must be none of that key.  Cannot fail. */
void resolver_table_add(struct resolver_table *table, struct resolver_node *node, uint64_t hash);
void resolver_table_remove(struct resolver_table *table, struct resolver_node *node);

#endif
