#include "class.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int row_read(struct row *row, struct names *names, const char *text)
{
	const char *paren = text ? strchr(text, '(') : NULL;
	size_t length = paren ? (size_t)(paren - text) : text ? strlen(text) : 0;
	const struct name *name;

	errno = EINVAL;
	if (length == 0)
		return -1;
	row->types = NULL;
	if (paren != NULL) {
		size_t types = strspn(paren + 1, "idsbapo");

		types += paren[1 + types] == '*';
		if (strcmp(paren + 1 + types, ")") != 0)
			return -1;
		row->types = paren + 1;
	}
	name = names_intern_part(names, text, length);
	if (name == NULL)
		return -1;
	row->name = name->id;
	return 0;
}

static void rows_place(struct rows *rows, struct row row)
{
	uint32_t place = row.name & rows->mask;

	while (rows->places[place].name != 0 && rows->places[place].name != row.name)
		place = (place + 1) & rows->mask;
	rows->used += rows->places[place].name == 0;
	rows->places[place] = row;
}

static struct rows *rows_new(uint32_t size)
{
	struct rows *rows = calloc(1, sizeof *rows + size * sizeof(struct row));

	if (rows != NULL)
		rows->mask = size - 1;
	return rows;
}

int rows_set(struct rows **rows, struct row row)
{
	struct rows *old = *rows, *larger;

	if (old != NULL && (old->used + 1) * 2 <= old->mask + 1) {
		rows_place(old, row);
		return 0;
	}
	larger = rows_new(old ? (old->mask + 1) * 2 : 8);
	if (larger == NULL)
		return -1;
	for (uint32_t i = 0; old != NULL && i <= old->mask; i++)
		if (old->places[i].name != 0)
			rows_place(larger, old->places[i]);
	rows_place(larger, row);
	free(old);
	*rows = larger;
	return 0;
}

static void class_free(struct class *class)
{
	free(class->rows);
	free(class);
}

void classes_destroy(struct classes *classes)
{
	for (size_t i = 0; i < CLASS_BUCKETS; i++) {
		struct class *class, *next;

		for (class = classes->buckets[i]; class != NULL; class = next) {
			next = class->next;
			class_free(class);
		}
	}
}

static int compile(struct class *class, struct names *names, const struct poe_state *states)
{
	for (const struct poe_state *state = states; state != NULL && state->name != NULL; state++) {
		struct row row = { .handler = state->handler };

		if (row_read(&row, names, state->name) == -1)
			return -1;
		if (row.handler == NULL) {
			errno = EINVAL;
			return -1;
		}
		if (rows_set(&class->rows, row) == -1)
			return -1;
	}
	return 0;
}

static struct class **bucket_of(struct classes *classes, const struct poe_state *states)
{
	return &classes->buckets[((uintptr_t)states * UINT64_C(0x9E3779B97F4A7C15)) >> 58];
}

const struct class *classes_get(struct classes *classes, struct names *names,
				const struct poe_state *states, const struct poe_state *base)
{
	struct class **bucket = bucket_of(classes, states);
	struct class *class;

	for (class = *bucket; class != NULL; class = class->next)
		if (class->states == states && class->base == base)
			return class;
	class = calloc(1, sizeof *class);
	if (class == NULL)
		return NULL;
	if (compile(class, names, base) == -1 || compile(class, names, states) == -1) {
		class_free(class);
		return NULL;
	}
	class->states = states;
	class->base = base;
	class->next = *bucket;
	*bucket = class;
	return class;
}
