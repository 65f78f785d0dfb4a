/* poe_die, POE's die, and the DIE signal that it becomes. */
#include "parity.h"

static void boom(struct poe_event *ev)
{
	poe_die(ev, 0, "boom");
}

static void watch_die(struct parity *p)
{
	poe_sig(p->kernel, "DIE", "die");
}

static void nobody_handles(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "bad");
		poe_delay(p->kernel, "tick", 5);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 5);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	}
}

static void handled(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
		poe_delay(p->kernel, "tick", 0.01);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void watched_but_not_handled(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "DIE", "die", poe_str("registered"));
		poe_yield(p->kernel, "bad", poe_int(1));
		poe_delay(p->kernel, "tick", 5);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	}
}

static void bubbles(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_spawn(p, "B");
	} else if (parity_on(ev, "B _start")) {
		watch_die(p);
		parity_spawn(p, "C");
	} else if (parity_on(ev, "C _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
	} else if (parity_on(ev, "C bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void to_children_too(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_spawn(p, "B");
		poe_yield(p->kernel, "bad");
	} else if (parity_on(ev, "B _start")) {
		watch_die(p);
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void not_beside(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
	} else if (parity_on(ev, "B _start")) {
		watch_die(p);
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void child_stops_parent_handles(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_spawn(p, "B");
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _start")) {
		poe_yield(p->kernel, "bad");
	} else if (parity_on(ev, "B bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void in_start(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_spawn(p, "B");
		parity_note("made");
	} else if (parity_on(ev, "B _start")) {
		poe_yield(p->kernel, "tick");
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void in_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_spawn(p, "B");
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _stop")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void in_the_die_handler(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
		poe_delay(p->kernel, "tick", 5);
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die") && ++p->count == 1) {
		poe_die(ev, 0, "worse");
	}
}

static void called_by_another(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "B _start")) {
		watch_die(p);
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A _start")) {
		struct poe_value v = poe_call(p->kernel, parity_sid(p, "B"), "bad");

		parity_note("%s, %s", v.kind == POE_NONE ? "no value" : "a value", parity_errno(errno));
	} else if (parity_on(ev, "B bad")) {
		boom(ev);
	} else if (parity_on(ev, "B die")) {
		poe_sig_handled(ev);
	}
}

static void called_by_itself(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "A go")) {
		poe_call(p->kernel, ev->session, "bad");
		parity_note("after the call");
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void the_rest_of_the_handler(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
	} else if (parity_on(ev, "A bad")) {
		boom(ev);
		parity_note("went on");
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void in_an_alarm(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_delay(p->kernel, "due", 0.06);
	} else if (parity_on(ev, "A due")) {
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void in_a_watch(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		parity_pipe(p);
		parity_write(p->pipe[1], "x");
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "A ready")) {
		poe_watch_free(p->watch[0]);
		boom(ev);
	} else if (parity_on(ev, "A die")) {
		poe_sig_handled(ev);
	}
}

static void what_is_queued_first(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		watch_die(p);
		poe_yield(p->kernel, "bad");
		poe_yield(p->kernel, "hello", poe_int(1));
	} else if (parity_on(ev, "A bad")) {
		poe_yield(p->kernel, "hello", poe_int(2));
		boom(ev);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "nobody_handles", "A: _start bad tick _stop; B: _start tick _stop", nobody_handles, NULL },
	{ "handled", "A: _start bad die/.x...x tick _stop; B: _start tick", handled, NULL },
	{ "watched_but_not_handled", "A: _start bad die/.x...x tick _stop", watched_but_not_handled, NULL },
	{ "bubbles", "A: _start die/.x...x _stop; -B: _start die/.x...x _stop; -C: _start bad die/.x...x _stop",
	  bubbles, NULL },
	{ "to_children_too", "A: _start bad die/.x...x _stop; -B: _start die/.x...x tick _stop", to_children_too, NULL },
	{ "not_beside", "A: _start bad die/.x...x; B: _start die/.x...x tick _stop", not_beside, NULL },
	{ "child_stops_parent_handles", "A: _start _child die/.x...x tick _stop; -B: _start bad _stop",
	  child_stops_parent_handles, NULL },
	{ "in_start", "A: _start _child die/.x...x _stop; -B: _start tick _stop", in_start, NULL },
	{ "in_stop", "A: _start _child die/.x...x tick _stop; -B: _start _stop", in_stop, NULL },
	{ "in_the_die_handler", "A: _start bad die/.x...x tick _stop", in_the_die_handler, NULL },
	{ "called_by_another", "B: _start bad die/.x...x tick; A: _start", called_by_another, NULL },
	{ "called_by_itself", "A: _start go bad die/.x...x tick", called_by_itself, NULL },
	{ "the_rest_of_the_handler", "A: _start bad die/.x...x", the_rest_of_the_handler, NULL },
	{ "in_an_alarm", "A: _start due die/.x...x", in_an_alarm, NULL },
	{ "in_a_watch", "A: _start ready/fm die/.x...x", in_a_watch, NULL },
	{ "what_is_queued_first", "A: _start bad hello die/.x...x _stop", what_is_queued_first, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
