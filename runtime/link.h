/* A doubly linked ring: a head and the links of its members. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link {
	struct link *next, *prev;
};

#define CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

static inline void link_init(struct link *l)
{
	l->next = l->prev = l;
}

static inline bool link_alone(const struct link *l)
{
	return l->next == l;
}

static inline void link_before(struct link *where, struct link *l)
{
	l->prev = where->prev;
	l->next = where;
	where->prev->next = l;
	where->prev = l;
}

static inline void link_remove(struct link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	link_init(l);
}

/* Moves every member of `from` to the empty ring `to`, in order. */
static inline void link_move_all(struct link *to, struct link *from)
{
	if (link_alone(from))
		return;
	*to = *from;
	to->next->prev = to->prev->next = to;
	link_init(from);
}

#endif
