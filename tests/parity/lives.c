/* What keeps a session alive, and its end. */
#include "parity.h"

#include <unistd.h>

static void note_alias(struct parity *p, const char *alias)
{
	parity_note("%s is %s", alias, poe_alias_resolve(p->kernel, alias).v ? "there" : "gone");
}

/* As POE's methods on aliases return it. */
static void note_error(const char *what, int result)
{
	parity_note("%s: %s", what, result == -1 ? parity_errno(errno) : "0");
}

static void note_who(struct parity *p, const char *alias)
{
	parity_note("resolve: %s", parity_who(p, poe_alias_resolve(p->kernel, alias)));
}

static void queued_event(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "hello");
}

static void alias_while_others_work(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_alias_set(p->kernel, "a");
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
	else if (parity_on(ev, "B tick"))
		note_alias(p, "a");
}

static void alias_errors(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		note_error("set", poe_alias_set(p->kernel, "a"));
		note_error("again", poe_alias_set(p->kernel, "a"));
		note_error("other", poe_alias_set(p->kernel, "other"));
	} else if (parity_on(ev, "B _start")) {
		note_error("set", poe_alias_set(p->kernel, "a"));
		note_error("remove", poe_alias_remove(p->kernel, "a"));
		note_error("missing", poe_alias_remove(p->kernel, "missing"));
		note_who(p, "other");
		note_who(p, "missing");
	}
}

static void alias_unknown(struct parity *p, struct poe_event *ev)
{
	poe_sid sid;

	(void)ev;
	errno = 0;
	sid = poe_alias_resolve(p->kernel, "missing");
	parity_note("resolve: %s, %s", parity_who(p, sid), parity_errno(errno));
}

static void two_aliases(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a1");
		poe_alias_set(p->kernel, "a2");
		poe_yield(p->kernel, "one");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A one")) {
		poe_alias_remove(p->kernel, "a1");
	} else if (parity_on(ev, "B tick")) {
		note_alias(p, "a2");
	}
}

static void alias_removed_ends_it(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
		poe_delay(p->kernel, "done", 0.01);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "A done")) {
		poe_alias_remove(p->kernel, "a");
	}
}

static void alias_within_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_alias_set(p->kernel, "a");
	else
		note_who(p, "a");
}

static void alias_free_again(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "name");
		poe_signal(p->kernel, ev->session, "KILL");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		note_error("set", poe_alias_set(p->kernel, "name"));
	}
}

static void refcounts(struct parity *p, struct poe_event *ev)
{
	poe_sid a = parity_sid(p, "A");

	if (parity_on(ev, "A _start")) {
		parity_note("%d", poe_refcount_increment(p->kernel, a, "tag"));
		parity_note("%d", poe_refcount_increment(p->kernel, a, "tag"));
		parity_note("%d", poe_refcount_increment(p->kernel, a, "other"));
		parity_note("%d", poe_refcount_decrement(p->kernel, a, "other"));
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		parity_note("%d", poe_refcount_decrement(p->kernel, a, "tag"));
		parity_note("%d", poe_refcount_decrement(p->kernel, a, "tag"));
		parity_note("both gone");
	}
}

static void refcount_of_nobody(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	parity_result("increment", poe_refcount_increment(p->kernel, (poe_sid){ 999999 }, "tag"));
	parity_result("decrement", poe_refcount_decrement(p->kernel, (poe_sid){ 999999 }, "tag"));
}

static void refcount_below_zero(struct parity *p, struct poe_event *ev)
{
	int count;

	poe_refcount_increment(p->kernel, ev->session, "tag");
	poe_refcount_decrement(p->kernel, ev->session, "tag");
	count = poe_refcount_decrement(p->kernel, ev->session, "tag");
	parity_note("decrement: %s", count == -1 ? parity_errno(errno) : "a count");
}

static void refcount_keeps_the_program(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_refcount_increment(p->kernel, ev->session, "tag");
		poe_sig(p->kernel, "ALRM", "tick");
		ualarm(30000, 0);
	} else if (parity_on(ev, "A tick")) {
		poe_sig_clear(p->kernel, "ALRM");
		poe_refcount_decrement(p->kernel, ev->session, "tag");
	}
}

static void call_from_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
	else if (parity_on(ev, "A _stop"))
		parity_note("answer %d", (int)poe_call(p->kernel, parity_sid(p, "B"), "hello", poe_str("bye")).as.i);
	else if (parity_on(ev, "B hello"))
		poe_return(ev, poe_int(42));
}

static void post_from_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
	else if (parity_on(ev, "A _stop"))
		poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_str("bye"));
}

static void yield_and_delay_in_stop(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _stop"))
		return;
	poe_yield(p->kernel, "hello");
	poe_delay(p->kernel, "hello", 0.06);
	poe_alias_set(p->kernel, "a");
	poe_refcount_increment(p->kernel, ev->session, "tag");
}

static void call_to_the_stopping(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _stop"))
		parity_note("answer %d", (int)poe_call(p->kernel, ev->session, "hello").as.i);
	else if (parity_on(ev, "A hello"))
		poe_return(ev, poe_int(42));
}

static void saved_before_the_sweep(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
		poe_yield(p->kernel, "drop");
		poe_yield(p->kernel, "keep");
	} else if (parity_on(ev, "A drop")) {
		poe_alias_remove(p->kernel, "a");
	} else if (parity_on(ev, "A keep") && p->count++ == 0) {
		poe_delay(p->kernel, "keep", 0.06);
	}
}

static void events_of_the_killed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_signal(p->kernel, ev->session, "KILL");
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B _start")) {
		poe_post(p->kernel, parity_sid(p, "A"), "hello", poe_str("to the killed"));
		poe_yield(p->kernel, "hello");
	} else if (parity_on(ev, "A go")) {
		parity_note("came");
	}
}

static void events_from_the_killed(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_signal(p->kernel, ev->session, "KILL");
	poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_str("from the killed"));
}

static const struct parity_scenario scenarios[] = {
	{ "nothing", "A: _start _stop", NULL, NULL },
	{ "queued_event", "A: _start hello _stop; B: _start _stop", queued_event, NULL },
	{ "alias_while_others_work", "A: _start _stop; B: _start tick _stop", alias_while_others_work, NULL },
	{ "alias_errors", "A: _start _stop; B: _start _stop", alias_errors, NULL },
	{ "alias_unknown", "A: _start", alias_unknown, NULL },
	{ "two_aliases", "A: _start one _stop; B: _start tick", two_aliases, NULL },
	{ "alias_removed_ends_it", "A: _start done _stop; B: _start tick", alias_removed_ends_it, NULL },
	{ "alias_within_stop", "A: _start _stop", alias_within_stop, NULL },
	{ "alias_free_again", "A: _start _stop; B: _start tick _stop", alias_free_again, NULL },
	{ "refcounts", "A: _start _stop; B: _start tick _stop", refcounts, NULL },
	{ "refcount_of_nobody", "A: _start", refcount_of_nobody, NULL },
	{ "refcount_below_zero", "A: _start", refcount_below_zero, NULL },
	{ "refcount_keeps_the_program", "A: _start tick _stop", refcount_keeps_the_program, NULL },
	{ "call_from_stop", "B: _start hello tick _stop; A: _start _stop", call_from_stop, NULL },
	{ "post_from_stop", "B: _start hello tick _stop; A: _start _stop", post_from_stop, NULL },
	{ "yield_and_delay_in_stop", "A: _start hello _stop", yield_and_delay_in_stop, NULL },
	{ "call_to_the_stopping", "A: _start hello _stop", call_to_the_stopping, NULL },
	{ "saved_before_the_sweep", "A: _start drop keep _stop", saved_before_the_sweep, NULL },
	{ "events_of_the_killed", "A: _start hello go _stop; B: _start hello _stop", events_of_the_killed, NULL },
	{ "events_from_the_killed", "B: _start hello _stop; A: _start _stop", events_from_the_killed, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
