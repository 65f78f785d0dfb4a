#ifndef RESOLVER_SESSION_H
#define RESOLVER_SESSION_H

#include "instance.h"
#include "name.h"

/* The states of a resolver's session; its heap is the instance. */
extern const struct poe_state resolver_states[];

/* "ask": a request that the session shall see to. */
struct resolver_asking {
	struct resolver_request *request; /* NULL comes back when it is gone */
	struct resolver_key key;
	int error;                        /* and this is why */
};

/* "poe_resolver_identify": whose session this is.  Lives on its sender's stack. */
struct resolver_probe {
	struct poe_object object;
	struct poe_resolver *found; /* comes back; NULL: none that can be used */
};
extern const struct poe_type resolver_probe_type;

#endif
