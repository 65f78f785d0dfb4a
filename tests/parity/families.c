/* Parents and children. */
#include "parity.h"

static void birth(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B", poe_int(1), poe_str("two"));
		parity_note("made");
	} else if (parity_on(ev, "B _start")) {
		poe_return(ev, poe_str("from start"));
	} else if (parity_on(ev, "B _stop")) {
		poe_return(ev, poe_str("from stop"));
	}
}

static void top(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_note("parent %s", parity_who(p, poe_session_parent(p->kernel, ev->session)));
}

static void three_generations(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
		poe_return(ev, poe_str("B's"));
	} else if (parity_on(ev, "C _start")) {
		poe_return(ev, poe_str("C's"));
	}
}

static void child_keeps_its_parent(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_spawn(p, "B");
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
}

static void children_in_reverse(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	parity_spawn(p, "B");
	parity_spawn(p, "C");
	parity_spawn(p, "D");
}

static void detach_myself(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _start")) {
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B go")) {
		parity_result("detach", poe_detach_myself(p->kernel));
		parity_result("again", poe_detach_myself(p->kernel));
	}
}

static void detach_in_start(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _start")) {
		parity_result("detach", poe_detach_myself(p->kernel));
		poe_return(ev, poe_str("from start"));
	}
}

static void detach_child(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		parity_result("detach", poe_detach_child(p->kernel, parity_sid(p, "B")));
		parity_result("again", poe_detach_child(p->kernel, parity_sid(p, "B")));
		parity_result("nobody", poe_detach_child(p->kernel, poe_alias_resolve(p->kernel, "nobody")));
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.01);
	}
}

static void detach_grandchild(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		parity_result("detach", poe_detach_child(p->kernel, parity_sid(p, "C")));
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
	}
}

static void detach_with_children(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_delay(p->kernel, "tick", 0.01);
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "C _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B go")) {
		poe_detach_myself(p->kernel);
	}
}

static void parent_of_a_call(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B _start")) {
		poe_call(p->kernel, ev->session, "make");
		poe_delay(p->kernel, "later", 0.06);
	} else if (parity_on(ev, "B make")) {
		parity_spawn(p, "C");
	}
}

static void made_in_another(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "B _start"))
		poe_call(p->kernel, parity_sid(p, "A"), "make");
	else if (parity_on(ev, "A make"))
		parity_spawn(p, "C");
}

static void without_start(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_note("%s", parity_spawn(p, "B").v ? "made" : "not made");
}

static void a_tree_is_killed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_delay(p->kernel, "late", 5);
		poe_signal(p->kernel, ev->session, "KILL");
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
	} else if (parity_on(ev, "C _start")) {
		poe_delay(p->kernel, "late", 5);
	}
}

static void last_child_takes_its_parent(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_spawn(p, "B");
	else if (parity_on(ev, "B _start"))
		parity_spawn(p, "C");
	else if (parity_on(ev, "C _start"))
		poe_delay(p->kernel, "tick", 0.01);
	else if (parity_on(ev, "D _start"))
		poe_delay(p->kernel, "tick", 0.1);
}

static void child_unhandled(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_spawn(p, "B");
}

static const struct parity_scenario scenarios[] = {
	{ "birth", "A: _start _child _stop; -B: _start _parent _stop", birth, NULL },
	{ "top", "A: _start _stop", top, NULL },
	{ "three_generations", "A: _start _child _stop; -B: _start _child _stop; -C: _start _stop",
	  three_generations, NULL },
	{ "child_keeps_its_parent", "A: _start _child _stop; -B: _start tick _stop", child_keeps_its_parent, NULL },
	{ "stop_in_reverse", "A: _start _stop; B: _start _stop; C: _start _stop", NULL, NULL },
	{ "children_in_reverse", "A: _start _child _stop; -B: _start _stop; -C: _start _stop; -D: _start _stop",
	  children_in_reverse, NULL },
	{ "detach_myself", "A: _start _child tick _stop; -B: _start go _parent _stop", detach_myself, NULL },
	{ "detach_in_start", "A: _start _child tick _stop; -B: _start _parent _stop", detach_in_start, NULL },
	{ "detach_child", "A: _start _child tick _stop; -B: _start tick _parent _stop", detach_child, NULL },
	{ "detach_grandchild", "A: _start _child; -B: _start _child; -C: _start _parent", detach_grandchild, NULL },
	{ "detach_with_children",
	  "A: _start _child tick _stop; -B: _start go _child _parent _stop; -C: _start _parent tick _stop",
	  detach_with_children, NULL },
	{ "parent_of_a_call", "A: _start _child _stop; B: _start make _child _stop; -C: _start _stop",
	  parent_of_a_call, NULL },
	{ "made_in_another", "A: _start _child make _stop; B: _start _child _stop; -C: _start _stop",
	  made_in_another, NULL },
	{ "without_start", "A: _start _child _default/.@ _stop; -B: hello", without_start, NULL },
	{ "a_tree_is_killed", "A: _start _child _stop; -B: _start _child _parent _stop; -C: _start _parent _stop",
	  a_tree_is_killed, NULL },
	{ "last_child_takes_its_parent",
	  "A: _start _child _stop; -B: _start _child _stop; -C: _start tick _stop; D: _start tick",
	  last_child_takes_its_parent, NULL },
	{ "child_unhandled", "A: _start _default/.@ _stop; -B: _start _stop", child_unhandled, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
