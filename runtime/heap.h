/* An 8-ary heap of things due in order: by time, equal times by order of insertion. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>
#include <stdint.h>

/* A member of the thing in the heap; heap_remove finds it by its position. */
struct heap_node {
	uint32_t position;
};

struct heap_entry {
	double due;
	uint64_t order;
	struct heap_node *node;
};

struct heap {
	struct heap_entry *entries;
	uint32_t count, room;
};

void heap_destroy(struct heap *heap);
int heap_add(struct heap *heap, struct heap_entry entry); /* 0, or -1 with ENOMEM */
void heap_remove(struct heap *heap, struct heap_node *node);
void heap_move(struct heap *heap, struct heap_node *node, double due, uint64_t order);

#endif
