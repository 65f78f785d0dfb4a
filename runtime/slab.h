/*
 * A slab: items of one size that never move, named by ids that are never used
 * twice.  An id is a place (28 bits) and how often that place was taken (28
 * bits); a place whose count is used up is retired.
 */
#ifndef SLAB_H
#define SLAB_H

#include <stddef.h>
#include <stdint.h>

enum { SLAB_PLACE_BITS = 28, SLAB_CHUNK_BITS = 7 };

/* The first member of every item.  The id is the slab's; zero while the item is free. */
struct slab_item {
	uint64_t id;
};

struct slab {
	size_t item_size;
	char **chunks;       /* of 1 << SLAB_CHUNK_BITS items each */
	uint32_t chunk_room;
	uint32_t places;     /* ever made */
	uint32_t free_place; /* first of the free ones, or SLAB_NO_PLACE */
	size_t live;
};

void slab_init(struct slab *slab, size_t item_size); /* at least 16 octets */
void slab_destroy(struct slab *slab);

/* An item with a new id, otherwise zeroed.  NULL with ENOMEM. */
void *slab_take(struct slab *slab);
void slab_give(struct slab *slab, void *item);

enum { SLAB_ID_TEXT = 24 };

/* An id for people: its place, and ".2", ".3" if the place was used before.  `text` has SLAB_ID_TEXT octets. */
const char *slab_id_text(uint64_t id, char *text);

static inline struct slab_item *slab_at(const struct slab *slab, uint32_t place)
{
	size_t within = place & ((1U << SLAB_CHUNK_BITS) - 1);

	return (struct slab_item *)(void *)(slab->chunks[place >> SLAB_CHUNK_BITS] + within * slab->item_size);
}

/* The living item of that id, or NULL. */
static inline void *slab_find(const struct slab *slab, uint64_t id)
{
	uint32_t place = (uint32_t)(id & ((1U << SLAB_PLACE_BITS) - 1));
	struct slab_item *item;

	if (place >= slab->places || id == 0)
		return NULL;
	item = slab_at(slab, place);
	return item->id == id ? item : NULL;
}

#endif
