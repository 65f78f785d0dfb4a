/*
 * A stack of filters, its insides: stackable.c makes and changes it,
 * stackable_input.c frames with it, stackable_output.c puts with it and hands
 * over what it holds.
 */
#ifndef STACKABLE_H
#define STACKABLE_H

#include "../input.h"
#include "records.h"

struct stage {
	struct stage *below, *above;
	struct input input;   /* the filter, owned; and, if it is one of octets, what it has not framed */
	struct records ready; /* records that come before those it will frame: left by a filter that was above */
	bool lends;           /* the record that the stack gave last may lie here */
};

struct stackable {
	struct poe_filter filter;
	struct stage *bottom, *top;
	size_t count;
	struct stage *gone;   /* owned: removed while they lend, linked by `above` */
	struct records ahead; /* octets that come before those in the wheel */
	/* While get_one is under way: */
	char *data; /* the wheel's octets */
	size_t length;
	bool given; /* they have gone to the lowest filter */
	bool busy;  /* a filter is at work: the stack cannot change; while put is under way too */
};

static inline bool stackable_is_of_records(const struct stage *stage)
{
	return stage->input.filter->ops->take != NULL;
}

/* Frees stages that were removed: none of their records is lent any more. */
void stackable_drop_gone(struct stackable *s);

int stackable_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame);
int stackable_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out);
int stackable_pending(struct poe_filter *f, struct poe_sink *to);

#endif
