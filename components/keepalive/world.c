/*
 * The pool's world: sockets, the kernel's clock, and the manager's session.
 * What needs that session is only noted down here; ka_work does it, once the
 * pool's verb is over.
 */
#include "connection.h"
#include "dial.h"
#include "response.h"
#include <errno.h>

static struct poe_keepalive *manager_of(struct pool *pool)
{
	return LIST_ENTRY(pool, struct poe_keepalive, pool);
}

static double now(struct pool *pool)
{
	return poe_now(manager_of(pool)->kernel);
}

static double recent(struct pool *pool)
{
	return poe_round_time(manager_of(pool)->kernel);
}

static void wake_at(struct pool *pool, double when)
{
	(void)when;
	manager_of(pool)->timer_changed = true;
}

static void start_dial(struct pool *pool, struct pool_slot *slot)
{
	slot->body = ka_dial_new(manager_of(pool), slot);
	if (slot->body == NULL)
		pool_dial_failed(pool, slot, SCOPE_ATTEMPT,
				 &(struct pool_failure){ .function = "connect", .error_num = ENOMEM });
}

static void cancel_dial(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	ka_dial_free(slot->body);
}

static void dial_late(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	ka_dial_late(slot->body);
}

static enum pool_health probe(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	return ka_unasked_look(slot->body);
}

static void close_slot(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	ka_connection_closed(slot->body);
}

static int ping(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	return ka_unasked_ping(slot->body);
}

static void overdue(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	ka_loan_overdue(slot->body);
}

static void returned(struct pool *pool, struct pool_slot *slot)
{
	(void)pool;
	ka_loan_returned(slot->body);
}

static void answer(struct pool *pool, struct pool_request *r, const struct pool_answer *words)
{
	ka_respond(manager_of(pool), LIST_ENTRY(r, struct ask, request), words);
}

const struct pool_world ka_world = {
	.now = now,
	.recent = recent,
	.wake_at = wake_at,
	.start_dial = start_dial,
	.cancel_dial = cancel_dial,
	.dial_late = dial_late,
	.probe = probe,
	.close = close_slot,
	.ping = ping,
	.overdue = overdue,
	.returned = returned,
	.answer = answer,
};
