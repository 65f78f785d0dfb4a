/*
 * Records in a row: an array that is read from its front.  The front is closed
 * up only when the row is full, or empty.
 */
#include "records.h"
#include "filter.h"

#include <stdlib.h>

enum { FIRST_ROOM = 8 };

static int add_from_sink(struct poe_sink *sink, const struct poe_value *record)
{
	return records_add((struct records *)sink, record);
}

void records_init(struct records *r)
{
	*r = (struct records){ .sink = { add_from_sink } };
}

void records_free(struct records *r)
{
	for (size_t i = 0; i < r->count; i++)
		poe_value_release(&r->values[r->first + i]);
	poe_value_release(&r->lent);
	free(r->values);
	records_init(r);
}

static int make_room(struct records *r)
{
	struct poe_value *bigger;

	if (r->first + r->count < r->room)
		return 0;
	if (r->first > r->room / 2) {
		memmove(r->values, r->values + r->first, r->count * sizeof *r->values);
		r->first = 0;
		return 0;
	}
	bigger = realloc(r->values, (r->room > 0 ? 2 * r->room : FIRST_ROOM) * sizeof *bigger);
	if (bigger == NULL)
		return -1;
	r->room = r->room > 0 ? 2 * r->room : FIRST_ROOM;
	r->values = bigger;
	return 0;
}

int records_add(struct records *r, const struct poe_value *record)
{
	struct poe_value kept = *record;

	if (make_room(r) < 0 || poe_value_keep(&kept) < 0) {
		filter_release(record);
		return -1;
	}
	r->values[r->first + r->count++] = kept;
	return 0;
}

static int take(struct records *r, struct poe_value *record)
{
	if (r->count == 0)
		return 0;
	*record = r->values[r->first++];
	r->count--;
	return 1;
}

int records_lend(struct records *r, struct poe_value *record)
{
	poe_value_release(&r->lent);
	if (!take(r, record))
		return 0;
	if (record->kind != POE_OBJ)
		r->lent = *record;
	return 1;
}

int records_hand(struct records *r, struct poe_sink *to)
{
	struct poe_value record;
	int failed = 0;

	while (failed == 0 && take(r, &record)) {
		failed = to->add(to, &record);
		if (record.kind != POE_OBJ)
			poe_value_release(&record);
	}
	return failed;
}

int records_put_ahead(struct records *r, struct records *others)
{
	struct poe_value lent = r->lent;

	if (records_hand(r, &others->sink) < 0)
		return -1;
	r->lent = poe_none();
	records_free(r);
	*r = *others;
	r->lent = lent;
	records_init(others);
	return 0;
}
