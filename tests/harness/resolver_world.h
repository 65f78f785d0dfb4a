/*
 * A kernel on the virtual clock with a name server and a resolver that asks
 * it, and sessions that ask the resolver and write down what they hear.
 */
#ifndef RESOLVER_WORLD_H
#define RESOLVER_WORLD_H

#include "dns_server.h"

#include <poe/resolver.h>

struct resolver_world;

/* A piece of a test that runs inside an asking session. */
typedef void resolver_step(struct resolver_world *w, struct poe_event *ev);

enum { RESOLVER_WORLD_STEPS = 32 };

struct resolver_world {
	struct poe_kernel *kernel;
	struct dns_server *server;
	struct poe_resolver *resolver; /* the test's own reference, or NULL once it is given up */
	resolver_step *steps[RESOLVER_WORLD_STEPS];
	int step_count;
	resolver_step *on_got;         /* after each answer is written down; or NULL */
	poe_resolve_id id;             /* of the last request */
	poe_resolve_id first;          /* of whatever the test wants to keep */
	poe_sid asker;                 /* the same */
	unsigned number;               /* the same */
	int descriptors;               /* open before */
	char hosts[64];
	char log[4096];
};

/* servers and hosts are filled in; NULL: the usual plan. */
struct resolver_world *resolver_world_new(const struct poe_resolver_plan *plan);
struct resolver_world *resolver_world_new_on(enum poe_clock clock, const struct poe_resolver_plan *plan);

/* Fails the test when a descriptor has stayed open. */
void resolver_world_free(struct resolver_world *w);

void resolver_world_write_hosts(const struct resolver_world *w, const char *text);

/* Starts an asking session with this step; its address. */
poe_sid resolver_world_start(struct resolver_world *w, resolver_step *step);

/* The same, and runs the kernel to its end. */
void resolver_world_run(struct resolver_world *w, resolver_step *step);

/* In a step: asks for both families, port 80; asks for all that is set, but for the event; goes on later. */
void resolver_world_ask(struct resolver_world *w, const char *host);
void resolver_world_request(struct resolver_world *w, struct poe_resolve_request request);
void resolver_world_later(struct resolver_world *w, double seconds, resolver_step *step);

/* What was heard: "a.test=192.0.2.1:80,[::1]:80; b.test!ENOENT; c.test=::1:80 cached; !EINVAL at once". */
const char *resolver_world_log(const struct resolver_world *w);

#endif
