/* The ReadWrite wheel: reading, writing, and its end. */
#include "peer.h"

#include <sys/socket.h>
#include <unistd.h>

static struct poe_readwrite *wheel(struct parity *p, int fd)
{
	return poe_readwrite_new(p->kernel, fd, &(struct poe_readwrite_plan){
		.input_event = "input", .error_event = "error", .flushed_event = "flushed" });
}

static void start(struct parity *p)
{
	peer_pair(p);
	p->wheel[0] = wheel(p, p->pipe[0]);
}

static void drop(struct parity *p)
{
	poe_readwrite_free(p->wheel[0]);
	p->wheel[0] = NULL;
}

static void hang_up(struct parity *p)
{
	close(p->pipe[1]);
}

static void lines(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\ntwo\r\n\nthree");
	} else if (parity_on(ev, "A input")) {
		if (strcmp(poe_arg_str(ev, 0), "two") == 0)
			hang_up(p);
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static void end_of_input(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		hang_up(p);
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static void end_of_input_then_put(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		shutdown(p->pipe[1], SHUT_WR);
	} else if (parity_on(ev, "A error")) {
		poe_put(p->wheel[0], poe_str("goodbye"));
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void put_several(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("one"), poe_str("two"), poe_str(""));
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void closed_when_freed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		drop(p);
		poe_yield(p->kernel, "look");
	} else if (parity_on(ev, "A look")) {
		peer_hear(p->pipe[1]);
	}
}

static void flushed_each_time(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("one"));
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		if (p->count++ == 0)
			poe_put(p->wheel[0], poe_str("two"));
		else
			drop(p);
	}
}

static void flushed_and_posted(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("one"));
		poe_yield(p->kernel, "yielded");
	} else if (parity_on(ev, "A yielded")) {
		peer_hear(p->pipe[1]);
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void flushed_within_put(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "A go")) {
		poe_put(p->wheel[0], poe_str("one"));
		parity_note("put is back");
	} else if (parity_on(ev, "A flushed")) {
		drop(p);
	}
}

static void ping_pong(struct parity *p, struct poe_event *ev)
{
	char text[12];

	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("3"));
	} else if (parity_on(ev, "B _start")) {
		p->wheel[1] = wheel(p, p->pipe[1]);
	} else if (parity_on(ev, "B input")) {
		poe_put(p->wheel[1], poe_str(poe_arg_str(ev, 0)));
	} else if (parity_on(ev, "B error")) {
		poe_readwrite_free(p->wheel[1]);
	} else if (parity_on(ev, "A input") && strcmp(poe_arg_str(ev, 0), "0") == 0) {
		drop(p);
	} else if (parity_on(ev, "A input")) {
		snprintf(text, sizeof text, "%d", atoi(poe_arg_str(ev, 0)) - 1);
		poe_put(p->wheel[0], poe_str(text));
	}
}

static void wheel_ids_differ(struct parity *p, struct poe_event *ev)
{
	int64_t first;

	(void)ev;
	start(p);
	first = poe_readwrite_id(p->wheel[0]);
	drop(p);
	start(p);
	parity_note("%s", poe_readwrite_id(p->wheel[0]) != first ? "differ" : "the same");
	drop(p);
}

static void paused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_readwrite_pause_input(p->wheel[0]);
		peer_say(p->pipe[1], "one\n");
		poe_delay(p->kernel, "resume", 0.02);
	} else if (parity_on(ev, "A resume")) {
		poe_readwrite_resume_input(p->wheel[0]);
	} else if (parity_on(ev, "A input")) {
		drop(p);
	}
}

static void paused_between_records(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\ntwo\n");
	} else if (parity_on(ev, "A input") && strcmp(poe_arg_str(ev, 0), "two") == 0) {
		drop(p);
	} else if (parity_on(ev, "A input")) {
		poe_readwrite_pause_input(p->wheel[0]);
		poe_delay(p->kernel, "resume", 0.02);
	} else if (parity_on(ev, "A resume") && p->wheel[0] != NULL) {
		poe_readwrite_resume_input(p->wheel[0]);
	}
}

static void freed_in_input(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\ntwo\n");
	} else if (parity_on(ev, "A input")) {
		drop(p);
	}
}

static void freed_in_error(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\n");
		hang_up(p);
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static void freed_in_flushed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("one"));
	} else if (parity_on(ev, "A flushed")) {
		drop(p);
	}
}

static void shutdown_input(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\n");
		poe_readwrite_shutdown_input(p->wheel[0]);
		poe_delay(p->kernel, "look", 0.02);
	} else if (parity_on(ev, "A look")) {
		poe_put(p->wheel[0], poe_str("still"));
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void shutdown_output(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_put(p->wheel[0], poe_str("one"));
	} else if (parity_on(ev, "A flushed")) {
		poe_readwrite_shutdown_output(p->wheel[0]);
		peer_hear(p->pipe[1]);
		peer_hear(p->pipe[1]);
		peer_say(p->pipe[1], "heard\n");
	} else if (parity_on(ev, "A input")) {
		drop(p);
	}
}

static void error_after_write(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		peer_pair(p);
		p->wheel[0] = poe_readwrite_new(p->kernel, p->pipe[0],
						&(struct poe_readwrite_plan){ .error_event = "error" });
		hang_up(p);
		poe_put(p->wheel[0], poe_str("one"));
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "lines", "A: _start input/.x error/.e.x _stop", lines, NULL },
	{ "end_of_input", "A: _start input/.x error/.e.x _stop", end_of_input, NULL },
	{ "end_of_input_then_put", "A: _start error/.e.x flushed/x _stop", end_of_input_then_put, NULL },
	{ "put_several", "A: _start flushed/x _stop", put_several, NULL },
	{ "closed_when_freed", "A: _start look _stop", closed_when_freed, NULL },
	{ "flushed_each_time", "A: _start flushed/x _stop", flushed_each_time, NULL },
	{ "flushed_and_posted", "A: _start yielded flushed/x _stop", flushed_and_posted, NULL },
	{ "flushed_within_put", "A: _start go flushed/x _stop", flushed_within_put, NULL },
	{ "ping_pong", "A: _start input/.x _stop; B: _start input/.x error/.e.x _stop", ping_pong, NULL },
	{ "wheel_ids_differ", "A: _start", wheel_ids_differ, NULL },
	{ "paused", "A: _start input/.x resume _stop", paused, NULL },
	{ "paused_between_records", "A: _start input/.x resume _stop", paused_between_records, NULL },
	{ "freed_in_input", "A: _start input/.x error _stop", freed_in_input, NULL },
	{ "freed_in_error", "A: _start input/.x error/.e.x _stop", freed_in_error, NULL },
	{ "freed_in_flushed", "A: _start flushed/x _stop", freed_in_flushed, NULL },
	{ "shutdown_input", "A: _start input/.x error/.e.x flushed/x look _stop", shutdown_input, NULL },
	{ "shutdown_output", "A: _start input/.x flushed/x _stop", shutdown_output, NULL },
	{ "error_after_write", "A: _start error/.e.x _stop", error_after_write, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
