/*
 * Snapshots: the pool's numbers, for who calls and for who posts "stats".
 */
#include "snapshot.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct snapshot {
	struct poe_object object;
	struct poe_keepalive_stats stats;
};

_Static_assert(sizeof(struct poe_histogram) == sizeof(struct histogram), "one is copied into the other");

static struct poe_histogram as_public(const struct histogram *h)
{
	struct poe_histogram copy;

	memcpy(copy.count, h->count, sizeof copy.count);
	return copy;
}

void poe_keepalive_stats(const struct poe_keepalive *ka, struct poe_keepalive_stats *stats)
{
	const struct pool *pool = &ka->pool;

	*stats = (struct poe_keepalive_stats){
		.idle = pool->idling,
		.used = pool->using,
		.dialing = pool->dialing,
		.waiting = pool->waiting,
		.keys = pool->keys.count,
		.allocated = pool->accepted,
		.immediate = pool->ended[ENDED_IMMEDIATE],
		.deferred = pool->ended[ENDED_DEFERRED],
		.connected = pool->ended[ENDED_CONNECTED],
		.failed = pool->ended[ENDED_FAILED],
		.cancelled = pool->ended[ENDED_CANCELLED],
		.timed_out = pool->ended[ENDED_TIMED_OUT],
		.leaks = pool->leaks,
		.broken = pool->broken,
		.opened = pool->opened,
		.closed = pool->closed,
		.evicted = pool->evicted,
		.expired = pool->expired,
		.stale = pool->stale,
		.dirty = pool->dirty,
		.detached = pool->detached,
		.waited = as_public(&pool->waited),
		.resolve = as_public(&pool->dialled[SLOT_RESOLVING]),
		.connect = as_public(&pool->dialled[SLOT_CONNECTING]),
		.proxy = as_public(&pool->dialled[SLOT_PROXY]),
		.tls = as_public(&pool->dialled[SLOT_TLS]),
	};
}

void poe_keepalive_each(const struct poe_keepalive *ka, poe_keepalive_visitor *visit, void *data)
{
	const struct pool_table *keys = &ka->pool.keys;
	size_t i;

	for (i = 0; i < keys->size; i++) {
		const struct pool_key *key = keys->cells[i];

		if (key == NULL)
			continue;
		visit(data, &(struct poe_keepalive_key){
			.scheme = key->name.scheme, .address = key->name.address, .port = key->name.port,
			.for_scheme = key->name.for_scheme, .for_address = key->name.for_address,
			.for_port = key->name.for_port,
			.idle = key->idling, .used = key->used, .dialing = key->dialing, .waiting = key->waiting,
			.is_broken = key->care != NULL && key->care->breaker != BREAKER_CLOSED });
	}
}

static void release(struct poe_object *object)
{
	free(LIST_ENTRY(object, struct snapshot, object));
}

static const struct poe_type snapshot_type = { .name = "poe_keepalive_stats", .release = release };

int ka_snapshot_post(struct poe_keepalive *ka, poe_sid whom, const char *event)
{
	struct snapshot *s = malloc(sizeof *s);

	if (s == NULL) {
		errno = ENOMEM;
		return -1;
	}
	s->object.type = &snapshot_type;
	poe_keepalive_stats(ka, &s->stats);
	return poe_post(ka->kernel, whom, event, poe_obj(&s->object));
}

const struct poe_keepalive_stats *poe_keepalive_snapshot(const struct poe_event *ev)
{
	return &LIST_ENTRY(poe_arg_obj(ev, 0, &snapshot_type), struct snapshot, object)->stats;
}
