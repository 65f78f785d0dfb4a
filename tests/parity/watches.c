/* File descriptors. */
#include "parity.h"

#include <fcntl.h>
#include <unistd.h>

/* A pipe with something to read. */
static void full_pipe(struct parity *p)
{
	parity_pipe(p);
	parity_write(p->pipe[1], "x");
}

static void drop(struct parity *p, int i)
{
	poe_watch_free(p->watch[i]);
	p->watch[i] = NULL;
}

static void readable(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready", poe_int(1), poe_str("two"));
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void writable(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_write(p->kernel, p->pipe[1], "ready");
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void becomes_readable(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
		poe_delay(p->kernel, "write", 0.06);
	} else if (parity_on(ev, "A write")) {
		parity_write(p->pipe[1], "x");
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void end_of_file(struct parity *p, struct poe_event *ev)
{
	char octets[10];

	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		close(p->pipe[1]);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "A ready")) {
		parity_note("read %d", (int)read(p->pipe[0], octets, sizeof octets));
		drop(p, 0);
	}
}

static void paused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
		poe_watch_pause(p->watch[0], POE_READ);
		poe_delay(p->kernel, "resume", 0.06);
		poe_yield(p->kernel, "tick");
	} else if (parity_on(ev, "A resume")) {
		poe_watch_resume(p->watch[0], POE_READ);
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void paused_write(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_write(p->kernel, p->pipe[1], "ready");
		poe_watch_pause(p->watch[0], POE_WRITE);
		poe_delay(p->kernel, "resume", 0.06);
	} else if (parity_on(ev, "A resume")) {
		poe_watch_resume(p->watch[0], POE_WRITE);
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void paused_in_its_handler(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "A ready") && p->count++ > 0) {
		drop(p, 0);
	} else if (parity_on(ev, "A ready")) {
		poe_watch_pause(p->watch[0], POE_READ);
		poe_delay(p->kernel, "resume", 0.06);
	} else if (parity_on(ev, "A resume")) {
		poe_watch_resume(p->watch[0], POE_READ);
	}
}

static void cleared(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	full_pipe(p);
	p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	drop(p, 0);
	poe_delay(p->kernel, "tick", 0.06);
}

static void registered_again(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "first", poe_int(1));
		p->watch[1] = poe_select_read(p->kernel, p->pipe[0], "second", poe_int(2));
	} else if (parity_on(ev, "A first")) {
		drop(p, 0);
	} else if (parity_on(ev, "A second")) {
		drop(p, 1);
	}
}

static void two_sessions(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
		poe_delay(p->kernel, "look", 0.06);
	} else if (parity_on(ev, "B _start")) {
		p->watch[1] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "A ready")) {
		p->count += 10;
		drop(p, 0);
	} else if (parity_on(ev, "B ready")) {
		p->count++;
		drop(p, 1);
	} else if (parity_on(ev, "A look")) {
		parity_note("A %d, B %d", p->count / 10, p->count % 10);
	}
}

static void reads_before_writes(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_write(p->kernel, p->pipe[1], "writable");
		p->watch[1] = poe_select_read(p->kernel, p->pipe[0], "readable");
	} else if (parity_on(ev, "A writable")) {
		drop(p, 0);
	} else if (parity_on(ev, "A readable")) {
		drop(p, 1);
	}
}

static void keeps_its_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "write", 0.06);
	} else if (parity_on(ev, "B write")) {
		parity_write(p->pipe[1], "x");
	} else if (parity_on(ev, "A ready")) {
		drop(p, 0);
	}
}

static void paused_keeps_its_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
		poe_watch_pause(p->watch[0], POE_READ);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		poe_call(p->kernel, parity_sid(p, "A"), "free");
	} else if (parity_on(ev, "A free")) {
		drop(p, 0);
	}
}

static void paused_alone(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	full_pipe(p);
	p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	poe_watch_pause(p->watch[0], POE_READ);
}

static void non_blocking(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	parity_pipe(p);
	p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	parity_note("%s", fcntl(p->pipe[0], F_GETFL) & O_NONBLOCK ? "non-blocking" : "blocking");
	drop(p, 0);
}

static void all_modes(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_watch_new(p->kernel, p->pipe[1],
			&(struct poe_watch_plan){ .modes = POE_WRITE, .event = "write" });
		p->watch[1] = poe_watch_new(p->kernel, p->pipe[0],
			&(struct poe_watch_plan){ .modes = POE_READ, .event = "read" });
	} else if (parity_on(ev, "A write")) {
		drop(p, 0);
	} else if (parity_on(ev, "A read")) {
		drop(p, 1);
	}
}

static void cleared_by_its_neighbour(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "one");
		full_pipe(p);
		p->watch[1] = poe_select_read(p->kernel, p->pipe[0], "two");
	} else if (parity_on(ev, "A _stop")) {
		parity_note("%d came", p->count);
	} else {
		p->count++;
		drop(p, 0);
		drop(p, 1);
	}
}

static void freed_with_its_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "tick", 0.06);
	} else if (parity_on(ev, "B tick")) {
		poe_signal(p->kernel, parity_sid(p, "A"), "KILL");
		poe_delay(p->kernel, "write", 0.06);
	} else if (parity_on(ev, "B write")) {
		parity_write(p->pipe[1], "x");
	}
}

static void comes_while_readable(struct parity *p, struct poe_event *ev)
{
	char octet;

	if (parity_on(ev, "A _start")) {
		full_pipe(p);
		parity_write(p->pipe[1], "yz");
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "ready");
	} else if (parity_on(ev, "A ready") && read(p->pipe[0], &octet, 1) == 1) {
		parity_note("read %c", octet);
		if (octet == 'z')
			drop(p, 0);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "readable", "A: _start ready/fm _stop", readable, NULL },
	{ "writable", "A: _start ready/fm _stop", writable, NULL },
	{ "becomes_readable", "A: _start ready/fm write", becomes_readable, NULL },
	{ "end_of_file", "A: _start ready/fm", end_of_file, NULL },
	{ "paused", "A: _start ready/fm tick resume", paused, NULL },
	{ "paused_write", "A: _start ready/fm tick resume", paused_write, NULL },
	{ "paused_in_its_handler", "A: _start ready/fm resume", paused_in_its_handler, NULL },
	{ "cleared", "A: _start ready/fm tick _stop", cleared, NULL },
	{ "registered_again", "A: _start first/fm second/fm", registered_again, NULL },
	{ "two_sessions", "A: _start ready/! look; B: _start ready/!", two_sessions, NULL },
	{ "reads_before_writes", "A: _start readable/fm writable/fm", reads_before_writes, NULL },
	{ "keeps_its_session", "A: _start ready/fm _stop; B: _start write", keeps_its_session, NULL },
	{ "paused_keeps_its_session", "A: _start free _stop; B: _start tick _stop", paused_keeps_its_session, NULL },
	{ "paused_alone", "A: _start _stop", paused_alone, NULL },
	{ "non_blocking", "A: _start", non_blocking, NULL },
	{ "all_modes", "A: _start read/fm write/fm", all_modes, NULL },
	{ "cleared_by_its_neighbour", "A: _start one/! two/! _stop", cleared_by_its_neighbour, NULL },
	{ "freed_with_its_session", "A: _start ready/fm _stop; B: _start tick write", freed_with_its_session, NULL },
	{ "comes_while_readable", "A: _start ready/fm", comes_while_readable, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
