/*
 * Lanes for the common durations, a binary heap for the odd ones.
 */
#include "deadline.h"
#include <errno.h>
#include <stdlib.h>

void pool_deadlines_init(struct deadlines *all)
{
	size_t i;

	*all = (struct deadlines){ .count = 0 };
	for (i = 0; i < DEADLINE_LANES; i++)
		list_init(&all->lanes[i].list);
}

void pool_deadlines_free(struct deadlines *all)
{
	free(all->heap);
	all->heap = NULL;
}

void pool_deadline_init(struct deadline *d)
{
	*d = (struct deadline){ .at = 0 };
	list_init(&d->lane);
}

bool pool_deadline_is_set(const struct deadline *d)
{
	return d->heap_index != 0 || !list_empty(&d->lane);
}

/* The heap is 1-based in heap_index and 0-based in memory. */
static void place(struct deadlines *all, size_t index, struct deadline *d)
{
	all->heap[index] = d;
	d->heap_index = index + 1;
}

static void sift_up(struct deadlines *all, size_t index)
{
	struct deadline *d = all->heap[index];

	while (index > 0 && all->heap[(index - 1) / 2]->at > d->at) {
		place(all, index, all->heap[(index - 1) / 2]);
		index = (index - 1) / 2;
	}
	place(all, index, d);
}

static void sift_down(struct deadlines *all, size_t index)
{
	struct deadline *d = all->heap[index];
	size_t child;

	for (; (child = index * 2 + 1) < all->count; index = child) {
		if (child + 1 < all->count && all->heap[child + 1]->at < all->heap[child]->at)
			child++;
		if (all->heap[child]->at >= d->at)
			break;
		place(all, index, all->heap[child]);
	}
	place(all, index, d);
}

static int heap_add(struct deadlines *all, struct deadline *d)
{
	if (all->count == all->room) {
		size_t room = all->room ? all->room * 2 : 16;
		struct deadline **heap = realloc(all->heap, room * sizeof(struct deadline *));

		if (heap == NULL) {
			errno = ENOMEM;
			return -1;
		}
		all->heap = heap;
		all->room = room;
	}
	place(all, all->count++, d);
	sift_up(all, all->count - 1);
	return 0;
}

static void heap_remove(struct deadlines *all, struct deadline *d)
{
	size_t index = d->heap_index - 1;
	struct deadline *last = all->heap[--all->count];

	d->heap_index = 0;
	if (last == d)
		return;
	place(all, index, last);
	sift_up(all, index);
	sift_down(all, last->heap_index - 1);
}

/* The lane of this duration, else one that stands empty; NULL if there is neither. */
static struct link *lane_for(struct deadlines *all, double duration)
{
	size_t i, spare = DEADLINE_LANES;

	for (i = 0; i < DEADLINE_LANES; i++) {
		if (list_empty(&all->lanes[i].list))
			spare = i;
		else if (all->lanes[i].duration == duration)
			return &all->lanes[i].list;
	}
	if (spare == DEADLINE_LANES)
		return NULL;
	all->lanes[spare].duration = duration;
	return &all->lanes[spare].list;
}

int pool_deadline_set(struct deadlines *all, struct deadline *d, double now, double duration)
{
	struct link *lane;

	pool_deadline_clear(all, d);
	d->at = now + duration;
	lane = lane_for(all, duration);
	if (lane == NULL)
		return heap_add(all, d);
	list_append(lane, &d->lane);
	return 0;
}

void pool_deadline_clear(struct deadlines *all, struct deadline *d)
{
	if (d->heap_index != 0)
		heap_remove(all, d);
	else
		list_remove(&d->lane);
}

struct deadline *pool_deadlines_first(const struct deadlines *all)
{
	struct deadline *first = all->count > 0 ? all->heap[0] : NULL;
	size_t i;

	for (i = 0; i < DEADLINE_LANES; i++) {
		struct link *l = list_first(&all->lanes[i].list);
		struct deadline *d = l ? LIST_ENTRY(l, struct deadline, lane) : NULL;

		if (d != NULL && (first == NULL || d->at < first->at))
			first = d;
	}
	return first;
}

struct deadline *pool_deadlines_due(struct deadlines *all, double now)
{
	struct deadline *first = pool_deadlines_first(all);

	if (first == NULL || first->at > now)
		return NULL;
	pool_deadline_clear(all, first);
	return first;
}

size_t pool_deadlines_count(const struct deadlines *all)
{
	size_t count = all->count, i;
	const struct link *l;

	for (i = 0; i < DEADLINE_LANES; i++)
		for (l = all->lanes[i].list.next; l != &all->lanes[i].list; l = l->next)
			count++;
	return count;
}
