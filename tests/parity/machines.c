/*
 * NFA: sessions whose states' handlers change.  In C a machine's tables are
 * written out; the scenarios' casts only name the machine.
 */
#include "parity.h"

static const struct poe_state enter_only[] = { { "enter", parity_enter }, { 0 } };
static const struct poe_state tick_only[] = { { "tick", parity_enter }, { 0 } };
static const struct poe_state due_only[] = { { "due", parity_enter }, { 0 } };
static const struct poe_state enter_tick[] = { { "enter", parity_enter }, { "tick", parity_enter }, { 0 } };
static const struct poe_state enter_due[] = { { "enter", parity_enter }, { "due", parity_enter }, { 0 } };
static const struct poe_state enter_back[] = { { "enter", parity_enter }, { "back", parity_enter }, { 0 } };
static const struct poe_state enter_leave[] = { { "enter", parity_enter }, { "leave", parity_enter }, { 0 } };
static const struct poe_state enter_default[] = { { "enter", parity_enter }, { "_default", parity_enter }, { 0 } };
static const struct poe_state leaving[] = {
	{ "enter", parity_enter }, { "leave", parity_enter }, { "tick", parity_enter },
	{ "again", parity_enter }, { "back", parity_enter }, { 0 }
};

static const struct poe_nfa_state ticking[] = { { "first", enter_tick }, { 0 } };
static const struct poe_nfa_state bare[] = { { "first", tick_only }, { 0 } };
static const struct poe_nfa_state two_states[] = { { "first", leaving }, { "second", enter_tick }, { 0 } };
static const struct poe_nfa_state other_state[] = { { "first", leaving }, { "other", enter_leave }, { 0 } };
static const struct poe_nfa_state deep[] = { { "a", enter_back }, { "b", enter_back }, { "c", enter_only }, { 0 } };
static const struct poe_nfa_state apart[] = { { "first", enter_only }, { "second", tick_only }, { 0 } };
static const struct poe_nfa_state entering[] = { { "first", enter_only }, { "second", enter_only }, { 0 } };
static const struct poe_nfa_state defaulting[] = { { "first", enter_default }, { 0 } };
static const struct poe_nfa_state due[] = { { "first", enter_due }, { "second", due_only }, { 0 } };

/* M, in the first of these states. */
static poe_sid spawn(struct parity *p, const struct poe_nfa_state *states, const struct poe_value *args)
{
	return poe_nfa_spawn(p->kernel, &(struct poe_nfa_plan){
		.states = states, .state = states->name, .event = "enter", .args = args, .heap = parity_actor(p, "M") });
}

static void ends_by_an_exception(struct parity *p)
{
	parity_cast(p);
	parity_note("%s", poe_run(p->kernel) == 0 ? "run ended" : "run died");
}

static void first_state(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	spawn(p, ticking, poe_list(poe_int(1), poe_str("two")));
	parity_note("made");
	poe_post(p->kernel, parity_sid(p, "M"), "tick", poe_int(3));
}

static void without_an_event(struct parity *p, struct poe_event *ev)
{
	poe_sid machine;

	if (!parity_on(ev, "A _start"))
		return;
	machine = poe_nfa_spawn(p->kernel, &(struct poe_nfa_plan){
		.states = bare, .state = "first", .heap = parity_actor(p, "M") });
	poe_post(p->kernel, machine, "tick");
}

static void goes(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, two_states, NULL);
	if (!parity_on(ev, "M first.enter"))
		return;
	poe_yield(p->kernel, "tick", poe_str("before"));
	poe_nfa_goto_state(p->kernel, "second", "enter", poe_int(7));
	poe_yield(p->kernel, "tick", poe_str("after"));
	parity_note("asked");
}

static void goes_at_once(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_nfa_spawn(p->kernel, &(struct poe_nfa_plan){
			.states = two_states, .state = "first", .event = "enter", .immediate = 1,
			.heap = parity_actor(p, "M") });
	} else if (parity_on(ev, "M first.enter")) {
		poe_nfa_goto_state(p->kernel, "second", "enter", poe_int(7));
		parity_note("gone");
	}
}

static void goes_to_where_it_is(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, two_states, NULL);
	else if (parity_on(ev, "M first.enter"))
		poe_nfa_goto_state(p->kernel, "first", "again");
}

static void calls_and_returns(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, other_state, NULL);
	else if (parity_on(ev, "M first.enter"))
		poe_nfa_call_state(p->kernel, &(struct poe_nfa_call){
			.state = "other", .event = "enter", .args = poe_list(poe_str("hello")), .return_event = "back" });
	else if (parity_on(ev, "M other.enter"))
		poe_nfa_return_state(p->kernel, poe_str("bye"), poe_int(1));
}

static void call(struct parity *p, const char *state)
{
	poe_nfa_call_state(p->kernel, &(struct poe_nfa_call){
		.state = state, .event = "enter", .return_event = "back" });
}

static void calls_deeper(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, deep, NULL);
	else if (parity_on(ev, "M a.enter"))
		call(p, "b");
	else if (parity_on(ev, "M b.enter"))
		call(p, "c");
	else if (parity_on(ev, "M c.enter"))
		poe_nfa_return_state(p->kernel, poe_str("from c"));
	else if (parity_on(ev, "M b.back"))
		poe_nfa_return_state(p->kernel, poe_str("from b"));
}

static void returns_without_a_call(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, entering, NULL);
	else if (parity_on(ev, "M first.enter"))
		poe_nfa_return_state(p->kernel, poe_int(1));
}

static void no_such_event(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	spawn(p, apart, NULL);
	poe_post(p->kernel, parity_sid(p, "M"), "tick");
}

static void no_such_state(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		spawn(p, ticking, NULL);
	} else if (parity_on(ev, "M first.enter")) {
		poe_nfa_goto_state(p->kernel, "missing", NULL);
		parity_note("asked");
	}
}

static void default_of_a_state(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	spawn(p, defaulting, NULL);
	poe_post(p->kernel, parity_sid(p, "M"), "tick", poe_int(1), poe_int(2));
}

static void stops_itself(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		spawn(p, ticking, NULL);
	if (!parity_on(ev, "M first.enter"))
		return;
	poe_yield(p->kernel, "tick", poe_str("before"));
	poe_nfa_stop(p->kernel);
	poe_yield(p->kernel, "tick", poe_str("after"));
	poe_delay(p->kernel, "tick", 5);
}

static void added_in_every_state(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		spawn(p, entering, NULL);
	} else if (parity_on(ev, "M first.enter")) {
		poe_state_set(p->kernel, "extra", parity_enter, NULL);
		poe_yield(p->kernel, "extra", poe_int(1));
		poe_nfa_goto_state(p->kernel, "second", "enter");
	} else if (parity_on(ev, "M second.enter")) {
		poe_yield(p->kernel, "extra", poe_int(2));
	}
}

static void alarms_of_a_machine(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		spawn(p, due, NULL);
	} else if (parity_on(ev, "M first.enter")) {
		poe_delay(p->kernel, "due", 0.06);
		poe_nfa_goto_state(p->kernel, "second", NULL);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "first_state", "A: _start; -M:", first_state, NULL },
	{ "without_an_event", "A: _start; -M:", without_an_event, NULL },
	{ "goes", "A: _start; -M:", goes, NULL },
	{ "goes_at_once", "A: _start; -M:", goes_at_once, NULL },
	{ "goes_to_where_it_is", "A: _start; -M:", goes_to_where_it_is, NULL },
	{ "calls_and_returns", "A: _start; -M:", calls_and_returns, NULL },
	{ "calls_deeper", "A: _start; -M:", calls_deeper, NULL },
	{ "returns_without_a_call", "A: _start; -M:", returns_without_a_call, ends_by_an_exception },
	{ "no_such_event", "A: _start; -M:", no_such_event, ends_by_an_exception },
	{ "no_such_state", "A: _start; -M:", no_such_state, ends_by_an_exception },
	{ "default_of_a_state", "A: _start; -M:", default_of_a_state, NULL },
	{ "stops_itself", "A: _start _child; -M:", stops_itself, NULL },
	{ "added_in_every_state", "A: _start; -M:", added_in_every_state, NULL },
	{ "alarms_of_a_machine", "A: _start; -M:", alarms_of_a_machine, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
