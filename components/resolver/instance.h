#ifndef RESOLVER_INSTANCE_H
#define RESOLVER_INSTANCE_H

#include "lookup.h"
#include "request.h"

struct resolver_hosts;

/*
 * A resolver: at once the handle that its users hold and the heap of its
 * session.  The memory is free when neither is left.
 */
struct poe_resolver {
	struct poe_kernel *kernel; /* NULL once the session stops */
	poe_sid session;
	size_t references;         /* users' */
	int has_session;
	int is_shared;             /* goes on, with its cache, when no user is left: until its session is stopped */
	struct resolver_channel *channel;
	struct resolver_cache *cache;
	struct resolver_hosts *hosts;
	struct resolver_lookups lookups;
	struct resolver_requests requests;
	double timeout;            /* seconds; INFINITY for none */
	uint64_t seed;
	char alias[32];
};

/*
 * Makes one with a reference and without a session.  alias: NULL for one of
 * its own.  NULL with ENOMEM, EINVAL, EIO.
 */
struct poe_resolver *resolver_instance_new(struct poe_kernel *k, const struct poe_resolver_plan *plan,
					   const char *alias);

/* The session's free_heap: all parts go, and the memory if no user is left. */
void resolver_instance_close(void *instance);

/* A user lets go; the memory goes with the last one if there is no session. */
void resolver_instance_drop(struct poe_resolver *r);

#endif
