/* Signals: a program's own, the system's, and the end of child processes. */
#include "trial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void see(struct poe_event *ev)
{
	trial_see(ev->heap);
}

static void send_own(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_sig(ev->kernel, "HELLO", "hello", poe_str("registered")) == 0);
	trial_check(me, poe_sig(ev->kernel, "HELLO", "hello", poe_str("registered anew")) == 0);
	trial_check(me, poe_signal(ev->kernel, ev->session, "HELLO", poe_str("sent"), trial_object(me)) == 0);
}

static const struct poe_state own_states[] = {
	{ "_start", send_own },
	{ "hello(sso*)", see },
	{ 0 },
};

static void signal_own(struct trial *t)
{
	trial_hope(t, 1);
	trial_session(t, own_states, t);
	trial_go(t);
}

/* A watch for a signal keeps nobody: a second's delay does until it comes. */
static void send_os(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	if (trial_must(me, poe_sig(ev->kernel, "USR1", "usr1") == 0) &&
	    trial_must(me, poe_delay_add(ev->kernel, "too_late", 1) == 0))
		raise(SIGUSR1);
}

static void got_os(struct poe_event *ev)
{
	trial_see(ev->heap);
	poe_sig_clear(ev->kernel, "USR1");
	poe_alarm_remove_all(ev->kernel);
}

static const struct poe_state os_states[] = {
	{ "_start", send_os },
	{ "usr1(s)", got_os },
	{ 0 },
};

static void signal_os(struct trial *t)
{
	trial_hope(t, 1);
	trial_session(t, os_states, t);
	trial_go(t);
}

/* A process that nobody could ask for is reaped by the trial. */
static void wait_for(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	pid_t pid = (pid_t)poe_arg_int(ev, 0);

	if (trial_check(me, poe_sig_child(ev->kernel, pid, "ended", poe_str("registered")) == 0))
		me->owed++;
}

static void ended(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	me->owed--;
	if (poe_arg_int(ev, 2) == 3 << 8)
		trial_see(me);
}

static const struct poe_state waiting_states[] = {
	{ "_start(i)", wait_for },
	{ "ended(siis)", ended },
	{ 0 },
};

static void wait_for_child(struct trial *t)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(3);
	trial_hope(t, 2);
	for (int i = 0; i < 2; i++)
		trial_check(t, poe_session_create(t->kernel, &(struct poe_session_plan){
			.states = waiting_states, .heap = t, .args = poe_list(poe_int(pid)) }).v != 0);
	trial_go(t);
	waitpid(pid, NULL, 0);
}

const struct scenario scenarios_signal[] = {
	{ "a_signal_of_ones_own_is_heard", signal_own, POE_CLOCK_VIRTUAL, 0 },
	{ "a_signal_of_the_system_is_heard", signal_os, POE_CLOCK_REAL, 0 },
	{ "two_sessions_hear_of_a_process_end", wait_for_child, POE_CLOCK_REAL, 0 },
	{ 0 },
};
