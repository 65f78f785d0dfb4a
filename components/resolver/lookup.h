#ifndef RESOLVER_LOOKUP_H
#define RESOLVER_LOOKUP_H

#include "name_table.h"

struct poe_kernel;
struct resolver_cache;
struct resolver_channel;
struct resolver_key;
struct resolver_request;

/* The look-ups under way; those that may still be joined are found by name and family. */
struct resolver_lookups {
	struct resolver_table names;
	struct resolver_channel *channel; /* lent */
	struct resolver_cache *cache;     /* lent */
	struct poe_kernel *kernel;
	double timeout;                   /* seconds, after which a look-up is not joined any more */
};

/*
 * Lets a request wait for a name, together with others if somebody has asked
 * already.  It may be settled before this returns.  0, or -1 with ENOMEM.
 */
int resolver_lookup_join(struct resolver_lookups *all, const struct resolver_key *key,
			 struct resolver_request *request);

/* The request waits no more.  The last one to leave ends the look-up. */
void resolver_lookup_leave(struct resolver_request *request);

#endif
