/* Postbacks and callbacks. */
#include "parity.h"

#include <unistd.h>

static void drop(struct parity *p)
{
	poe_postback_free(p->postback);
	p->postback = NULL;
}

static void fired(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->postback = poe_postback_new(p->kernel, "back", poe_int(1), poe_str("two"));
	poe_postback_fire(p->postback, poe_int(3));
	poe_postback_fire(p->postback);
	drop(p);
}

static void two_lists(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->postback = poe_postback_new(p->kernel, "back", poe_int(1), poe_str("two"));
	poe_postback_fire(p->postback, poe_int(3));
	drop(p);
}

static void keeps_its_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->postback = poe_postback_new(p->kernel, "back", poe_int(1));
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		poe_postback_fire(p->postback, poe_int(2));
		drop(p);
	}
}

static void freed_unfired(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->postback = poe_postback_new(p->kernel, "back");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		drop(p);
		parity_note("freed");
	}
}

static void weak(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->postback = poe_postback_new(p->kernel, "back");
		poe_postback_weaken(p->postback);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		poe_postback_fire(p->postback, poe_int(1));
		drop(p);
		parity_note("fired");
	}
}

static void fired_from_outside(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		p->postback = poe_postback_new(p->kernel, "back", poe_str("made"));
}

static void fire_from_outside(struct parity *p)
{
	parity_cast(p);
	poe_postback_fire(p->postback, poe_str("fired"));
	drop(p);
	parity_run(p);
}

static void fired_by_itself(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->postback = poe_postback_new(p->kernel, "back");
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "A go")) {
		poe_postback_fire(p->postback, poe_str("one"));
		poe_postback_fire(p->postback, poe_str("two"));
		drop(p);
		parity_note("freed");
	}
}

static void freed_before_it_comes(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->postback = poe_postback_new(p->kernel, "back", poe_str("made"));
	poe_postback_fire(p->postback, poe_str("fired"));
	drop(p);
	poe_yield(p->kernel, "later");
}

static void called(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->postback = poe_postback_new(p->kernel, "back", poe_str("made"));
	} else if (parity_on(ev, "A back")) {
		poe_return(ev, poe_str("answer"));
	} else if (parity_on(ev, "B _start")) {
		parity_note("%s", poe_postback_call(p->postback, poe_str("called")).as.s);
		drop(p);
	}
}

static void keeps_the_program(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "IDLE", "idle");
		p->postback = poe_postback_new(p->kernel, "back");
	} else if (parity_on(ev, "B _start")) {
		poe_alias_set(p->kernel, "b");
		poe_sig(p->kernel, "ALRM", "alarm");
		ualarm(30000, 0);
	} else if (parity_on(ev, "B alarm")) {
		poe_sig_clear(p->kernel, "ALRM");
		drop(p);
	}
}

static void two_of_them(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		struct poe_postback *one = poe_postback_new(p->kernel, "one");

		p->postback = poe_postback_new(p->kernel, "two");
		poe_postback_fire(one, poe_int(1));
		poe_postback_free(one);
	} else if (parity_on(ev, "B _start")) {
		poe_postback_fire(p->postback, poe_int(2));
		drop(p);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "fired", "A: _start back/@@ _stop", fired, NULL },
	{ "two_lists", "A: _start back", two_lists, NULL },
	{ "keeps_its_session", "A: _start back/@@ _stop; B: _start tick", keeps_its_session, NULL },
	{ "freed_unfired", "A: _start back/@@ _stop; B: _start tick", freed_unfired, NULL },
	{ "weak", "A: _start back/@@ _stop; B: _start tick", weak, NULL },
	{ "fired_from_outside", "A: _start back/@@ _stop", fired_from_outside, fire_from_outside },
	{ "fired_by_itself", "A: _start go back/@@ _stop", fired_by_itself, NULL },
	{ "freed_before_it_comes", "A: _start back/@@ later _stop", freed_before_it_comes, NULL },
	{ "called", "A: _start back/@@ _stop; B: _start", called, NULL },
	{ "keeps_the_program", "A: _start back/@@ idle; B: _start alarm", keeps_the_program, NULL },
	{ "two_of_them", "A: _start one/@@ two/@@ _stop; B: _start", two_of_them, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
