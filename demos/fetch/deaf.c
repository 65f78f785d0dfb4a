/*
 * The full server listens and never accepts.  Two connections of its own fill
 * the system's queue (it holds one more than listen was told); the system then
 * drops whoever else knocks, who hears nothing at all.
 */
#include "deaf.h"

#include <stdlib.h>

struct deaf {
	struct poe_socketfactory *listener;
	struct poe_socketfactory *fillers[2];
	int port;
};

static void deaf_start(struct poe_event *ev)
{
	struct deaf *me = ev->heap;

	me->listener = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
			.bind_address = "127.0.0.1", .listen_queue = 1,
			.success_event = "accepted", .failure_event = "failed" });
	if (me->listener == NULL)
		return;
	poe_socketfactory_pause_accept(me->listener);
	me->port = poe_socketfactory_port(me->listener);
	for (int i = 0; i < 2; i++)
		me->fillers[i] = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
				.remote_address = "127.0.0.1", .remote_port = me->port,
				.success_event = "filled", .failure_event = "failed" });
}

/* Nobody takes the socket, so it is closed; its place in the queue stays taken, for nobody accepts it either. */
static void deaf_filled(struct poe_event *ev)
{
	(void)ev;
}

static void deaf_failed(struct poe_event *ev)
{
	fprintf(stderr, "deaf: %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
}

static void deaf_shutdown(struct poe_event *ev)
{
	struct deaf *me = ev->heap;

	poe_socketfactory_free(me->listener);
	for (int i = 0; i < 2; i++)
		poe_socketfactory_free(me->fillers[i]);
	poe_alias_remove(ev->kernel, "deaf");
}

static const struct poe_state deaf_states[] = {
	{ "_start", deaf_start },
	{ "filled", deaf_filled },
	{ "failed(sis)", deaf_failed },
	{ "shutdown", deaf_shutdown },
	{ 0 },
};

int deaf_create(struct poe_kernel *k)
{
	struct deaf *me = calloc(1, sizeof *me);

	if (me == NULL)
		return -1;
	if (poe_session_create(k, &(struct poe_session_plan){
			.states = deaf_states, .heap = me, .free_heap = free, .alias = "deaf" }).v == 0)
		return -1;
	return me->port > 0 ? me->port : -1;
}
