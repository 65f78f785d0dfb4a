/*
 * List: a ring of links that sit inside the things they order.  A link that is
 * on no list points to itself, so taking it off twice does nothing.
 */
#ifndef KEEPALIVE_LIST_H
#define KEEPALIVE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct link {
	struct link *next, *prev;
};

/* The thing around a link. */
#define LIST_ENTRY(link, type, member) ((type *)(void *)((char *)(link) - offsetof(type, member)))

static inline void list_init(struct link *l)
{
	l->next = l;
	l->prev = l;
}

/* Of a list: nothing is on it.  Of a link: it is on no list. */
static inline bool list_empty(const struct link *l)
{
	return l->next == l;
}

static inline void list_remove(struct link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_init(l);
}

static inline void list_prepend(struct link *list, struct link *l)
{
	l->next = list->next;
	l->prev = list;
	list->next->prev = l;
	list->next = l;
}

static inline void list_append(struct link *list, struct link *l)
{
	list_prepend(list->prev, l);
}

/* NULL if there is none. */
static inline struct link *list_first(const struct link *list)
{
	return list_empty(list) ? NULL : list->next;
}

static inline struct link *list_last(const struct link *list)
{
	return list_empty(list) ? NULL : list->prev;
}

#endif
