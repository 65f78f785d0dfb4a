/*
 * A class: a state table, compiled.  Every session made from the same table
 * (and base) shares one; sessions that set states at run time have a few rows of their own.
 */
#ifndef CLASS_H
#define CLASS_H

#include "names.h"

#include <poe/session.h>

struct row {
	uint32_t name;      /* an interned name's id; 0 in a place that is free */
	const char *types;  /* what the row declares, up to ')'; NULL: nothing */
	poe_handler *handler;
	void *object;
};

/* Open addressing by name id; ids are handed out in sequence, so they spread by themselves. */
struct rows {
	uint32_t mask;
	uint32_t used;
	struct row places[];
};

struct class {
	const struct poe_state *states, *base;
	struct class *next;
	struct rows *rows;
};

enum { CLASS_BUCKETS = 64 };

struct classes {
	struct class *buckets[CLASS_BUCKETS];
};

void classes_destroy(struct classes *classes);

/* The class of a table over another one (or NULL), compiled on first sight.  NULL with EINVAL (a row that cannot be read) or ENOMEM. */
const struct class *classes_get(struct classes *classes, struct names *names,
				const struct poe_state *states, const struct poe_state *base);

/* Reads "name(types)" into a row.  0; -1 with EINVAL or ENOMEM. */
int row_read(struct row *row, struct names *names, const char *text);

/* Adds or replaces a row; *rows may be NULL and may move.  0, or -1 with ENOMEM. */
int rows_set(struct rows **rows, struct row row);

static inline const struct row *rows_find(const struct rows *rows, uint32_t name)
{
	uint32_t place = name & rows->mask;

	while (rows->places[place].name != name) {
		if (rows->places[place].name == 0)
			return NULL;
		place = (place + 1) & rows->mask;
	}
	return &rows->places[place];
}

#endif
