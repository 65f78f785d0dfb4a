/*
 * Key: everything the pool knows about connections that are interchangeable.
 */
#ifndef KEEPALIVE_KEY_H
#define KEEPALIVE_KEY_H

#include "list.h"
#include "name.h"
#include <stdint.h>

/* Which of the pool's lists of keys a key is on. */
enum pool_place {
	PLACE_QUIET,    /* nobody waits, and no dial is one too many */
	PLACE_WAITING,  /* has waiters; its dials, or its own limit, decide when they are served */
	PLACE_HUNGRY,   /* would dial, once the limit on all keys lets it */
	PLACE_STARVING, /* the same, without even one connection: goes first */
	PLACE_GROUPED,  /* would dial, but for the limit of its group: on the group's list, not the pool's */
	PLACE_SURPLUS,  /* has more dials than waiters: the first to give one up */
	PLACE_UNUSED,   /* nothing is left of it: freed when the pool has settled */
	PLACES
};

struct pool_care;
struct pool_group;

struct pool_key {
	struct pool_name name; /* its strings stand behind the struct */
	uint64_t hash;
	struct link waiters;   /* requests, the oldest first */
	struct link fresh;     /* the same of those that want a new connection: served before them by what is dialled */
	struct link unpaired;  /* of both, those without a dial of their own */
	struct link idle;      /* slots, the next one to be lent first */
	struct link loose;     /* dials whose own waiter has been served or has left */
	struct link in_place;  /* on pool->places[place] */
	struct pool_group *group; /* NULL: goes through no proxy */
	struct pool_care *care; /* owned; NULL: nothing but its requests */
	unsigned waiting, dialing, used, idling;
	unsigned fresh_waiting; /* counted in waiting too */
	unsigned pinging;      /* counted in used too */
	unsigned turn;         /* the round in which connections are lent */
	enum pool_place place;
};

/* Open addressing, a power of two, at most three quarters full. */
struct pool_table {
	struct pool_key **cells;
	size_t size, count;
};

/* NULL if it is not there. */
struct pool_key *pool_key_find(const struct pool_table *table, const struct pool_name *name);

/* Finds or makes it.  NULL with ENOMEM. */
struct pool_key *pool_key_get(struct pool_table *table, const struct pool_name *name);

/* Takes it out and frees it. */
void pool_key_free(struct pool_table *table, struct pool_key *key);

/* Frees the table, which must be empty of keys. */
void pool_table_free(struct pool_table *table);

/* Connections of the key, in whatever state: what max_per_host is about. */
static inline unsigned pool_key_open(const struct pool_key *key)
{
	return key->dialing + key->used + key->idling;
}

#endif
