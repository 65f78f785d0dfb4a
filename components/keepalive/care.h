/*
 * Care: what the pool keeps in mind of a key beyond its requests and its
 * connections.  A key that has it stays, though nothing is open.
 */
#ifndef KEEPALIVE_CARE_H
#define KEEPALIVE_CARE_H

#include "deadline.h"
#include "key.h"

enum pool_breaker {
	BREAKER_CLOSED,
	BREAKER_OPEN,     /* nobody dials until the pause is over */
	BREAKER_HALF_OPEN /* the next one may, alone; after the pause all is forgotten */
};

struct pool_care {
	struct pool_key *key;
	struct link in_pool;   /* on pool->cared */
	struct link in_low;    /* on pool->low */
	struct deadline pause; /* until something is tried again, or forgotten */
	unsigned floor;        /* connections that are to be idle */
	unsigned failures;     /* dials that failed, one after the other */
	unsigned openings;     /* of the breaker, since a dial came to something */
	enum pool_breaker breaker;
};

#endif
