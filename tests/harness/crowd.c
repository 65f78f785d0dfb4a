/* See crowd.h. */
#include "crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A member's session. */
struct member {
	struct crowd *crowd;
	struct poe_connection *connection; /* while a request is under way */
	int number;
};

static const double retry_after = 0.01;

static void member_ask(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct crowd *c = me->crowd;

	c->asked++;
	poe_post(ev->kernel, poe_keepalive_address(c->manager), "allocate",
		 poe_keepalive_ask(&(struct poe_keepalive_request){
			 .scheme = c->plan->scheme, .address = "127.0.0.1", .port = c->plan->port, .event = "got",
			 .context = poe_int(me->number) }));
}

/* Without another request nothing keeps the session. */
static void member_next(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct crowd *c = me->crowd;

	if (c->next == c->plan->requests)
		return;
	me->number = c->next++;
	if (c->plan->before != NULL)
		c->plan->before(c, me->number);
	member_ask(ev);
}

static void finish(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct crowd *c = me->crowd;

	c->outcomes[me->number]++;
	if (c->plan->pause > 0)
		poe_delay_set(ev->kernel, "next", c->plan->pause);
	else
		poe_yield(ev->kernel, "next");
}

static void refused(struct poe_event *ev, const struct poe_keepalive_response *r)
{
	struct member *me = ev->heap;

	me->crowd->refusals++;
	if (me->crowd->plan->refused != NULL)
		me->crowd->plan->refused(me->crowd, r);
	poe_delay_set(ev->kernel, "ask", retry_after);
}

static void member_got(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct crowd *c = me->crowd;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);
	char text[128];

	c->heard++;
	assert_int_equal(r->context.as.i, me->number);
	assert_null(poe_keepalive_check(c->manager));
	if (r->connection == NULL) {
		refused(ev, r);
		return;
	}
	me->connection = poe_keepalive_take(r);
	assert_non_null(poe_connection_start(me->connection, &(struct poe_readwrite_plan){
		.input_event = "answer", .error_event = "lost", .filter = c->plan->filter(),
		.output_filter = poe_filter_stream() }));
	c->plan->ask(me->number, text);
	assert_int_not_equal(poe_put(poe_connection_wheel(me->connection), poe_str(text)), -1);
}

static void member_answer(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct poe_value record = poe_arg(ev, 0);

	if (me->crowd->plan->read(me->crowd, me->number, &record))
		poe_connection_retire(me->connection);
	me->crowd->answered++;
	poe_connection_free(me->connection);
	finish(ev);
}

/* The server has closed it before it answered. */
static void member_lost(struct poe_event *ev)
{
	struct member *me = ev->heap;
	struct crowd *c = me->crowd;

	*(poe_connection_uses(me->connection) > 0 ? &c->lost_reused : &c->lost_new) += 1;
	poe_connection_free(me->connection);
	if (c->plan->may_not_repeat)
		finish(ev);
	else
		member_ask(ev);
}

static const struct poe_state member_states[] = {
	{ "_start", member_next },
	{ "next", member_next },
	{ "ask", member_ask },
	{ "got(o)", member_got },
	{ "answer", member_answer },
	{ "lost(si)", member_lost },
	{ 0 },
};

static void add_member(struct crowd *c)
{
	struct member *member = calloc(1, sizeof *member);

	assert_non_null(member);
	member->crowd = c;
	assert_int_not_equal(poe_session_create(c->kernel, &(struct poe_session_plan){
		.states = member_states, .heap = member, .free_heap = free }).v, 0);
}

void crowd_run(struct crowd *c, const struct crowd_plan *plan)
{
	c->plan = plan;
	c->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .trace = "" });
	c->manager = poe_keepalive_new(c->kernel, &plan->pool);
	assert_non_null(c->manager);
	for (int i = 0; i < plan->members; i++)
		add_member(c);
	assert_int_equal(poe_run(c->kernel), 0);
	assert_null(poe_keepalive_check(c->manager));
	poe_keepalive_stats(c->manager, &c->stats);
	poe_keepalive_free(c->manager);
	poe_kernel_free(c->kernel);
	for (int i = 0; i < plan->requests; i++)
		assert_int_equal(c->outcomes[i], 1);
	assert_int_equal(c->asked, c->heard);
}
