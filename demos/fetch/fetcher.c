/*
 * The client.  Its life is in its table, top to bottom: ask the manager for a
 * connection, get it, send a GET down a wheel, read the answer, give the
 * connection back, take the next page.  Nothing here knows whether a
 * connection is new or used: that is the manager's business.
 */
#include "fetcher.h"

#include "http_filter.h"

#include <errno.h>
#include <stdlib.h>

static const double answer_timeout = 10; /* seconds from the grant to the answer */

struct fetcher {
	struct fetcher_plan plan;
	const struct url *page;            /* the list's */
	struct poe_connection *connection; /* on loan, else NULL */
	struct poe_filter *filter;         /* the wheel's; good as long as the connection is on loan */
	char from_cache[16];               /* "immediate", "deferred"; "new" */
	double asked, waited;              /* as poe_now; seconds */
};

/* $keepalive->allocate( scheme => $uri->scheme, address => ..., event => "got_conn", ... ) */
static void ask(struct poe_kernel *k, struct fetcher *me)
{
	me->asked = poe_now(k);
	poe_post(k, poe_keepalive_address(me->plan.manager), "allocate",
		 poe_keepalive_ask(&(struct poe_keepalive_request){
			 .scheme = me->page->scheme, .address = me->page->host, .port = me->page->port,
			 .timeout = me->plan.pages->timeout, .event = "got_conn" }));
}

/* With no page left nothing is pending for this session, and so it stops. */
static void next(struct poe_kernel *k, struct fetcher *me)
{
	me->page = pages_next(me->plan.pages);
	if (me->page != NULL)
		ask(k, me);
}

/* A clean connection goes back to the pool, and whoever waits for one gets it. */
static void let_go(struct poe_kernel *k, struct fetcher *me)
{
	poe_alarm_clear(k, "overdue");
	poe_connection_free(me->connection);
	me->connection = NULL;
}

static void fail(struct poe_kernel *k, struct fetcher *me, const char *function, int error_num,
		 const char *error_str)
{
	poe_post(k, me->plan.report, "failed", poe_str(me->page->text), poe_str(function), poe_int(error_num),
		 poe_str(error_str));
	let_go(k, me);
	next(k, me);
}

static void succeed(struct poe_kernel *k, struct fetcher *me, const struct http_response *answer)
{
	poe_post(k, me->plan.report, "page", poe_str(me->page->text), poe_int(answer->status),
		 poe_int((int64_t)answer->body), poe_str(me->from_cache), poe_double(me->waited));
	if (!answer->keep_alive)
		poe_connection_retire(me->connection);
	let_go(k, me);
	next(k, me);
}

static void fetcher_start(struct poe_event *ev)
{
	struct fetcher *me = ev->heap;

	next(ev->kernel, me);
}

/* A filter for each page: one that has seen its response takes nothing more. */
static struct poe_readwrite *start_wheel(struct fetcher *me)
{
	struct poe_readwrite *wheel;

	me->filter = http_filter_new();
	if (me->filter == NULL)
		return NULL;
	wheel = poe_connection_start(me->connection, &(struct poe_readwrite_plan){
			.input_event = "answer", .error_event = "ended", .filter = me->filter });
	if (wheel == NULL)
		poe_filter_free(me->filter);
	return wheel;
}

static void fetcher_got_conn(struct poe_event *ev)
{
	struct fetcher *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);
	struct poe_readwrite *wheel;
	char request[4096];

	if (r->connection == NULL) {
		fail(ev->kernel, me, r->function, r->error_num, r->error_str);
		return;
	}
	me->waited = poe_now(ev->kernel) - me->asked;
	snprintf(me->from_cache, sizeof me->from_cache, "%s", r->from_cache != NULL ? r->from_cache : "new");
	me->connection = poe_keepalive_take(r);
	wheel = start_wheel(me);
	if (wheel == NULL || url_request(me->page, request, sizeof request) < 0 || poe_put(wheel, poe_str(request)) < 0) {
		fail(ev->kernel, me, "request", errno, strerror(errno));
		return;
	}
	poe_delay(ev->kernel, "overdue", answer_timeout);
}

static void fetcher_answer(struct poe_event *ev)
{
	struct fetcher *me = ev->heap;

	succeed(ev->kernel, me, http_response(ev));
}

/*
 * A server may close a connection while it is idle, and that may become known
 * only now.  The page is asked for again: a GET does no harm twice, and in the
 * end the manager has only new connections to give.
 */
static int was_stale(const struct fetcher *me)
{
	return poe_connection_uses(me->connection) > 0 &&
	       poe_readwrite_octets_in(poe_connection_wheel(me->connection)) == 0;
}

/* The connection has ended, or what came down it is not HTTP. */
static void fetcher_ended(struct poe_event *ev)
{
	struct fetcher *me = ev->heap;
	const char *function = poe_arg_str(ev, 0);
	int error_num = (int)poe_arg_int(ev, 1);
	struct http_response answer;

	if (error_num == 0 && http_filter_finish(me->filter, &answer) == 0) {
		succeed(ev->kernel, me, &answer);
		return;
	}
	poe_connection_retire(me->connection);
	if (strcmp(function, "filter") != 0 && was_stale(me)) {
		let_go(ev->kernel, me);
		ask(ev->kernel, me);
		return;
	}
	fail(ev->kernel, me, function, error_num, error_num != 0 ? strerror(error_num) : "ended too early");
}

static void fetcher_overdue(struct poe_event *ev)
{
	struct fetcher *me = ev->heap;

	poe_connection_retire(me->connection);
	fail(ev->kernel, me, "read", ETIMEDOUT, strerror(ETIMEDOUT));
}

static const struct poe_state fetcher_states[] = {
	{ "_start", fetcher_start },
	{ "got_conn(o)", fetcher_got_conn },
	{ "answer(o)", fetcher_answer },
	{ "ended(si)", fetcher_ended },
	{ "overdue", fetcher_overdue },
	{ 0 },
};

poe_sid fetcher_create(struct poe_kernel *k, const struct fetcher_plan *plan)
{
	struct fetcher *me = calloc(1, sizeof *me);

	if (me == NULL)
		return (poe_sid){ 0 };
	me->plan = *plan;
	return poe_session_create(k, &(struct poe_session_plan){
			.states = fetcher_states, .heap = me, .free_heap = free });
}
