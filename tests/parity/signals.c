/* Signals. */
#include "parity.h"

#include <signal.h>
#include <unistd.h>

static void of_the_system(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "USR1", "usr1");
		poe_alias_set(p->kernel, "a");
		poe_refcount_increment(p->kernel, ev->session, "tag");
		kill(getpid(), SIGUSR1);
	} else if (parity_on(ev, "A usr1")) {
		poe_refcount_decrement(p->kernel, ev->session, "tag");
		poe_sig_clear(p->kernel, "USR1");
	}
}

static void of_our_own(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "MINE", "mine", poe_str("registered"), poe_int(1));
	parity_result("signal", poe_signal(p->kernel, ev->session, "MINE", poe_str("sent"), poe_int(2)));
}

static void watched_again(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "MINE", "one", poe_int(1));
	poe_sig(p->kernel, "MINE", "two", poe_int(2));
	poe_signal(p->kernel, ev->session, "MINE");
}

static void not_watched_any_more(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "MINE", "mine");
	poe_sig_clear(p->kernel, "MINE");
	poe_signal(p->kernel, ev->session, "MINE");
	poe_yield(p->kernel, "tick");
}

static void does_not_keep(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_sig(p->kernel, "MINE", "mine");
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
}

static void to_nobody(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	parity_result("signal", poe_signal(p->kernel, poe_alias_resolve(p->kernel, "nobody"), "MINE"));
}

static void deepest_first(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A go")) {
		poe_signal(p->kernel, ev->session, "MINE");
		return;
	}
	if (!parity_on(ev, "A _start") && !parity_on(ev, "B _start") && !parity_on(ev, "C _start"))
		return;
	poe_sig(p->kernel, "MINE", "mine");
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
	}
}

static void not_above_nor_beside(struct parity *p, struct poe_event *ev)
{
	poe_sig(p->kernel, "MINE", "mine");
	if (!parity_on(ev, "A _start"))
		return;
	parity_spawn(p, "B");
	parity_spawn(p, "C");
	poe_signal(p->kernel, parity_sid(p, "B"), "MINE");
}

static void to_the_kernel(struct parity *p, struct poe_event *ev)
{
	poe_sig(p->kernel, "MINE", "mine");
	if (!parity_on(ev, "A _start"))
		return;
	parity_spawn(p, "B");
	poe_signal(p->kernel, poe_kernel_address(p->kernel), "MINE", poe_int(1));
}

static void terminal(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_delay(p->kernel, "late", 5);
		poe_signal(p->kernel, ev->session, "TERM");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "late", 5);
	}
}

static void terminal_of_the_system(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "INT", "int");
	poe_delay(p->kernel, "tick", 5);
	kill(getpid(), SIGINT);
}

static void handled(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_sig(p->kernel, "TERM", "term");
		poe_delay(p->kernel, "tick", 0.06);
		poe_signal(p->kernel, ev->session, "TERM");
	} else if (parity_on(ev, "B _start")) {
		poe_sig(p->kernel, "TERM", "term");
		poe_delay(p->kernel, "tick", 0.01);
	} else if (parity_on(ev, "B term")) {
		poe_sig_handled(ev);
	}
}

static void watched_but_not_handled(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "TERM", "term");
		poe_delay(p->kernel, "tick", 5);
		poe_signal(p->kernel, ev->session, "TERM");
	} else if (parity_on(ev, "A term")) {
		poe_return(ev, poe_int(1));
	}
}

static void non_maskable(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "UIDESTROY", "destroy");
		poe_delay(p->kernel, "tick", 5);
		poe_signal(p->kernel, ev->session, "UIDESTROY");
	} else if (parity_on(ev, "A destroy")) {
		poe_sig_handled(ev);
	}
}

static void benign(struct parity *p, struct poe_event *ev)
{
	static const char *const names[] = { "MINE", "CHLD", "PIPE", "USR1", "WINCH" };

	if (!parity_on(ev, "A _start"))
		return;
	poe_delay(p->kernel, "tick", 0.06);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		poe_signal(p->kernel, ev->session, names[i]);
}

static void idle(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_alias_set(p->kernel, "a");
}

static void idle_watched(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_alias_set(p->kernel, "a");
	poe_sig(p->kernel, "IDLE", "idle");
}

static void zombie(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
		poe_sig(p->kernel, "IDLE", "idle");
		poe_sig(p->kernel, "ZOMBIE", "zombie");
	} else if (parity_on(ev, "A idle") || parity_on(ev, "A zombie")) {
		poe_sig_handled(ev);
	}
}

static void work_at_idle(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
		poe_sig(p->kernel, "IDLE", "idle");
	} else if (parity_on(ev, "A idle") && p->count++ == 0) {
		poe_sig_handled(ev);
		poe_delay(p->kernel, "tick", 0.06);
	}
}

static void idle_saved_by_another(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
		poe_sig(p->kernel, "IDLE", "idle");
	} else if (parity_on(ev, "B _start")) {
		poe_alias_set(p->kernel, "b");
	} else if (parity_on(ev, "A idle") && p->count++ == 0) {
		poe_sig_handled(ev);
		poe_yield(p->kernel, "later");
	} else if (parity_on(ev, "A later")) {
		poe_alias_remove(p->kernel, "a");
		poe_call(p->kernel, parity_sid(p, "B"), "go");
	} else if (parity_on(ev, "B go")) {
		poe_alias_remove(p->kernel, "b");
	}
}

static void within_a_signal(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "MINE", "mine");
		poe_sig(p->kernel, "YOURS", "yours");
		poe_signal(p->kernel, ev->session, "MINE");
	} else if (parity_on(ev, "A mine")) {
		poe_signal(p->kernel, ev->session, "YOURS", poe_str("from mine"));
		parity_note("sent");
	}
}

static void in_turn_with_posts(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig(p->kernel, "MINE", "mine");
	poe_yield(p->kernel, "hello", poe_int(1));
	poe_signal(p->kernel, ev->session, "MINE");
	poe_yield(p->kernel, "hello", poe_int(2));
}

static void cleared_before_it_comes(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "MINE", "mine");
		poe_yield(p->kernel, "hello");
		poe_signal(p->kernel, ev->session, "MINE");
	} else if (parity_on(ev, "A hello")) {
		poe_sig_clear(p->kernel, "MINE");
	}
}

static const struct parity_scenario scenarios[] = {
	{ "of_the_system", "A: _start usr1 _stop", of_the_system, NULL },
	{ "of_our_own", "A: _start mine _stop", of_our_own, NULL },
	{ "watched_again", "A: _start one two", watched_again, NULL },
	{ "not_watched_any_more", "A: _start mine tick", not_watched_any_more, NULL },
	{ "does_not_keep", "A: _start mine _stop; B: _start tick", does_not_keep, NULL },
	{ "to_nobody", "A: _start", to_nobody, NULL },
	{ "deepest_first", "A: _start mine go; -B: _start mine; -C: _start mine", deepest_first, NULL },
	{ "not_above_nor_beside", "A: _start mine; -B: _start mine; -C: _start mine", not_above_nor_beside, NULL },
	{ "to_the_kernel", "A: _start mine; -B: _start mine", to_the_kernel, NULL },
	{ "terminal", "A: _start _stop _child; -B: _start _stop", terminal, NULL },
	{ "terminal_of_the_system", "A: _start int tick _stop", terminal_of_the_system, NULL },
	{ "handled", "A: _start term tick _stop; -B: _start term tick _stop", handled, NULL },
	{ "watched_but_not_handled", "A: _start term tick _stop", watched_but_not_handled, NULL },
	{ "non_maskable", "A: _start destroy tick _stop", non_maskable, NULL },
	{ "benign", "A: _start tick _stop", benign, NULL },
	{ "idle", "A: _start _stop", idle, NULL },
	{ "idle_watched", "A: _start idle _stop", idle_watched, NULL },
	{ "zombie", "A: _start idle zombie _stop", zombie, NULL },
	{ "work_at_idle", "A: _start idle tick zombie _stop", work_at_idle, NULL },
	{ "idle_saved_by_another", "A: _start idle later _stop; B: _start go _stop", idle_saved_by_another, NULL },
	{ "within_a_signal", "A: _start mine yours", within_a_signal, NULL },
	{ "in_turn_with_posts", "A: _start mine hello", in_turn_with_posts, NULL },
	{ "cleared_before_it_comes", "A: _start mine hello", cleared_before_it_comes, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
