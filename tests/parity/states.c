/* Handlers: _default, states added and removed, what they return. */
#include "parity.h"

#include <string.h>

static void added(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_state_set(p->kernel, "hello", parity_enter, NULL);
	poe_yield(p->kernel, "hello", poe_int(1));
}

static void removed(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "hello");
	poe_state_remove(p->kernel, "hello");
	poe_yield(p->kernel, "later");
}

static void removed_while_it_runs(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "hello", poe_int(1));
		poe_yield(p->kernel, "hello", poe_int(2));
	} else if (parity_on(ev, "A hello")) {
		poe_state_remove(p->kernel, "hello");
		parity_note("still here");
		poe_yield(p->kernel, "later");
	}
}

static void removed_then_default(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_state_remove(p->kernel, "hello");
	poe_yield(p->kernel, "hello", poe_int(1));
}

static void default_added(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_state_set(p->kernel, "_default", parity_enter, NULL);
	poe_yield(p->kernel, "hello");
}

static void hello(struct poe_event *ev)
{
	parity_note("hello, %s", (const char *)ev->object);
}

static void object_state(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->thing[0] = "Thing";
	poe_state_set(p->kernel, "hello", hello, p->thing[0]);
	poe_yield(p->kernel, "hello");
}

static void default_catches(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "MINE", "mine");
	poe_yield(p->kernel, "hello", poe_int(1), poe_str("two"));
	poe_delay(p->kernel, "late", 0.01, poe_str("due"));
	poe_signal(p->kernel, ev->session, "MINE", poe_str("sent"));
	parity_spawn(p, "B");
}

static void default_catches_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "hello");
}

static void default_catches_parent(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	parity_spawn(p, "B");
	poe_detach_child(p->kernel, parity_sid(p, "B"));
}

static void default_arguments(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "hello", poe_int(1), poe_str("two"));
}

static void default_answers(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _default"))
		poe_return(ev, poe_str("default's"));
	else if (parity_on(ev, "B _start"))
		parity_note("%s", poe_call(p->kernel, parity_sid(p, "A"), "question", poe_int(1)).as.s);
}

static void stop_by_default_answers(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_spawn(p, "B");
	else if (parity_on(ev, "B _default"))
		poe_return(ev, poe_str("default's"));
}

static void name_of_the_state(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "hello");
		poe_yield(p->kernel, "other");
	} else if (parity_on(ev, "A hello") || strcmp(poe_arg_str(ev, 0), "other") == 0) {
		parity_note("%s", ev->name);
	}
}

static void note_answer(struct parity *p, const char *event)
{
	struct poe_value v = poe_call(p->kernel, poe_session_current(p->kernel), event);

	if (v.kind == POE_INT)
		parity_note("%d", (int)v.as.i);
	else
		parity_note("%s", v.kind == POE_STR ? v.as.s : "none");
}

static void return_values(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		note_answer(p, "number");
		note_answer(p, "text");
		note_answer(p, "nothing");
	} else if (parity_on(ev, "A number")) {
		poe_return(ev, poe_int(7));
	} else if (parity_on(ev, "A text")) {
		poe_return(ev, poe_str("seven"));
	}
}

static void return_of_a_post_is_lost(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A hello"))
		poe_return(ev, poe_str("nobody hears"));
	else if (parity_on(ev, "B _start"))
		poe_post(p->kernel, parity_sid(p, "A"), "hello");
}

static void state_of_the_called(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A extend")) {
		poe_state_set(p->kernel, "extra", parity_enter, NULL);
		poe_yield(p->kernel, "extra");
	} else if (parity_on(ev, "B _start")) {
		poe_call(p->kernel, parity_sid(p, "A"), "extend");
		poe_yield(p->kernel, "extra");
	}
}

static void heap(struct parity *p, struct poe_event *ev)
{
	const struct parity_actor *me = poe_session_heap(p->kernel, ev->session);

	if (parity_on(ev, "A _start") || parity_on(ev, "B _start"))
		poe_yield(p->kernel, "look");
	else
		parity_note("%s's", me->name);
}

static const struct parity_scenario scenarios[] = {
	{ "added", "A: _start", added, NULL },
	{ "removed", "A: _start hello later", removed, NULL },
	{ "removed_while_it_runs", "A: _start hello later", removed_while_it_runs, NULL },
	{ "removed_then_default", "A: _start hello _default/.@", removed_then_default, NULL },
	{ "default_added", "A: _start", default_added, NULL },
	{ "object_state", "A: _start", object_state, NULL },
	{ "default_catches", "A: _start _default/.@; -B: _start _stop", default_catches, NULL },
	{ "default_catches_stop", "A: _start _default/.@", default_catches_stop, NULL },
	{ "default_catches_parent", "A: _start _child; -B: _start _default/.@", default_catches_parent, NULL },
	{ "default_arguments", "A: _start _default", default_arguments, NULL },
	{ "default_answers", "A: _start _child _default/.@; B: _start ask", default_answers, NULL },
	{ "stop_by_default_answers", "A: _start _child; -B: _start _default/.@", stop_by_default_answers, NULL },
	{ "name_of_the_state", "A: _start hello _default/.@", name_of_the_state, NULL },
	{ "return_values", "A: _start number text nothing", return_values, NULL },
	{ "return_of_a_post_is_lost", "A: _start hello; B: _start", return_of_a_post_is_lost, NULL },
	{ "state_of_the_called", "A: _start extend; B: _start", state_of_the_called, NULL },
	{ "heap", "A: _start look; B: _start look", heap, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
