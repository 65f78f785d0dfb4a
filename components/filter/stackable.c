/*
 * The Stackable filter: a stack's life, and how it is changed.  After
 * POE::Filter::Stackable.
 *
 * A stage that is removed while a record of it is with a handler stays until
 * the stack is asked for the next one: by then the handler is back.
 */
#include "stackable.h"
#include "filter.h"

#include <errno.h>
#include <stdlib.h>

static const size_t max_input = (size_t)512 << 20;

/* Takes the filter, also when it fails. */
static struct stage *stage_new(struct poe_filter *f)
{
	struct stage *stage = f != NULL ? calloc(1, sizeof *stage) : NULL;

	if (stage == NULL) {
		poe_filter_free(f);
		errno = ENOMEM;
		return NULL;
	}
	stage->input.filter = f;
	stage->input.max = max_input;
	records_init(&stage->ready);
	return stage;
}

static void stage_free(struct stage *stage)
{
	input_free(&stage->input);
	records_free(&stage->ready);
	free(stage);
}

/* Frees a list that is linked by `above`. */
static void free_stages(struct stage *stage)
{
	struct stage *above;

	for (; stage != NULL; stage = above) {
		above = stage->above;
		stage_free(stage);
	}
}

void stackable_drop_gone(struct stackable *s)
{
	free_stages(s->gone);
	s->gone = NULL;
}

/* below: NULL at the bottom. */
static int insert(struct stackable *s, struct poe_filter *f, struct stage *below)
{
	struct stage *stage = stage_new(f);

	if (stage == NULL)
		return -1;
	stage->below = below;
	stage->above = below != NULL ? below->above : s->bottom;
	*(below != NULL ? &below->above : &s->bottom) = stage;
	*(stage->above != NULL ? &stage->above->below : &s->top) = stage;
	s->count++;
	return 0;
}

static void unlink_stage(struct stackable *s, struct stage *stage)
{
	*(stage->below != NULL ? &stage->below->above : &s->bottom) = stage->above;
	*(stage->above != NULL ? &stage->above->below : &s->top) = stage->below;
	stage->above = NULL;
	s->count--;
	if (!stage->lends) {
		stage_free(stage);
		return;
	}
	stage->above = s->gone;
	s->gone = stage;
}

/* What a stage holds, the oldest first. */
static int empty(struct stage *stage, struct records *to)
{
	struct poe_filter *f = stage->input.filter;
	struct poe_value rest = poe_bytes(stage->input.data, stage->input.length);

	if (records_hand(&stage->ready, &to->sink) < 0)
		return -1;
	if (f->ops->pending != NULL && f->ops->pending(f, &to->sink) < 0)
		return -1;
	return rest.length > 0 ? records_add(to, &rest) : 0;
}

/* What it holds came from below, and is now as if it had not yet left there. */
static int remove_stage(struct stackable *s, struct stage *stage)
{
	struct records *left_by = stage->below != NULL ? &stage->below->ready : &s->ahead;
	struct records held;

	records_init(&held);
	if (empty(stage, &held) < 0 || records_put_ahead(left_by, &held) < 0) {
		records_free(&held);
		return -1;
	}
	unlink_stage(s, stage);
	return 0;
}

static void stackable_free(struct poe_filter *f)
{
	struct stackable *s = (struct stackable *)f;

	free_stages(s->bottom);
	stackable_drop_gone(s);
	records_free(&s->ahead);
	free(s);
}

static struct poe_filter *stackable_clone(const struct poe_filter *f)
{
	const struct stackable *s = (const struct stackable *)f;
	struct poe_filter *clone = poe_filter_stackable(NULL, 0);
	struct stackable *to = (struct stackable *)clone;

	for (const struct stage *stage = s->bottom; clone != NULL && stage != NULL; stage = stage->above) {
		if (insert(to, poe_filter_clone(stage->input.filter), to->top) == 0)
			continue;
		poe_filter_free(clone);
		clone = NULL;
	}
	return clone;
}

static const struct poe_filter_ops stackable_ops = {
	.name = "stackable",
	.get_one = stackable_get_one,
	.put = stackable_put,
	.pending = stackable_pending,
	.clone = stackable_clone,
	.free = stackable_free,
};

struct poe_filter *poe_filter_stackable(struct poe_filter *const *filters, size_t count)
{
	struct stackable *s = calloc(1, sizeof *s);
	bool failed = s == NULL;

	if (s != NULL) {
		s->filter.ops = &stackable_ops;
		records_init(&s->ahead);
	}
	for (size_t i = 0; i < count; i++) {
		if (failed)
			poe_filter_free(filters[i]);
		else
			failed = insert(s, filters[i], s->top) < 0;
	}
	if (!failed)
		return &s->filter;
	if (s != NULL)
		stackable_free(&s->filter);
	errno = ENOMEM;
	return NULL;
}

/* NULL with EINVAL for what is no stack, or one whose own filters ask for it. */
static struct stackable *changeable(struct poe_filter *f)
{
	struct stackable *s = (struct stackable *)f;

	if (f->ops == &stackable_ops && !s->busy)
		return s;
	errno = EINVAL;
	return NULL;
}

/* A stack within itself is not to be freed either. */
static struct stackable *open_to(struct poe_filter *stack, struct poe_filter *f)
{
	struct stackable *s = changeable(stack);

	if (f == stack)
		errno = EINVAL;
	else if (s == NULL)
		poe_filter_free(f);
	return f != stack ? s : NULL;
}

int poe_filter_stackable_push(struct poe_filter *stack, struct poe_filter *f)
{
	struct stackable *s = open_to(stack, f);

	return s != NULL ? insert(s, f, s->top) : -1;
}

int poe_filter_stackable_unshift(struct poe_filter *stack, struct poe_filter *f)
{
	struct stackable *s = open_to(stack, f);

	return s != NULL ? insert(s, f, NULL) : -1;
}

static int remove_if_any(struct stackable *s, struct stage *stage)
{
	if (stage != NULL)
		return remove_stage(s, stage);
	errno = EINVAL;
	return -1;
}

int poe_filter_stackable_pop(struct poe_filter *stack)
{
	struct stackable *s = changeable(stack);

	return s != NULL ? remove_if_any(s, s->top) : -1;
}

int poe_filter_stackable_shift(struct poe_filter *stack)
{
	struct stackable *s = changeable(stack);

	return s != NULL ? remove_if_any(s, s->bottom) : -1;
}

size_t poe_filter_stackable_count(const struct poe_filter *stack)
{
	return stack->ops == &stackable_ops ? ((const struct stackable *)stack)->count : 0;
}

struct poe_filter *poe_filter_stackable_at(const struct poe_filter *stack, size_t place)
{
	const struct stackable *s = (const struct stackable *)stack;
	const struct stage *stage = stack->ops == &stackable_ops ? s->bottom : NULL;

	for (; stage != NULL && place > 0; place--)
		stage = stage->above;
	return stage != NULL ? stage->input.filter : NULL;
}
