/* Running, stopping, forking. */
#include "parity.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_twice(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start") || parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
}

static void play_then_b(struct parity *p)
{
	parity_play(p);
	parity_spawn(p, "B");
	parity_run(p);
}

static void timeslices(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "one");
	else if (parity_on(ev, "A one"))
		poe_yield(p->kernel, "two");
}

static void note_more(int more)
{
	parity_note("%s", more ? "goes on" : "nothing left");
}

static void drive_timeslices(struct parity *p)
{
	int more = 1;

	parity_cast(p);
	for (int i = 0; i < 20 && more; i++)
		more = poe_run_one_timeslice(p->kernel);
	note_more(more);
}

static void timeslice_of_nobody(struct parity *p)
{
	note_more(poe_run_one_timeslice(p->kernel));
}

static void run_while(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "tick", poe_int(1));
	} else if (parity_on(ev, "A tick")) {
		if (++p->count == 3)
			*(int *)p->thing[0] = 0;
		if (p->count < 5)
			poe_yield(p->kernel, "tick", poe_int(p->count + 1));
	}
}

static void drive_run_while(struct parity *p)
{
	int go = 1;

	p->thing[0] = &go;
	parity_cast(p);
	poe_run_while(p->kernel, &go);
	parity_note("not any more");
	parity_run(p);
}

static void run_while_to_the_end(struct parity *p)
{
	int go = 1;

	parity_cast(p);
	poe_run_while(p->kernel, &go);
	parity_note("ended by itself");
}

static void stop_in_a_handler(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 5);
	} else if (parity_on(ev, "A go")) {
		poe_yield(p->kernel, "hello");
		poe_kernel_stop(p->kernel);
		parity_note("goes on");
		parity_result("post", poe_post(p->kernel, parity_sid(p, "B"), "tick"));
		parity_result("post to itself", poe_post(p->kernel, ev->session, "hello"));
	}
}

static void stop_takes_children_first(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_spawn(p, "B");
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "B _start")) {
		parity_spawn(p, "C");
	} else if (parity_on(ev, "C _start")) {
		poe_delay(p->kernel, "late", 5);
	} else if (parity_on(ev, "A go")) {
		poe_kernel_stop(p->kernel);
	} else if (strcmp(ev->name, "_stop") == 0) {
		parity_note("%s stops", parity_who(p, ev->session));
		poe_return(ev, parity_on(ev, "C _stop") ? poe_str("C's last") : poe_none());
	}
}

static void sender_of_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "go");
	else if (parity_on(ev, "A go"))
		poe_kernel_stop(p->kernel);
}

static void stop_from_outside(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "hello");
}

static void drive_stop_from_outside(struct parity *p)
{
	parity_cast(p);
	poe_kernel_stop(p->kernel);
	parity_note("stopped");
	parity_run(p);
}

static void run_after_stop(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "go");
	else if (parity_on(ev, "A go"))
		poe_kernel_stop(p->kernel);
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
}

static void post_from_the_stopped(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "A go")) {
		poe_kernel_stop(p->kernel);
		parity_note("stopped");
	} else if (parity_on(ev, "A _stop")) {
		parity_result("post", poe_post(p->kernel, ev->session, "go"));
	}
}

static void note_current(struct parity *p)
{
	parity_note("current %s", parity_who(p, poe_session_current(p->kernel)));
}

static void outside_is_the_kernel(struct parity *p)
{
	note_current(p);
	parity_play(p);
}

static void inside_is_the_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A tell")) {
		note_current(p);
	} else if (parity_on(ev, "B _start")) {
		poe_call(p->kernel, parity_sid(p, "A"), "tell");
		note_current(p);
	}
}

static void forked(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_delay(p->kernel, "go", 0.06);
	if (!parity_on(ev, "A go"))
		return;
	p->pid = fork();
	if (p->pid == 0) {
		poe_kernel_has_forked(p->kernel);
		parity_note("the child");
	} else {
		waitpid(p->pid, NULL, 0);
		parity_note("the parent");
	}
	poe_delay(p->kernel, "later", 0.06);
}

static void stopped_in_the_child(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_yield(p->kernel, "go");
	if (!parity_on(ev, "A go"))
		return;
	poe_yield(p->kernel, "later");
	p->pid = fork();
	if (p->pid == 0) {
		parity_note("the child");
		poe_kernel_stop(p->kernel);
	} else {
		waitpid(p->pid, NULL, 0);
		parity_note("the parent");
	}
}

static void posted_before_run(struct parity *p)
{
	parity_cast(p);
	for (int i = 1; i <= 3; i++)
		poe_post(p->kernel, parity_sid(p, "A"), "hello", poe_int(i));
	parity_note("posted");
	parity_run(p);
}

static void died_and_run_again(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_die(ev, 0, "boom");
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
}

static const struct parity_scenario scenarios[] = {
	{ "nobody_to_run", "-A: _start", NULL, parity_run },
	{ "run_twice", "A: _start tick _stop; -B: _start tick _stop", run_twice, play_then_b },
	{ "timeslices", "A: _start one two _stop", timeslices, drive_timeslices },
	{ "timeslice_of_nobody", "-A: _start", NULL, timeslice_of_nobody },
	{ "run_while", "A: _start tick _stop", run_while, drive_run_while },
	{ "run_while_to_the_end", "A: _start _stop", NULL, run_while_to_the_end },
	{ "stop_in_a_handler", "A: _start go hello; B: _start tick", stop_in_a_handler, NULL },
	{ "stop_takes_children_first",
	  "A: _start _child go _stop/!; -B: _start _child _parent _stop/!; -C: _start _parent _stop/!",
	  stop_takes_children_first, NULL },
	{ "sender_of_stop", "A: _start go _stop", sender_of_stop, NULL },
	{ "stop_from_outside", "A: _start hello _stop", stop_from_outside, drive_stop_from_outside },
	{ "run_after_stop", "A: _start go; -B: _start tick _stop", run_after_stop, play_then_b },
	{ "post_from_the_stopped", "A: _start go _stop/!", post_from_the_stopped, NULL },
	{ "outside_is_the_kernel", "A: _start", NULL, outside_is_the_kernel },
	{ "inside_is_the_session", "A: _start tell; B: _start", inside_is_the_session, NULL },
	{ "forked", "A: _start go later _stop", forked, NULL },
	{ "stopped_in_the_child", "A: _start go later", stopped_in_the_child, NULL },
	{ "posted_before_run", "A: _start hello _stop", NULL, posted_before_run },
	{ "died_and_run_again", "A: _start _stop; -B: _start tick _stop", died_and_run_again, play_then_b },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
