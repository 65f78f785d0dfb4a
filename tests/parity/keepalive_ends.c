/* The connection manager: failures, and how requests, connections and managers end. */
#include "asker.h"

#include <unistd.h>

static const struct poe_keepalive_plan usual = { 0 }, one_each = { .max_per_host = 1 };

static void refused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		close(p->pipe[0]);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		asker_end(p);
	}
}

static void refused_twice(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		close(p->pipe[0]);
		asker_ask(p, "one");
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	}
}

static void name_unknown(struct parity *p, struct poe_event *ev)
{
	const struct poe_keepalive_response *r;

	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask_as(p, "one", (struct poe_keepalive_request){ .address = "no..name" });
	} else if (parity_on(ev, "A got")) {
		r = poe_keepalive_response(ev);
		parity_note("%s: %s, %s", r->address, r->function, r->connection ? "connection" : "none");
		asker_end(p);
	}
}

static void name_known(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask_as(p, "one", (struct poe_keepalive_request){ .address = "localhost" });
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		asker_end(p);
	}
}

static void waits_too_long(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
		asker_ask_as(p, "two", (struct poe_keepalive_request){ .timeout = 0.05 });
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	}
}

static void closed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		poe_connection_close(p->conn[0]);
		asker_give_back(p, "one");
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got")) {
		asker_end(p);
	}
}

static void closed_by_the_peer_while_idle(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A later")) {
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		p->pipe[1] = peer_accept(p->pipe[0]);
		asker_give_back(p, "one");
		close(p->pipe[1]);
		poe_delay(p->kernel, "later", 0.02);
	}
}

static void closed_by_the_peer_before(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		close(peer_accept(p->pipe[0]));
		asker_give_back(p, "one");
		asker_ask(p, "two");
	}
}

static void idle_too_long(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, (struct poe_keepalive_plan){ .keep_alive = 0.02 });
		asker_ask(p, "one");
	} else if (parity_on(ev, "A later")) {
		peer_hear(p->pipe[1]);
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		p->pipe[1] = peer_accept(p->pipe[0]);
		asker_give_back(p, "one");
		poe_delay(p->kernel, "later", 0.05);
	}
}

static void half_read(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A line")) {
		asker_give_back(p, "one");
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		p->pipe[1] = peer_accept(p->pipe[0]);
		poe_connection_start(p->conn[0], &(struct poe_readwrite_plan){ .input_event = "line" });
		peer_say(p->pipe[1], "answer\nhalf");
	}
}

static void not_yet_read(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		peer_say(peer_accept(p->pipe[0]), "unasked");
		asker_give_back(p, "one");
		asker_ask(p, "two");
	}
}

static void deallocated(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
		asker_ask(p, "two");
		poe_keepalive_deallocate(p->manager, p->request[1]);
	} else if (parity_on(ev, "A got")) {
		asker_give_back(p, asker_note_answer(p, ev));
		poe_delay(p->kernel, "later", 0.03);
	} else if (parity_on(ev, "A later")) {
		asker_end(p);
	}
}

static void shut_down_with_a_queue(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
		asker_ask(p, "two");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		poe_keepalive_shutdown(p->manager);
		poe_delay(p->kernel, "later", 0.02);
	} else if (parity_on(ev, "A later")) {
		asker_end(p);
	}
}

static void shut_down_and_given_back(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		p->pipe[1] = peer_accept(p->pipe[0]);
		poe_keepalive_shutdown(p->manager);
		poe_yield(p->kernel, "look");
	} else if (parity_on(ev, "A look")) {
		peer_hear(p->pipe[1]);
		asker_give_back(p, "one");
		peer_hear(p->pipe[1]);
		asker_end(p);
	}
}

static void immediate_has_an_id(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		asker_give_back(p, "one");
		asker_ask(p, "two");
		parity_note("id: %s", p->request[1].v ? "x" : "-");
	} else if (parity_on(ev, "A got")) {
		asker_end(p);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "refused", "A: _start got/! _stop", refused, NULL },
	{ "refused_twice", "A: _start got/! _stop", refused_twice, NULL },
	{ "name_unknown", "A: _start got/! _stop", name_unknown, NULL },
	{ "name_known", "A: _start got/! _stop", name_known, NULL },
	{ "waits_too_long", "A: _start got/! _stop", waits_too_long, NULL },
	{ "closed", "A: _start got/! _stop", closed, NULL },
	{ "closed_by_the_peer_while_idle", "A: _start got/! later _stop", closed_by_the_peer_while_idle, NULL },
	{ "closed_by_the_peer_before", "A: _start got/! later _stop", closed_by_the_peer_before, NULL },
	{ "idle_too_long", "A: _start got/! later _stop", idle_too_long, NULL },
	{ "half_read", "A: _start got/! line/.x _stop", half_read, NULL },
	{ "not_yet_read", "A: _start got/! _stop", not_yet_read, NULL },
	{ "deallocated", "A: _start got/! later _stop", deallocated, NULL },
	{ "shut_down_with_a_queue", "A: _start got/! later _stop", shut_down_with_a_queue, NULL },
	{ "shut_down_and_given_back", "A: _start got/! look _stop", shut_down_and_given_back, NULL },
	{ "immediate_has_an_id", "A: _start got/! _stop", immediate_has_an_id, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
