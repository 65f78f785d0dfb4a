/*
 * Loans: what is known of one, and connections that come in or leave by way of
 * one.
 */
#include "connection.h"
#include "usual.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>

/* How long the request waited: for a new connection until its dial, for another until it was there. */
static double time_in_queue(const struct poe_connection *c, double asked, double now, const char *from_cache)
{
	if (from_cache == NULL)
		return fmax(c->slot->began - asked, 0);
	return strcmp(from_cache, "deferred") == 0 ? now - asked : 0;
}

void ka_loan_begin(struct poe_connection *c, double asked, double timeout, const char *from_cache)
{
	struct poe_keepalive *ka = c->manager;
	double now = poe_round_time(ka->kernel);
	bool was_idle = from_cache != NULL && *from_cache == 'i';

	c->loan = (struct loan){
		.began = now,
		.ends = asked + (timeout != 0 ? timeout : ka->timeout),
		.queue = was_idle ? 0 : time_in_queue(c, asked, now, from_cache),
		.idle = was_idle ? now - c->slot->rested : 0,
		.from_cache = from_cache,
		.borrower = poe_session_current(ka->kernel),
	};
}

void poe_connection_info(const struct poe_connection *c, struct poe_connection_info *info)
{
	const double *spent = c->slot ? c->slot->spent : c->spent;

	*info = (struct poe_connection_info){
		.from_cache = c->loan.from_cache,
		.peer = poe_connection_peer(c),
		.uses = poe_connection_uses(c),
		.age = poe_connection_age(c),
		.idle = c->loan.idle,
		.loan = poe_now(c->manager->kernel) - c->loan.began,
		.queue = c->loan.queue,
		.resolve = spent[SLOT_RESOLVING],
		.connect = spent[SLOT_CONNECTING],
		.proxy = spent[SLOT_PROXY],
		.tls = spent[SLOT_TLS],
	};
}

int poe_connection_detach(struct poe_connection *c)
{
	struct poe_keepalive *ka = c->manager;
	struct pool_slot *slot = c->slot;
	int fd;

	ka_must_be_on_loan(c, "poe_connection_detach");
	if (slot == NULL || c->tls != NULL) {
		errno = slot == NULL ? EBADF : EINVAL;
		return -1;
	}
	if (c->wheel != NULL &&
	    (poe_readwrite_pending_output(c->wheel) > 0 || poe_readwrite_pending_input(c->wheel) > 0)) {
		errno = EBUSY;
		return -1;
	}
	ka_note(ka, "detach", &slot->key->name, c->fd);
	fd = ka_connection_let_out(c);
	pool_detach(&ka->pool, slot);
	ka_work(ka);
	return fd;
}

static int check(const struct poe_keepalive *ka, const struct poe_keepalive_request *request, int fd)
{
	struct poe_keepalive_request whole = *request;

	whole.event = "none";
	if (pool_is_closed(&ka->pool))
		return ESHUTDOWN;
	if (poe_session_current(ka->kernel).v == 0)
		return ESRCH;
	if (fcntl(fd, F_GETFL) < 0)
		return errno;
	return ka_ask_fault(&whole);
}

static void never_ready(struct poe_event *ev)
{
	(void)ev;
}

/* The connection has its watch from here on, as one that was dialled. */
static struct poe_connection *lend_anew(struct poe_keepalive *ka, struct pool_slot *slot, int fd)
{
	const struct poe_watch_plan plan = { .modes = POE_READ, .handler = never_ready };
	struct poe_watch *watch = poe_watch_new(ka->kernel, fd, &plan);
	struct poe_connection *c = watch ? ka_connection_new(ka, slot, watch) : NULL;

	if (c == NULL) {
		poe_watch_free(watch);
		return NULL;
	}
	poe_watch_weaken(watch);
	slot->body = c;
	if (ka_connection_lend(c) == 0)
		return c;
	(void)ka_connection_let_out(c);
	ka_connection_free(c);
	return NULL;
}

struct poe_connection *poe_keepalive_adopt(struct poe_keepalive *ka, const struct poe_keepalive_request *request,
					   int fd)
{
	struct pool_name name = ka_usual_name(&ka->usual, request);
	struct pool_slot *slot;
	struct poe_connection *c;
	int error = check(ka, request, fd);

	/* Nobody could tell from the descriptor that TLS has been spoken on it, nor with whom. */
	if (error == 0 && name.tls != NULL)
		error = EINVAL;
	errno = error;
	slot = error == 0 ? pool_adopt(&ka->pool, &name) : NULL;
	if (slot == NULL)
		return NULL;
	c = lend_anew(ka, slot, fd);
	if (c == NULL) {
		error = errno;
		pool_detach(&ka->pool, slot);
		ka_work(ka);
		errno = error;
		return NULL;
	}
	ka_loan_begin(c, poe_round_time(ka->kernel), request->timeout, NULL);
	ka_note(ka, "adopt", &name, fd);
	ka_work(ka);
	return c;
}
