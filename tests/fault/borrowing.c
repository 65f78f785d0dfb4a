/* See borrowing.h. */
#include "borrowing.h"

#include <errno.h>

struct poe_keepalive_request borrowing_request(const struct borrowing *b, const char *address)
{
	return (struct poe_keepalive_request){ .scheme = "test", .address = address, .event = "got",
					       .port = tcp_server_port(b->server), .context = poe_str("context") };
}

void borrowing_ask(struct borrowing *b, const char *address)
{
	struct poe_keepalive_request request = borrowing_request(b, address);
	struct poe_value ask = poe_keepalive_ask(&request);
	poe_sid manager = poe_keepalive_address(b->manager);

	b->asked++;
	if (!trial_check(b->trial, ask.kind == POE_OBJ))
		return;
	if (trial_check(b->trial, poe_post(b->trial->kernel, manager, "allocate", ask) == 0))
		b->trial->owed++;
}

struct poe_connection *borrowing_call(struct borrowing *b, const char *address)
{
	struct poe_keepalive_request request = borrowing_request(b, address);
	struct poe_connection *c = poe_keepalive_allocate(b->manager, &request);

	b->asked++;
	if (c != NULL)
		trial_see(b->trial);
	else if (trial_check(b->trial, errno == EINPROGRESS))
		b->trial->owed++;
	return c;
}

struct poe_connection *borrowing_got(struct borrowing *b, struct poe_event *ev)
{
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	b->trial->owed--;
	trial_break(b->trial, poe_keepalive_check(b->manager));
	if (r->connection != NULL)
		trial_see(b->trial);
	else
		trial_told(b->trial, r->function, r->error_num);
	return poe_keepalive_take(r);
}

void borrowing_stop(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_break(me->trial, poe_keepalive_check(me->manager));
	poe_keepalive_free(me->manager);
	me->manager = NULL;
}

void borrowing_play_at(struct trial *t, int things, const struct poe_state *states,
		       const struct poe_keepalive_plan *plan, struct tcp_server *server)
{
	struct borrowing b = { .trial = t, .server = server, .manager = poe_keepalive_new(t->kernel, plan) };

	trial_hope(t, things);
	if (trial_check(t, b.manager != NULL))
		trial_session(t, states, &b);
	trial_go(t);
	poe_keepalive_free(b.manager);
	tcp_server_free(server);
}

void borrowing_play(struct trial *t, int things, const struct poe_state *states,
		    const struct poe_keepalive_plan *plan)
{
	borrowing_play_at(t, things, states, plan, tcp_server_new());
}
