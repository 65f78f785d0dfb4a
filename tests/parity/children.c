/* Child processes. */
#include "parity.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that ends at once, or when somebody writes to p->pipe[1]. */
static pid_t child(struct parity *p, int status)
{
	parity_pipe(p);
	p->pid = fork();
	if (p->pid == 0)
		_exit(status);
	return p->pid;
}

static pid_t waiting_child(struct parity *p)
{
	char octet;

	parity_pipe(p);
	p->pid = fork();
	if (p->pid != 0)
		return p->pid;
	close(p->pipe[1]);
	_exit(read(p->pipe[0], &octet, 1) == -1);
}

static void ends(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_sig_child(p->kernel, child(p, 0), "chld", poe_str("registered"), poe_int(2));
}

static void status(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_sig_child(p->kernel, child(p, 3), "chld");
}

static void killed(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig_child(p->kernel, waiting_child(p), "chld");
	kill(p->pid, SIGTERM);
}

static void dead_already(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		child(p, 1);
		usleep(30000);
		poe_delay(p->kernel, "later", 0.06);
	} else if (parity_on(ev, "A later")) {
		poe_sig_child(p->kernel, p->pid, "chld");
	}
}

static void keeps_its_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_sig_child(p->kernel, waiting_child(p), "chld");
	else if (parity_on(ev, "B _start"))
		poe_delay(p->kernel, "tick", 0.06);
	else if (parity_on(ev, "B tick"))
		parity_write(p->pipe[1], "x");
}

static void cancelled(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig_child(p->kernel, child(p, 0), "chld");
	poe_sig_child_clear(p->kernel, p->pid);
	poe_delay(p->kernel, "tick", 0.06);
}

static void two_sessions(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig_child(p->kernel, waiting_child(p), "chld");
		poe_delay(p->kernel, "look", 0.1);
	} else if (parity_on(ev, "B _start")) {
		poe_sig_child(p->kernel, p->pid, "chld");
		parity_write(p->pipe[1], "x");
	} else if (parity_on(ev, "A look")) {
		parity_note("%d", p->count);
	} else {
		p->count += parity_on(ev, "A chld") ? 10 : 1;
	}
}

static void one_of_two_cancels(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig_child(p->kernel, waiting_child(p), "chld");
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B _start")) {
		poe_sig_child(p->kernel, p->pid, "chld");
	} else if (parity_on(ev, "A tick")) {
		poe_sig_child_clear(p->kernel, p->pid);
		parity_write(p->pipe[1], "x");
	}
}

static void several(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_sig_child(p->kernel, child(p, 1), "one");
	else if (parity_on(ev, "A one"))
		poe_sig_child(p->kernel, child(p, 2), "two");
}

static void watched_again(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig_child(p->kernel, waiting_child(p), "one", poe_int(1));
	poe_sig_child(p->kernel, p->pid, "two", poe_int(2));
	parity_write(p->pipe[1], "x");
}

static void not_ours(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_result("sig_child", poe_sig_child(p->kernel, 1, "chld"));
		poe_delay(p->kernel, "tick", 0.06);
	} else {
		poe_sig_child_clear(p->kernel, 1);
	}
}

static void not_awaited(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_sig_child_clear(p->kernel, 999999);
	parity_note("cancelled");
}

static void the_signal(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "CHLD", "signal", poe_str("registered"));
		child(p, 0);
		poe_delay(p->kernel, "done", 0.1);
	} else if (parity_on(ev, "A done")) {
		poe_sig_clear(p->kernel, "CHLD");
	}
}

static void signal_and_answer(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "CHLD", "signal");
		poe_sig_child(p->kernel, child(p, 0), "chld");
		poe_delay(p->kernel, "done", 0.1);
	} else if (parity_on(ev, "A done")) {
		parity_note("%d", p->count);
		poe_sig_clear(p->kernel, "CHLD");
	} else {
		p->count += parity_on(ev, "A signal") ? 10 : 1;
	}
}

static void nobody_asked(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig(p->kernel, "CHLD", "missing");
		child(p, 0);
		poe_delay(p->kernel, "tick", 0.1);
	} else {
		parity_note("%s", waitpid(p->pid, NULL, WNOHANG) == p->pid ? "we can reap it" : "somebody has reaped it");
		poe_sig_clear(p->kernel, "CHLD");
	}
}

static void stopped_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_sig_child(p->kernel, waiting_child(p), "chld");
		poe_signal(p->kernel, ev->session, "KILL");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		kill(p->pid, SIGTERM);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "ends", "A: _start chld/.x _stop", ends, NULL },
	{ "status", "A: _start chld/.x", status, NULL },
	{ "killed", "A: _start chld/.x", killed, NULL },
	{ "dead_already", "A: _start later chld/.x", dead_already, NULL },
	{ "keeps_its_session", "A: _start chld/.x _stop; B: _start tick _stop", keeps_its_session, NULL },
	{ "cancelled", "A: _start chld/.x tick _stop", cancelled, NULL },
	{ "two_sessions", "A: _start chld/! look; B: _start chld/!", two_sessions, NULL },
	{ "one_of_two_cancels", "A: _start chld/.x tick; B: _start chld/.x tick", one_of_two_cancels, NULL },
	{ "several", "A: _start one/.x two/.x", several, NULL },
	{ "watched_again", "A: _start one/.x two/.x", watched_again, NULL },
	{ "not_ours", "A: _start chld/.x tick", not_ours, NULL },
	{ "not_awaited", "A: _start _stop", not_awaited, NULL },
	{ "the_signal", "A: _start signal/.x done", the_signal, NULL },
	{ "signal_and_answer", "A: _start signal/! chld/! done", signal_and_answer, NULL },
	{ "nobody_asked", "A: _start tick", nobody_asked, NULL },
	{ "stopped_session", "A: _start chld/.x _stop; B: _start tick", stopped_session, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
