/*
 * The manager as its users call it.  Every function that may have changed
 * something ends with ka_work.
 */
#include "connection.h"
#include "manager.h"
#include "response.h"
#include <errno.h>

struct poe_keepalive *poe_keepalive_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan)
{
	static const struct poe_keepalive_plan usual;

	return ka_manager_new(k, plan ? plan : &usual);
}

poe_sid poe_keepalive_address(const struct poe_keepalive *ka)
{
	return ka->session;
}

static int check(const struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	if (ka->pool.shut)
		return ESHUTDOWN;
	if (poe_session_current(ka->kernel).v == 0)
		return ESRCH;
	return ka_ask_fault(request);
}

/* From the call, not from the queue: no event, and so no id. */
static struct poe_connection *borrow_idle(struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	struct pool_name name = ka_name(ka, request);
	struct pool_slot *slot = pool_checkout(&ka->pool, &name);
	struct poe_connection *c = slot ? slot->body : NULL;

	if (c != NULL && ka_connection_lend(c) < 0) {
		pool_release(&ka->pool, slot, VERDICT_CLEAN);
		return NULL;
	}
	if (c != NULL)
		ka_note(ka, "grant", &name, c->fd);
	return c;
}

static void queue_up(struct poe_keepalive *ka, struct poe_keepalive_request *request)
{
	struct ask *ask = ka_ask_new(request);
	int error = EINPROGRESS;

	if (ask == NULL)
		return;
	if (ka_accept(ka, ask, poe_session_current(ka->kernel)) == 0) {
		request->id.v = pool_ticket_id(&ka->pool.tickets, &ask->request);
	} else {
		error = errno;
		ka_ask_free(ask);
	}
	ka_work(ka);
	errno = error;
}

struct poe_connection *poe_keepalive_allocate(struct poe_keepalive *ka, struct poe_keepalive_request *request)
{
	int error = check(ka, request);
	struct poe_connection *c;

	request->id.v = 0;
	if (error != 0) {
		ka_ask_drop_context(request);
		errno = error;
		return NULL;
	}
	c = borrow_idle(ka, request);
	if (c == NULL) {
		queue_up(ka, request);
		return NULL;
	}
	ka_ask_drop_context(request);
	ka_work(ka);
	return c;
}

struct poe_value poe_keepalive_ask(const struct poe_keepalive_request *request)
{
	struct ask *ask = ka_ask_new(request);

	return ask ? ka_ask_as_message(ask) : poe_none();
}

int poe_keepalive_deallocate(struct poe_keepalive *ka, poe_request_id id)
{
	struct pool_request *r = pool_cancel(&ka->pool, id.v);

	if (r == NULL)
		return -1;
	ka_cancelled(LIST_ENTRY(r, struct ask, request));
	ka_work(ka);
	return 0;
}

void poe_keepalive_shutdown(struct poe_keepalive *ka)
{
	pool_shutdown(&ka->pool);
	ka_work(ka);
}

void poe_keepalive_free(struct poe_keepalive *ka)
{
	if (ka == NULL)
		return;
	poe_keepalive_shutdown(ka);
	ka_unref(ka);
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
		.opened = pool->opened,
		.closed = pool->closed,
		.evicted = pool->evicted,
		.expired = pool->expired,
		.stale = pool->stale,
		.dirty = pool->dirty,
	};
}

const char *poe_keepalive_check(const struct poe_keepalive *ka)
{
	return pool_check(&ka->pool);
}
