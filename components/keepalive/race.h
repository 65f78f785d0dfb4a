/*
 * Race: a dial's addresses, tried one after the other and side by side; the
 * first that answers wins.  After RFC 8305, "happy eyeballs".
 */
#ifndef KEEPALIVE_RACE_H
#define KEEPALIVE_RACE_H

#include "way.h"
#include <poe/watch.h>

struct dial;

enum { RACE_LANES = 4 }; /* sockets at once, which together are one connection in the pool's limits */

struct attempt {
	struct dial *dial;
	struct poe_watch *watch; /* owned, with its descriptor; NULL: the lane is free */
	double began;            /* on the kernel's clock */
	int family;
};

struct race {
	struct poe_endpoint *endpoints; /* owned, unless it is `one` */
	size_t count, next;
	struct poe_endpoint one;
	struct attempt lanes[RACE_LANES];
};

void ka_race_init(struct race *race, struct dial *dial);

/* Tries the next address, and those after it that fail at once.  Ends with ka_dial_connected or
   ka_dial_lost when nothing is left to try or to wait for. */
void ka_race_on(struct dial *d);

/* An address has had its time: the next one's turn. */
void ka_race_late(struct dial *d);

/* Closes what is under way, without a word. */
void ka_race_free(struct race *race);

#endif
