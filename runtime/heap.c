#include "heap.h"

#include <stdbool.h>
#include <stdlib.h>

/* Eight rather than two or four: fewer levels, so fewer waits for memory when there are many. */
enum { CHILDREN = 8 };

void heap_destroy(struct heap *heap)
{
	free(heap->entries);
}

static bool earlier(const struct heap_entry *a, const struct heap_entry *b)
{
	return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void put(struct heap *heap, uint32_t position, struct heap_entry entry)
{
	heap->entries[position] = entry;
	entry.node->position = position;
}

static void sift_up(struct heap *heap, uint32_t position, struct heap_entry entry)
{
	while (position > 0) {
		uint32_t parent = (position - 1) / CHILDREN;

		if (!earlier(&entry, &heap->entries[parent]))
			break;
		put(heap, position, heap->entries[parent]);
		position = parent;
	}
	put(heap, position, entry);
}

static uint32_t earliest_child(const struct heap *heap, uint32_t position)
{
	uint32_t child = position * CHILDREN + 1;
	uint32_t end = child + CHILDREN < heap->count ? child + CHILDREN : heap->count;
	uint32_t best = child;

	for (uint32_t i = child + 1; i < end; i++)
		if (earlier(&heap->entries[i], &heap->entries[best]))
			best = i;
	return best;
}

static void sift_down(struct heap *heap, uint32_t position, struct heap_entry entry)
{
	while (position * CHILDREN + 1 < heap->count) {
		uint32_t child = earliest_child(heap, position);

		if (!earlier(&heap->entries[child], &entry))
			break;
		put(heap, position, heap->entries[child]);
		position = child;
	}
	put(heap, position, entry);
}

/* Puts an entry where it belongs, starting from a position that is free. */
static void settle(struct heap *heap, uint32_t position, struct heap_entry entry)
{
	if (position > 0 && earlier(&entry, &heap->entries[(position - 1) / CHILDREN]))
		sift_up(heap, position, entry);
	else
		sift_down(heap, position, entry);
}

int heap_add(struct heap *heap, struct heap_entry entry)
{
	if (heap->count == heap->room) {
		uint32_t room = heap->room ? heap->room * 2 : 16;
		struct heap_entry *entries = realloc(heap->entries, room * sizeof *entries);

		if (entries == NULL)
			return -1;
		heap->entries = entries;
		heap->room = room;
	}
	sift_up(heap, heap->count++, entry);
	return 0;
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	uint32_t position = node->position;
	struct heap_entry last = heap->entries[--heap->count];

	if (position < heap->count)
		settle(heap, position, last);
}

void heap_move(struct heap *heap, struct heap_node *node, double due, uint64_t order)
{
	settle(heap, node->position, (struct heap_entry){ due, order, node });
}
