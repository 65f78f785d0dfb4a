/* What sessions and the kernel can be asked. */
#include "parity.h"

static void note_option(const char *name, int was)
{
	parity_note("%s %s", name, was ? "on" : "off");
}

static void returns_what_it_was(struct parity *p, struct poe_event *ev)
{
	static const char *const names[] = { "default", "trace", "debug" };
	static const int values[] = { -1, 1, -1, 0, -1 };

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 5; j++)
			note_option(names[i], poe_session_option(p->kernel, ev->session, names[i], values[j]));
}

static void change_nothing_else(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_session_option(p->kernel, ev->session, "trace", 1);
	poe_session_option(p->kernel, ev->session, "default", 1);
	poe_session_option(p->kernel, ev->session, "debug", 1);
	poe_state_set(p->kernel, "hello", parity_enter, NULL);
	poe_yield(p->kernel, "hello", poe_int(1));
	poe_yield(p->kernel, "nowhere");
	parity_spawn(p, "B");
}

static void note_aliases(struct parity *p, poe_sid sid)
{
	const char *names[8] = { "", "", "" };
	int count = poe_alias_list(p->kernel, sid, names, 8);

	if (count > 0)
		parity_note("%s %s%s%s", names[0], names[1], count > 2 ? " " : "", names[2]);
	else
		parity_note("%d", count);
}

static void alias_list(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "two");
		poe_alias_set(p->kernel, "one");
		poe_alias_set(p->kernel, "three");
		note_aliases(p, ev->session);
		poe_alias_remove(p->kernel, "three");
		note_aliases(p, ev->session);
	} else if (parity_on(ev, "B _start")) {
		note_aliases(p, ev->session);
		note_aliases(p, poe_alias_resolve(p->kernel, "one"));
	}
}

static void alias_list_of_nobody(struct parity *p, struct poe_event *ev)
{
	int count = poe_alias_list(p->kernel, poe_alias_resolve(p->kernel, "nobody"), NULL, 0);

	(void)ev;
	parity_note("%d %s", count == -1 ? 0 : count, parity_errno(count == -1 ? errno : 0));
}

static void aliases_of_the_stopping(struct parity *p, struct poe_event *ev)
{
	const char *name = "none";

	if (parity_on(ev, "A _start")) {
		poe_alias_set(p->kernel, "a");
	} else {
		poe_alias_list(p->kernel, ev->session, &name, 1);
		parity_note("%s", name);
	}
}

static void parent_of_a_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		parity_spawn(p, "B");
	else if (parity_on(ev, "B _start"))
		parity_note("parent %s", parity_who(p, poe_session_parent(p->kernel, ev->session)));
}

static void id_of_the_dead(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_delay(p->kernel, "later", 0.06);
	if (!parity_on(ev, "A later"))
		return;
	errno = 0;
	if (poe_session_heap(p->kernel, parity_sid(p, "B")) != NULL)
		parity_note("there, %s", parity_errno(errno));
	else
		parity_note("gone, %s", parity_errno(errno));
}

static void ids_are_never_used_again(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->sid = parity_spawn(p, "B");
		poe_delay(p->kernel, "later", 0.06);
	} else if (parity_on(ev, "A later")) {
		parity_note("%s", parity_spawn(p, "B").v == p->sid.v ? "the same" : "another");
	}
}

static size_t queued(struct parity *p)
{
	struct poe_kernel_stats stats;

	poe_kernel_stats(p->kernel, &stats);
	return stats.queued;
}

static void event_count(struct parity *p, struct poe_event *ev)
{
	size_t before = queued(p);

	if (parity_on(ev, "A _start"))
		poe_delay(p->kernel, "go", 0.06);
	if (!parity_on(ev, "A go"))
		return;
	for (int i = 1; i <= 3; i++)
		poe_yield(p->kernel, "hello", poe_int(i));
	parity_note("%zu more", queued(p) - before);
}

static const struct parity_scenario scenarios[] = {
	{ "returns_what_it_was", "A: _start", returns_what_it_was, NULL },
	{ "change_nothing_else", "A: _start hello _stop; -B: _start _stop", change_nothing_else, NULL },
	{ "alias_list", "A: _start; B: _start", alias_list, NULL },
	{ "alias_list_of_nobody", "A: _start", alias_list_of_nobody, NULL },
	{ "aliases_of_the_stopping", "A: _start _stop", aliases_of_the_stopping, NULL },
	{ "parent_of_a_session", "A: _start; -B: _start", parent_of_a_session, NULL },
	{ "id_of_the_dead", "A: _start later; B: _start", id_of_the_dead, NULL },
	{ "ids_are_never_used_again", "A: _start later; -B: _start", ids_are_never_used_again, NULL },
	{ "event_count", "A: _start go hello", event_count, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
