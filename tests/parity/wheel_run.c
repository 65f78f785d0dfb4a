/* The Run wheel: what a child says and hears, and how it ends. */
#include "peer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* With the usual events, where the plan has none; "" is none. */
static void start_as(struct parity *p, struct poe_wheel_run_plan plan)
{
	if (plan.stdout_event == NULL)
		plan.stdout_event = "out";
	if (plan.error_event == NULL)
		plan.error_event = "error";
	plan.stdout_event = *plan.stdout_event ? plan.stdout_event : NULL;
	plan.error_event = *plan.error_event ? plan.error_event : NULL;
	plan.close_event = plan.stdout_event ? "closed" : NULL;
	p->run = poe_wheel_run_new(p->kernel, &plan);
	if (p->run == NULL)
		parity_note("not made: %s", parity_errno(errno));
}

static void start(struct parity *p, const char *command)
{
	start_as(p, (struct poe_wheel_run_plan){ .command = command });
}

static void start_and_watch(struct parity *p, const char *command)
{
	start_as(p, (struct poe_wheel_run_plan){ .command = command, .exit_event = "ended" });
}

static void drop(struct parity *p)
{
	poe_wheel_run_free(p->run);
	p->run = NULL;
}

static void go(struct parity *p)
{
	poe_wheel_run_put(p->run, poe_str("go"));
}

/* What most scenarios do at their end. */
static void drop_when_closed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A closed"))
		drop(p);
}

static void drop_when_ended(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A ended"))
		drop(p);
}

static int is_output(const struct poe_event *ev, const char *text)
{
	return parity_on(ev, "A out") && strcmp(poe_arg_str(ev, 0), text) == 0;
}

static void output(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start(p, "echo one; echo two; printf half");
	drop_when_closed(p, ev);
}

static void both_outputs(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){
			.command = "echo one; read x; echo two >&2; read x; exec >&-; read x; exec 2>&-",
			.stderr_event = "err", .error_event = "" });
	else if (parity_on(ev, "A out"))
		go(p);
	else if (parity_on(ev, "A err"))
		poe_wheel_run_put(p->run, poe_str("go"), poe_str("go"));
	drop_when_closed(p, ev);
}

static void input_and_output(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, (struct poe_wheel_run_plan){ .command = "sort", .stdin_event = "in" });
		poe_wheel_run_put(p->run, poe_str("two"), poe_str("one"));
	} else if (parity_on(ev, "A in")) {
		poe_wheel_run_shutdown_stdin(p->run);
	}
	drop_when_closed(p, ev);
}

static void shut_down_with_input_pending(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p, "wc -c");
		poe_wheel_run_put(p->run, poe_str("hello"));
		poe_wheel_run_shutdown_stdin(p->run);
	}
	drop_when_closed(p, ev);
}

static void program_and_arguments(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){
			.program = (const char *const[]){ "printf", "%s.\\n", "a b", "", "*", NULL } });
	drop_when_closed(p, ev);
}

static void closed_and_then_ended(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_and_watch(p, "echo one; exec >&-; read x; exit 3");
	else if (parity_on(ev, "A closed"))
		go(p);
	drop_when_ended(p, ev);
}

static void ended_and_then_closed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_and_watch(p, "exec 3<&0; (read x <&3; echo late) & exit 3");
	else if (parity_on(ev, "A ended"))
		go(p);
	drop_when_closed(p, ev);
}

static void wheel_freed_before_it_ends(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_and_watch(p, "echo one; read x; exit 4");
	else if (parity_on(ev, "A out"))
		drop(p);
}

static void killed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_and_watch(p, "echo one; read x");
	else if (parity_on(ev, "A out"))
		parity_note("kill %s", poe_wheel_run_kill(p->run, 0) == 0 ? "ok" : "failed");
	drop_when_ended(p, ev);
}

static void killed_by_name(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_and_watch(p, "echo one; read x");
	else if (parity_on(ev, "A out"))
		poe_wheel_run_kill(p->run, SIGKILL);
	drop_when_ended(p, ev);
}

static void freed_in_output(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start(p, "echo one; read x; echo two");
	else if (parity_on(ev, "A out"))
		drop(p);
}

static void no_such_program(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, (struct poe_wheel_run_plan){
			.program = (const char *const[]){ "/no/such/program", NULL } });
		parity_note("made");
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static int says(void *object)
{
	(void)object;
	parity_write(1, "from the child\n");
	return 0;
}

static int returns_seven(void *object)
{
	char line[100];

	(void)object;
	close(1);
	return read(0, line, sizeof line) > 0 ? 7 : 8;
}

static void function(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){ .code = says });
	drop_when_closed(p, ev);
}

static void function_result(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){ .code = returns_seven, .exit_event = "ended", .close_on_call = 1 });
	else if (parity_on(ev, "A closed"))
		go(p);
	drop_when_ended(p, ev);
}

static const char *path(struct parity *p)
{
	snprintf(p->octets, sizeof p->octets, "/tmp/libpoe-parity.%d", (int)getpid());
	return p->octets;
}

static void note_file(struct parity *p)
{
	char octets[100], text[200];
	int fd = open(path(p), O_RDONLY);
	ssize_t n = read(fd, octets, sizeof octets);

	peer_spell(octets, n > 0 ? (size_t)n : 0, text, sizeof text);
	parity_note("file: %s", text);
	close(fd);
	unlink(path(p));
}

static void output_to_a_file(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, (struct poe_wheel_run_plan){
			.command = "echo one; echo two >&2", .stdout_event = "", .exit_event = "ended",
			.redirect_output = { .path = path(p) } });
	} else if (parity_on(ev, "A ended")) {
		drop(p);
		note_file(p);
	}
}

static void input_from_a_file(struct parity *p, struct poe_event *ev)
{
	int fd;

	if (parity_on(ev, "A _start")) {
		fd = open(path(p), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		parity_write(fd, "one\ntwo\n");
		close(fd);
		start_as(p, (struct poe_wheel_run_plan){
			.command = "cat", .redirect_stdin = { .path = path(p) } });
	} else if (parity_on(ev, "A closed")) {
		drop(p);
		unlink(path(p));
	}
}

static void paused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p, "echo one");
		poe_wheel_run_pause_stdout(p->run);
		poe_delay(p->kernel, "resume", 0.05);
	} else if (parity_on(ev, "A resume")) {
		poe_wheel_run_resume_stdout(p->run);
	}
	drop_when_closed(p, ev);
}

static void filters(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, (struct poe_wheel_run_plan){
			.command = "tr ab xy",
			.stdin_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "!" }),
			.stdout_filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "y" }) });
		poe_wheel_run_put(p->run, poe_str("cab"), poe_str("xb"));
		poe_wheel_run_put(p->run, poe_str("a"));
		poe_delay(p->kernel, "shut", 0.02);
	} else if (parity_on(ev, "A shut")) {
		poe_wheel_run_shutdown_stdin(p->run);
	}
	drop_when_closed(p, ev);
}

static void event_changed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p, "echo one; read x; echo two");
	} else if (parity_on(ev, "A out")) {
		poe_wheel_run_event(p->run, "stdout", "other");
		go(p);
	}
	drop_when_closed(p, ev);
}

static void input_refused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start(p, "exec <&-; echo closed; exec sleep 0.1");
	else if (parity_on(ev, "A out"))
		poe_wheel_run_put(p->run, poe_str("nobody reads this"));
	else if (parity_on(ev, "A error"))
		drop(p);
}

static void ids_and_pids(struct parity *p, struct poe_event *ev)
{
	struct poe_wheel_run *first;

	if (!parity_on(ev, "A _start"))
		return;
	start(p, "exit 0");
	first = p->run;
	start(p, "exit 0");
	parity_note("%s", poe_wheel_run_id(first) != poe_wheel_run_id(p->run) ? "ids differ" : "same id");
	parity_note("%s", poe_wheel_run_pid(first) > 0 && poe_wheel_run_pid(first) != poe_wheel_run_pid(p->run) ?
			  "pids differ" : "same pid");
	poe_wheel_run_free(first);
	drop(p);
}

static void terminal(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){
			.command = "tty >/dev/null && echo a terminal; stty size; read x; echo \"heard $x\"; read x",
			.conduit = POE_CONDUIT_PTY, .rows = 20, .columns = 70, .error_event = "" });
	else if (is_output(ev, "20 70"))
		poe_wheel_run_put(p->run, poe_str("hello"));
	else if (is_output(ev, "heard hello"))
		drop(p);
}

static void terminal_and_pipe(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){
			.command = "test -t 2 || echo no terminal >&2; read x; test -t 1 && echo a terminal; read x",
			.conduit = POE_CONDUIT_PTY_PIPE, .stderr_event = "err", .error_event = "" });
	else if (parity_on(ev, "A err"))
		go(p);
	else if (parity_on(ev, "A out"))
		drop(p);
}

static void end_of_a_terminal(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		start_as(p, (struct poe_wheel_run_plan){ .command = "echo one", .conduit = POE_CONDUIT_PTY });
	drop_when_closed(p, ev);
}

#define USUAL "A: _start out/.x error/.e.x. closed/x _stop"

static const struct parity_scenario scenarios[] = {
	{ "output", USUAL, output, NULL },
	{ "both_outputs", "A: _start out/.x err/.x closed/x _stop", both_outputs, NULL },
	{ "input_and_output", "A: _start in/x out/.x error/.e.x. closed/x _stop", input_and_output, NULL },
	{ "shut_down_with_input_pending", "A: _start out/.x closed/x _stop", shut_down_with_input_pending, NULL },
	{ "program_and_arguments", USUAL, program_and_arguments, NULL },
	{ "closed_and_then_ended", "A: _start out/.x closed/x ended/.x.x _stop", closed_and_then_ended, NULL },
	{ "ended_and_then_closed", "A: _start out/.x closed/x ended/.x.x _stop", ended_and_then_closed, NULL },
	{ "wheel_freed_before_it_ends", "A: _start out/.x ended/.x.x _stop", wheel_freed_before_it_ends, NULL },
	{ "killed", "A: _start out/.x ended/.x.x _stop", killed, NULL },
	{ "killed_by_name", "A: _start out/.x ended/.x.x _stop", killed_by_name, NULL },
	{ "freed_in_output", "A: _start out/.x closed/x _stop", freed_in_output, NULL },
	{ "no_such_program", USUAL, no_such_program, NULL },
	{ "function", "A: _start out/.x closed/x _stop", function, NULL },
	{ "function_result", "A: _start out/.x closed/x ended/.x.x _stop", function_result, NULL },
	{ "output_to_a_file", "A: _start ended/.x.x _stop", output_to_a_file, NULL },
	{ "input_from_a_file", "A: _start out/.x closed/x _stop", input_from_a_file, NULL },
	{ "paused", "A: _start out/.x resume closed/x _stop", paused, NULL },
	{ "filters", "A: _start shut out/.x closed/x _stop", filters, NULL },
	{ "event_changed", "A: _start out/.x other/.x closed/x _stop", event_changed, NULL },
	{ "input_refused", "A: _start out/.x error/.e.x. _stop", input_refused, NULL },
	{ "ids_and_pids", "A: _start _stop", ids_and_pids, NULL },
	{ "terminal", "A: _start out/.x _stop", terminal, NULL },
	{ "terminal_and_pipe", "A: _start out/.x err/.x _stop", terminal_and_pipe, NULL },
	{ "end_of_a_terminal", USUAL, end_of_a_terminal, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
