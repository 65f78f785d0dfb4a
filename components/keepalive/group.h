/*
 * Group: the keys whose connections go through one proxy, which has a limit of
 * its own.
 */
#ifndef KEEPALIVE_GROUP_H
#define KEEPALIVE_GROUP_H

#include "key.h"

struct pool_group {
	struct link in_pool;    /* on pool->groups */
	struct link in_crowded; /* on pool->crowded, while something can be done for who is blocked */
	struct link blocked;    /* keys that would dial, and may not for the group's limit */
	struct link idle;       /* slots, the one idle for longest first */
	unsigned open;          /* connections of all its keys */
	unsigned keys;
	char name[];            /* the proxy */
};

#endif
