/*
 * The manager as its users call it.  Every function that may have changed
 * something ends with ka_work.
 */
#include "connection.h"
#include "farewell.h"
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

static int check_words(const struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	if (poe_session_current(ka->kernel).v == 0)
		return ESRCH;
	return ka_ask_fault(request);
}

static int check(const struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	return pool_is_closed(&ka->pool) ? ESHUTDOWN : check_words(ka, request);
}

/* From the call, not from the queue: no event, and so no id. */
static struct poe_connection *borrow_idle(struct poe_keepalive *ka, const struct poe_keepalive_request *request)
{
	struct pool_name name = ka_usual_name(&ka->usual, request);
	struct pool_slot *slot = pool_checkout(&ka->pool, &name);
	struct poe_connection *c = slot ? slot->body : NULL;

	if (c != NULL && ka_connection_lend(c) < 0) {
		pool_release(&ka->pool, slot, VERDICT_CLEAN);
		return NULL;
	}
	if (c == NULL)
		return NULL;
	ka_loan_begin(c, poe_round_time(ka->kernel), request->timeout, "immediate");
	ka_note(ka, "grant", &name, c->fd);
	return c;
}

/* errno is EINPROGRESS, or why not.  `bad` is NULL but for who asks anew. */
static void queue_up(struct poe_keepalive *ka, struct poe_keepalive_request *request, struct poe_connection *bad)
{
	struct ask *ask = ka_ask_new(request);
	int error = EINPROGRESS;

	if (ask == NULL)
		return;
	ask->instead = bad;
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
		queue_up(ka, request, NULL);
		return NULL;
	}
	ka_ask_drop_context(request);
	ka_work(ka);
	return c;
}

int poe_keepalive_reallocate(struct poe_keepalive *ka, struct poe_connection *c,
			     struct poe_keepalive_request *request)
{
	int error = ka->pool.shut ? ESHUTDOWN : check_words(ka, request);

	ka_must_be_on_loan(c, "poe_keepalive_reallocate");
	request->id.v = 0;
	if (error == 0 && c->manager != ka)
		error = EINVAL;
	if (error != 0) {
		ka_ask_drop_context(request);
		errno = error;
		return -1;
	}
	queue_up(ka, request, c);
	if (errno != EINPROGRESS)
		return -1;
	poe_connection_free(c);
	return 0;
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

int poe_keepalive_drain(struct poe_keepalive *ka, double seconds, const char *event)
{
	if (event != NULL && ka_farewell_promise(ka, poe_session_current(ka->kernel), event) < 0)
		return -1;
	pool_drain(&ka->pool, seconds);
	ka_work(ka);
	/* The manager's session has gone already: it tells nobody any more. */
	return ka->said_farewell || ka->stopped ? ka_farewell_say(ka) : 0;
}

void poe_keepalive_free(struct poe_keepalive *ka)
{
	if (ka == NULL)
		return;
	poe_keepalive_shutdown(ka);
	ka_unref(ka);
}

const char *poe_keepalive_check(const struct poe_keepalive *ka)
{
	return pool_check(&ka->pool);
}
