/*
 * The Grep filter: only some records pass, as the program's own predicates say.
 * After POE::Filter::Grep.
 */
#include "filter.h"

#include <errno.h>
#include <stdlib.h>

struct grep {
	struct poe_filter filter;
	poe_filter_grep_predicate *get, *put; /* NULL: all pass */
	void *arg;                            /* the program's */
};

static int passes(const struct grep *g, poe_filter_grep_predicate *predicate, const struct poe_value *record)
{
	return predicate == NULL || predicate(g->arg, record) != 0;
}

static int grep_take(struct poe_filter *f, const struct poe_value *record, struct poe_value *out)
{
	const struct grep *g = (const struct grep *)f;

	if (!passes(g, g->get, record)) {
		filter_release(record);
		return 0;
	}
	*out = *record;
	return 1;
}

static int grep_give(struct poe_filter *f, const struct poe_value *record, struct poe_sink *below)
{
	const struct grep *g = (const struct grep *)f;

	return passes(g, g->put, record) ? below->add(below, record) : 0;
}

static struct poe_filter *grep_clone(const struct poe_filter *f)
{
	const struct grep *g = (const struct grep *)f;

	return poe_filter_grep(&(struct poe_filter_grep_plan){ .get = g->get, .put = g->put, .arg = g->arg });
}

static void grep_free(struct poe_filter *f)
{
	free(f);
}

static const struct poe_filter_ops grep_ops = {
	.name = "grep",
	.get_one = filter_records_get_one,
	.put = filter_records_put,
	.take = grep_take,
	.give = grep_give,
	.clone = grep_clone,
	.free = grep_free,
};

struct poe_filter *poe_filter_grep(const struct poe_filter_grep_plan *plan)
{
	struct grep *g;

	if (plan == NULL || (plan->get == NULL && plan->put == NULL)) {
		errno = EINVAL;
		return NULL;
	}
	g = malloc(sizeof *g);
	if (g == NULL)
		return NULL;
	*g = (struct grep){ .filter = { &grep_ops }, .get = plan->get, .put = plan->put, .arg = plan->arg };
	return &g->filter;
}

int poe_filter_grep_modify(struct poe_filter *f, const struct poe_filter_grep_plan *plan)
{
	struct grep *g = (struct grep *)f;

	if (f->ops != &grep_ops) {
		errno = EINVAL;
		return -1;
	}
	if (plan->get != NULL)
		g->get = plan->get;
	if (plan->put != NULL)
		g->put = plan->put;
	if (plan->arg != NULL)
		g->arg = plan->arg;
	return 0;
}
