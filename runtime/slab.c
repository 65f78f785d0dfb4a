#include "slab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t no_place = UINT32_MAX;
static const uint32_t generations = 1U << 28;

/* What a free item holds instead of its id. */
struct free_item {
	uint64_t id;         /* zero */
	uint32_t next_place;
	uint32_t generation; /* of the next id this place will have */
};

void slab_init(struct slab *slab, size_t item_size)
{
	memset(slab, 0, sizeof *slab);
	slab->item_size = item_size;
	slab->free_place = no_place;
}

void slab_destroy(struct slab *slab)
{
	uint32_t chunks = (slab->places + (1U << SLAB_CHUNK_BITS) - 1) >> SLAB_CHUNK_BITS;

	for (uint32_t i = 0; i < chunks; i++)
		free(slab->chunks[i]);
	free(slab->chunks);
}

const char *slab_id_text(uint64_t id, char *text)
{
	unsigned place = (unsigned)(id & ((1U << SLAB_PLACE_BITS) - 1));
	unsigned generation = (unsigned)(id >> SLAB_PLACE_BITS) & (generations - 1);

	if (generation > 1)
		snprintf(text, SLAB_ID_TEXT, "%u.%u", place, generation);
	else
		snprintf(text, SLAB_ID_TEXT, "%u", place);
	return text;
}

static int add_chunk(struct slab *slab)
{
	uint32_t chunk = slab->places >> SLAB_CHUNK_BITS;
	char *items;

	if (slab->places >= 1U << SLAB_PLACE_BITS) {
		errno = ENOMEM;
		return -1;
	}
	if (chunk == slab->chunk_room) {
		uint32_t room = slab->chunk_room ? slab->chunk_room * 2 : 8;
		char **chunks = realloc(slab->chunks, room * sizeof *chunks);

		if (chunks == NULL)
			return -1;
		slab->chunks = chunks;
		slab->chunk_room = room;
	}
	items = malloc(slab->item_size << SLAB_CHUNK_BITS);
	if (items == NULL)
		return -1;
	slab->chunks[chunk] = items;
	return 0;
}

/* A place never used before; items of a new chunk are touched only when they are needed. */
static struct free_item *fresh_item(struct slab *slab)
{
	struct free_item *item;

	if ((slab->places & ((1U << SLAB_CHUNK_BITS) - 1)) == 0 && add_chunk(slab) == -1)
		return NULL;
	item = (struct free_item *)slab_at(slab, slab->places);
	item->id = 0;
	item->next_place = no_place;
	item->generation = 1;
	slab->free_place = slab->places++;
	return item;
}

void *slab_take(struct slab *slab)
{
	struct free_item *item;
	uint64_t id;

	item = slab->free_place == no_place ? fresh_item(slab) :
					      (struct free_item *)slab_at(slab, slab->free_place);
	if (item == NULL)
		return NULL;
	id = (uint64_t)item->generation << SLAB_PLACE_BITS | slab->free_place;
	slab->free_place = item->next_place;
	slab->live++;
	memset(item, 0, slab->item_size);
	item->id = id;
	return item;
}

void slab_give(struct slab *slab, void *given)
{
	struct free_item *item = given;
	uint32_t place = (uint32_t)(item->id & ((1U << SLAB_PLACE_BITS) - 1));
	uint32_t generation = (uint32_t)(item->id >> SLAB_PLACE_BITS) + 1;

	item->id = 0;
	slab->live--;
	if (generation == generations)
		return;
	item->generation = generation;
	item->next_place = slab->free_place;
	slab->free_place = place;
}
