/* Signals: a program's own, the system's, and the end of child processes. */
#include "trial.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CROWD = 270 }; /* more than a chunk of the queue */

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

static void add_waiter(struct trial *t, pid_t pid)
{
	trial_check(t, poe_session_create(t->kernel, &(struct poe_session_plan){
		.states = waiting_states, .heap = t, .args = poe_list(poe_int(pid)) }).v != 0);
}

static void wait_for_child(struct trial *t)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(3);
	trial_hope(t, 2);
	add_waiter(t, pid);
	add_waiter(t, pid);
	trial_go(t);
	waitpid(pid, NULL, 0);
}

/*
 * So many that the queue must grow for what they are told all at once.  They
 * come in batches, so that it has not grown for them already; the process lives
 * until the last one is there.
 */
struct crowd {
	struct trial *trial;
	pid_t pid;
	int leash; /* the process ends when this is closed */
	int waiters;
};

static void add_batch(struct poe_event *ev)
{
	struct crowd *me = ev->heap;

	for (int i = 0; i < CROWD / 3; i++)
		add_waiter(me->trial, me->pid);
	me->waiters += CROWD / 3;
	if (me->waiters < CROWD && trial_check(me->trial, poe_yield(ev->kernel, "batch") == 0))
		return;
	close(me->leash);
	me->leash = -1;
}

static const struct poe_state crowd_states[] = {
	{ "_start", add_batch },
	{ "batch", add_batch },
	{ 0 },
};

static void live_on_leash(const int ends[2])
{
	char octet;

	close(ends[1]);
	if (read(ends[0], &octet, 1) == 0)
		_exit(3);
	_exit(4);
}

static void wait_in_a_crowd(struct trial *t)
{
	struct crowd c = { .trial = t };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return;
	c.leash = ends[1];
	c.pid = fork();
	if (c.pid == 0)
		live_on_leash(ends);
	close(ends[0]);
	trial_hope(t, CROWD);
	trial_session(t, crowd_states, &c);
	trial_go(t);
	if (c.leash != -1)
		close(c.leash);
	waitpid(c.pid, NULL, 0);
}

const struct scenario scenarios_signal[] = {
	{ "a_signal_of_ones_own_is_heard", signal_own, POE_CLOCK_VIRTUAL, 0 },
	{ "a_signal_of_the_system_is_heard", signal_os, POE_CLOCK_REAL, 0 },
	{ "two_sessions_hear_of_a_process_end", wait_for_child, POE_CLOCK_REAL, 0 },
	{ "a_crowd_hears_of_a_process_end", wait_in_a_crowd, POE_CLOCK_REAL, 0 },
	{ 0 },
};
