/*
 * Key: what makes two connections interchangeable, and everything the pool
 * knows about those that are.
 */
#ifndef KEEPALIVE_KEY_H
#define KEEPALIVE_KEY_H

#include "list.h"
#include <stdint.h>

/*
 * The identity.  Whatever changes who answers, or how far he is trusted, has to
 * be in here.  The for-triple is all NULL and 0 when the connection is for
 * whom it goes to; `bind` is the local address, NULL for any.
 */
struct pool_name {
	const char *scheme, *address;
	const char *for_scheme, *for_address;
	const char *bind;
	int port, for_port;
};

/* Which of the pool's lists of keys a key is on. */
enum pool_place {
	PLACE_QUIET,    /* nobody waits, and no dial is one too many */
	PLACE_WAITING,  /* has waiters; its dials, or its own limit, decide when they are served */
	PLACE_HUNGRY,   /* would dial, once the limit on all keys lets it */
	PLACE_STARVING, /* the same, without even one connection: goes first */
	PLACE_SURPLUS,  /* has more dials than waiters: the first to give one up */
	PLACE_UNUSED,   /* nothing is left of it: freed when the pool has settled */
	PLACES
};

struct pool_key {
	struct pool_name name; /* its strings stand behind the struct */
	uint64_t hash;
	struct link waiters;   /* requests, the oldest first */
	struct link unpaired;  /* of these, those without a dial of their own */
	struct link idle;      /* slots, the last one freed first */
	struct link loose;     /* dials whose own waiter has been served or has left */
	struct link in_place;  /* on pool->places[place] */
	unsigned waiting, dialing, used, idling;
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
