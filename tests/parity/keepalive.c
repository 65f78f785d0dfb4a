/* The connection manager: who gets a connection, and when. */
#include "asker.h"

static const struct poe_keepalive_plan usual = { 0 }, one_each = { .max_per_host = 1 };

static void new_connection(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		asker_end(p);
	}
}

static void answer_is_posted(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
		parity_note("asked");
		poe_yield(p->kernel, "yielded");
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		asker_end(p);
	}
}

static void immediate(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		asker_give_back(p, "one");
		asker_ask(p, "two");
		parity_note("asked again");
	} else if (parity_on(ev, "A got")) {
		asker_end(p);
	}
}

static void immediate_answers_are_posted_too(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		const char *context = asker_note_answer(p, ev);

		if (strcmp(context, "one") == 0) {
			asker_give_back(p, "one");
			asker_ask(p, "two");
			asker_ask(p, "three");
		} else if (strcmp(context, "three") == 0) {
			asker_end(p);
		}
	}
}

static void deferred(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
		asker_ask(p, "two");
	} else if (parity_on(ev, "A later")) {
		asker_give_back(p, "one");
	} else if (parity_on(ev, "A got")) {
		if (asker_is_answer(p, ev, "two"))
			asker_end(p);
		else
			poe_delay(p->kernel, "later", 0.02);
	}
}

static void queue_in_order(struct parity *p, struct poe_event *ev)
{
	const char *context;

	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
		asker_ask(p, "two");
		asker_ask(p, "three");
		asker_ask(p, "four");
	} else if (parity_on(ev, "A got")) {
		context = asker_note_answer(p, ev);
		asker_give_back(p, context);
		if (strcmp(context, "four") == 0)
			asker_end(p);
	}
}

static void two_per_host(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, (struct poe_keepalive_plan){ .max_per_host = 2 });
		asker_ask(p, "one");
	} else if (parity_on(ev, "A later")) {
		asker_give_back(p, "one");
	} else if (parity_on(ev, "A got")) {
		const char *context = asker_note_answer(p, ev);

		if (strcmp(context, "one") == 0) {
			asker_ask(p, "two");
		} else if (strcmp(context, "two") == 0) {
			asker_ask(p, "three");
			poe_delay(p->kernel, "later", 0.02);
		} else {
			asker_end(p);
		}
	}
}

static void another_host_waits_for_nobody(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, one_each);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A later")) {
		parity_note("later");
		asker_give_back(p, "one");
	} else if (parity_on(ev, "A got")) {
		int is_first = asker_is_answer(p, ev, "one");

		if (++p->count == 3) {
			asker_end(p);
		} else if (is_first) {
			asker_ask(p, "two");
			asker_ask_as(p, "three", (struct poe_keepalive_request){ .scheme = "other" });
			poe_delay(p->kernel, "later", 0.1);
		}
	}
}

static void max_open(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, (struct poe_keepalive_plan){ .max_open = 1 });
		asker_ask(p, "one");
		asker_ask_as(p, "two", (struct poe_keepalive_request){ .scheme = "other" });
	} else if (parity_on(ev, "A later")) {
		asker_give_back(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "two")) {
		asker_end(p);
	} else if (parity_on(ev, "A got")) {
		poe_delay(p->kernel, "later", 0.02);
	}
}

static void max_open_closes_an_idle_one(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, (struct poe_keepalive_plan){ .max_open = 1 });
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		p->pipe[1] = peer_accept(p->pipe[0]);
		asker_give_back(p, "one");
		asker_ask_as(p, "two", (struct poe_keepalive_request){ .scheme = "other" });
	} else if (parity_on(ev, "A got")) {
		peer_hear(p->pipe[1]);
		asker_end(p);
	}
}

static void other_scheme_other_connection(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got") && asker_is_answer(p, ev, "one")) {
		asker_give_back(p, "one");
		asker_ask_as(p, "two", (struct poe_keepalive_request){ .scheme = "other" });
	} else if (parity_on(ev, "A got")) {
		asker_end(p);
	}
}

static void two_sessions(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		asker_note_answer(p, ev);
		parity_spawn(p, "B");
	} else if (parity_on(ev, "B _start")) {
		asker_ask(p, "two");
	} else if (parity_on(ev, "B got")) {
		asker_note_answer(p, ev);
		asker_end(p);
	}
}

static void use(struct parity *p, const char *context)
{
	char text[32];

	snprintf(text, sizeof text, "from %s", context);
	poe_connection_start(p->conn[asker_place(context)], &(struct poe_readwrite_plan){
		.input_event = "line", .error_event = "error", .flushed_event = "flushed" });
	poe_put(poe_connection_wheel(p->conn[asker_place(context)]), poe_str(text));
}

static void used_and_given_back(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		asker_start(p, usual);
		asker_ask(p, "one");
	} else if (parity_on(ev, "A got")) {
		const char *context = asker_note_answer(p, ev);

		if (strcmp(context, "one") == 0)
			p->pipe[1] = peer_accept(p->pipe[0]);
		use(p, context);
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		peer_say(p->pipe[1], "answer\n");
	} else if (parity_on(ev, "A line") && p->conn[1] != NULL) {
		asker_end(p);
	} else if (parity_on(ev, "A line")) {
		asker_give_back(p, "one");
		asker_ask(p, "two");
	}
}

static const struct parity_scenario scenarios[] = {
	{ "new_connection", "A: _start got/! _stop", new_connection, NULL },
	{ "answer_is_posted", "A: _start yielded got/! _stop", answer_is_posted, NULL },
	{ "immediate", "A: _start got/! _stop", immediate, NULL },
	{ "immediate_answers_are_posted_too", "A: _start got/! _stop", immediate_answers_are_posted_too, NULL },
	{ "deferred", "A: _start got/! later _stop", deferred, NULL },
	{ "queue_in_order", "A: _start got/! _stop", queue_in_order, NULL },
	{ "two_per_host", "A: _start got/! later _stop", two_per_host, NULL },
	{ "another_host_waits_for_nobody", "A: _start got/! later/! _stop", another_host_waits_for_nobody, NULL },
	{ "max_open", "A: _start got/! later _stop", max_open, NULL },
	{ "max_open_closes_an_idle_one", "A: _start got/! _stop", max_open_closes_an_idle_one, NULL },
	{ "other_scheme_other_connection", "A: _start got/! _stop", other_scheme_other_connection, NULL },
	{ "two_sessions", "A: _start got/! _stop; -B: _start got/! _stop", two_sessions, NULL },
	{ "used_and_given_back", "A: _start got/! line/.x error/.e flushed/x _stop", used_and_given_back, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
