/*
 * The Map filter: records become others by the program's own functions.  After
 * POE::Filter::Map.
 */
#include "filter.h"

#include <errno.h>
#include <stdlib.h>

struct map {
	struct poe_filter filter;
	poe_filter_map_function *get, *put; /* NULL: as they are */
	void *arg;                          /* the program's */
	struct poe_value held; /* an object whose octets may be under the last record; or none */
};

static int apply(const struct map *m, poe_filter_map_function *function, const struct poe_value *record,
		 struct poe_value *out)
{
	int got;

	*out = *record;
	if (function == NULL)
		return 1;
	*out = poe_none();
	got = function(m->arg, record, out);
	return got > 0 && out->kind == POE_NONE ? 0 : got;
}

static int is_same_object(const struct poe_value *a, const struct poe_value *b)
{
	return a->kind == POE_OBJ && b->kind == POE_OBJ && a->as.o == b->as.o;
}

static int map_take(struct poe_filter *f, const struct poe_value *record, struct poe_value *out)
{
	struct map *m = (struct map *)f;
	int got;

	filter_release(&m->held);
	m->held = poe_none();
	got = apply(m, m->get, record, out);
	if (record->kind == POE_OBJ && !(got > 0 && is_same_object(record, out)))
		m->held = *record;
	return got;
}

static int map_give(struct poe_filter *f, const struct poe_value *record, struct poe_sink *below)
{
	const struct map *m = (const struct map *)f;
	struct poe_value out;
	int got = apply(m, m->put, record, &out), result;

	if (got <= 0)
		return got;
	result = below->add(below, &out);
	if (!is_same_object(record, &out))
		filter_release(&out);
	return result;
}

static struct poe_filter *map_clone(const struct poe_filter *f)
{
	const struct map *m = (const struct map *)f;

	return poe_filter_map(&(struct poe_filter_map_plan){ .get = m->get, .put = m->put, .arg = m->arg });
}

static void map_free(struct poe_filter *f)
{
	filter_release(&((struct map *)f)->held);
	free(f);
}

static const struct poe_filter_ops map_ops = {
	.name = "map",
	.get_one = filter_records_get_one,
	.put = filter_records_put,
	.take = map_take,
	.give = map_give,
	.clone = map_clone,
	.free = map_free,
};

struct poe_filter *poe_filter_map(const struct poe_filter_map_plan *plan)
{
	struct map *m;

	if (plan == NULL || (plan->get == NULL && plan->put == NULL)) {
		errno = EINVAL;
		return NULL;
	}
	m = malloc(sizeof *m);
	if (m == NULL)
		return NULL;
	*m = (struct map){ .filter = { &map_ops }, .get = plan->get, .put = plan->put, .arg = plan->arg };
	return &m->filter;
}

int poe_filter_map_modify(struct poe_filter *f, const struct poe_filter_map_plan *plan)
{
	struct map *m = (struct map *)f;

	if (f->ops != &map_ops) {
		errno = EINVAL;
		return -1;
	}
	if (plan->get != NULL)
		m->get = plan->get;
	if (plan->put != NULL)
		m->put = plan->put;
	if (plan->arg != NULL)
		m->arg = plan->arg;
	return 0;
}
