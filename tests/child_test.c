#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that ends with this status: at once, or (-1) never. */
static pid_t process(int status)
{
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid != 0)
		return pid;
	if (status >= 0)
		_exit(status);
	for (;;)
		pause();
}

/* Waits until the process is dead, and leaves it to be reaped. */
static void await_death(pid_t pid)
{
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void assert_reaped(pid_t pid)
{
	errno = 0;
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void wait_for_one(struct poe_event *ev)
{
	assert_int_equal(poe_sig_child(ev->kernel, (pid_t)harness_of(ev)->number, "ended", poe_str("own")), 0);
}

static void record_end(struct poe_event *ev)
{
	int status = (int)poe_arg_int(ev, 2);

	assert_int_equal(poe_arg_int(ev, 1), harness_of(ev)->number);
	assert_int_equal(ev->sender.v, poe_kernel_address(ev->kernel).v);
	harness_tell(ev, "%s %s%d %s", poe_arg_str(ev, 0), WIFEXITED(status) ? "exit" : "signal",
		     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), poe_arg_str(ev, 3));
}

static const struct poe_state states[] = {
	{ "_start", wait_for_one }, { "ended(siis)", record_end }, { "_stop", harness_record }, { 0 }
};

static void ended_process_is_reaped_and_told_of(void **state)
{
	struct harness *h = *state;

	h->number = process(7);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "CHLD exit7 own _stop");
	assert_reaped((pid_t)h->number);
}

static void process_already_dead_is_told_of_too(void **state)
{
	struct harness *h = *state;

	h->number = process(3);
	await_death((pid_t)h->number);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "CHLD exit3 own _stop");
}

static void killed_process_has_its_signal(void **state)
{
	struct harness *h = *state;

	h->number = process(-1);
	harness_session(h, NULL, states);
	kill((pid_t)h->number, SIGKILL);
	harness_run(h);
	assert_recorded(h, "CHLD signal9 own _stop");
}

static void several_sessions_may_wait_for_one_process(void **state)
{
	struct harness *h = *state;

	h->number = process(0);
	harness_session(h, "a", states);
	harness_session(h, "b", states);
	harness_run(h);
	assert_recorded(h, "a:CHLD exit0 own b:CHLD exit0 own b:_stop a:_stop");
}

static void unwatched_process_is_not_reaped(void **state)
{
	struct harness *h = *state;
	pid_t other = process(5);
	int status;

	await_death(other);
	h->number = process(0);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_int_equal(waitpid(other, &status, WNOHANG), other);
	assert_int_equal(WEXITSTATUS(status), 5);
}

static void wait_and_clear(struct poe_event *ev)
{
	pid_t pid = (pid_t)harness_of(ev)->number;

	wait_for_one(ev);
	assert_int_equal(poe_sig_child_clear(ev->kernel, pid), 0);
	errno = 0;
	assert_int_equal(poe_sig_child_clear(ev->kernel, pid), -1);
	assert_int_equal(errno, ESRCH);
}

static void cleared_wait_leaves_the_process_alone(void **state)
{
	static const struct poe_state clearing[] = { { "_start", wait_and_clear }, { "ended", harness_record }, { 0 } };
	struct harness *h = *state;

	h->number = process(1);
	await_death((pid_t)h->number);
	harness_session(h, NULL, clearing);
	harness_run(h);
	assert_recorded(h, "");
	assert_int_equal(waitpid((pid_t)h->number, NULL, WNOHANG), h->number);
}

static void wait_again(struct poe_event *ev)
{
	pid_t pid = (pid_t)harness_of(ev)->number;

	assert_int_equal(poe_sig_child(ev->kernel, pid, "old", harness_object(harness_of(ev))), 0);
	assert_int_equal(poe_sig_child(ev->kernel, pid, "new", harness_object(harness_of(ev))), 0);
	assert_int_equal(harness_of(ev)->released, 1);
}

static void waiting_again_replaces(void **state)
{
	static const struct poe_state twice[] = { { "_start", wait_again }, { "old", harness_record }, { "new", harness_record }, { 0 } };
	struct harness *h = *state;

	h->number = process(0);
	harness_session(h, NULL, twice);
	harness_run(h);
	assert_recorded(h, "new");
	assert_int_equal(h->released, 2);
}

static void wait_badly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	struct poe_value values[63];

	for (int i = 0; i < 63; i++)
		values[i] = i < 62 ? poe_int(i) : poe_none();
	errno = 0;
	assert_int_equal(poe_sig_child(ev->kernel, getpid(), "e", harness_object(h)), -1);
	assert_int_equal(errno, ECHILD);
	errno = 0;
	assert_int_equal(poe_sig_child(ev->kernel, 0, "e", harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_sig_child(ev->kernel, (pid_t)h->number, "", harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_sig_childv(ev->kernel, (pid_t)h->number, "e", values), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 3);
}

static void bad_wait_is_refused(void **state)
{
	static const struct poe_state bad[] = { { "_start", wait_badly }, { 0 } };
	struct harness *h = *state;

	h->number = process(0);
	harness_session(h, NULL, bad);
	errno = 0;
	assert_int_equal(poe_sig_child(h->kernel, (pid_t)h->number, "e"), -1);
	assert_int_equal(errno, ESRCH);
	harness_run(h);
	assert_int_equal(waitpid((pid_t)h->number, NULL, 0), h->number);
}

static void stopped_session_waits_no_more(void **state)
{
	struct harness *h = *state;

	h->number = process(-1);
	harness_session(h, NULL, states);
	poe_kernel_stop(h->kernel);
	harness_run(h);
	assert_recorded(h, "_stop");
	kill((pid_t)h->number, SIGKILL);
	assert_int_equal(waitpid((pid_t)h->number, NULL, 0), h->number);
}

enum { MANY = 1000 };

static void wait_for_many(struct poe_event *ev)
{
	for (int i = 0; i < MANY; i++) {
		pid_t pid = process(i & 127);

		assert_int_equal(poe_sig_child(ev->kernel, pid, "ended", poe_int(i & 127)), 0);
	}
}

static void count_end(struct poe_event *ev)
{
	assert_int_equal(WEXITSTATUS((int)poe_arg_int(ev, 2)), poe_arg_int(ev, 3));
	harness_of(ev)->number++;
}

static void thousand_processes_give_a_thousand_events(void **state)
{
	static const struct poe_state many[] = { { "_start", wait_for_many }, { "ended(siii)", count_end }, { 0 } };
	struct rlimit limit;
	struct harness *h = *state;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < MANY + 200)
		skip();
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	harness_session(h, NULL, many);
	harness_run(h);
	assert_int_equal(h->number, MANY);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* As setrlimit counts: so many descriptors, those open among them. */
static struct rlimit limit_descriptors(rlim_t most)
{
	struct rlimit old, few;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = (struct rlimit){ most, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	return old;
}

static void a_thousand_processes_do_with_256_descriptors(void **state)
{
	static const struct poe_state many[] = { { "_start", wait_for_many }, { "ended(siii)", count_end }, { 0 } };
	struct rlimit old = limit_descriptors(256);
	struct harness *h = *state;

	harness_session(h, NULL, many);
	harness_run(h);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(h->number, MANY);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Waits while no descriptor can be had at all; the rest of the time they can. */
static void wait_without_descriptors(struct poe_event *ev)
{
	int next = dup(0);
	struct rlimit old;

	close(next);
	old = limit_descriptors((rlim_t)next);
	wait_for_one(ev);
	setrlimit(RLIMIT_NOFILE, &old);
}

static const struct poe_state poor_states[] = {
	{ "_start", wait_without_descriptors }, { "ended(siis)", record_end }, { "_stop", harness_record }, { 0 }
};

static void without_a_descriptor_a_process_is_asked(void **state)
{
	struct harness *h = *state;

	h->number = process(7);
	harness_session(h, NULL, poor_states);
	harness_run(h);
	assert_recorded(h, "CHLD exit7 own _stop");
	assert_reaped((pid_t)h->number);
}

static int count_pidfds(void)
{
	char path[32], what[64];
	int count = 0;

	for (int fd = 0; fd < 256; fd++) {
		ssize_t n;

		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		n = readlink(path, what, sizeof what - 1);
		what[n > 0 ? n : 0] = '\0';
		count += strstr(what, "pidfd") != NULL;
	}
	return count;
}

static void wait_a_little_too(struct poe_event *ev)
{
	wait_without_descriptors(ev);
	assert_int_equal(count_pidfds(), 0);
	poe_delay_set(ev->kernel, "later", .1);
}

static void count_and_kill(struct poe_event *ev)
{
	assert_int_equal(count_pidfds(), 1);
	kill((pid_t)harness_of(ev)->number, SIGKILL);
}

static void asked_process_gets_a_descriptor_when_there_is_one(void **state)
{
	static const struct poe_state patient[] = {
		{ "_start", wait_a_little_too }, { "later", count_and_kill }, { "ended(siis)", record_end }, { 0 }
	};
	struct harness *h = *state;

	h->number = process(-1);
	harness_session(h, NULL, patient);
	harness_run(h);
	assert_recorded(h, "CHLD signal9 own");
}

static void clear_what_was_asked(struct poe_event *ev)
{
	wait_without_descriptors(ev);
	assert_int_equal(poe_sig_child_clear(ev->kernel, (pid_t)harness_of(ev)->number), 0);
}

static void cleared_wait_is_asked_about_no_more(void **state)
{
	static const struct poe_state clearing[] = { { "_start", clear_what_was_asked }, { "ended", harness_record }, { 0 } };
	struct harness *h = *state;

	h->number = process(1);
	await_death((pid_t)h->number);
	harness_session(h, NULL, clearing);
	harness_run(h);
	assert_recorded(h, "");
	assert_int_equal(waitpid((pid_t)h->number, NULL, WNOHANG), h->number);
}

static void fork_another(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	wait_for_one(ev);
	h->sid.v = (uint64_t)process(-1);
	kill((pid_t)h->number, SIGKILL);
}

/* A process forked in between has the same descriptors, and is nobody's to wait for. */
static void process_forked_in_between_changes_nothing(void **state)
{
	static const struct poe_state forking[] = {
		{ "_start", fork_another }, { "ended(siis)", record_end }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	h->number = process(-1);
	harness_session(h, NULL, forking);
	harness_run(h);
	assert_recorded(h, "CHLD signal9 own _stop");
	assert_int_equal(waitpid((pid_t)h->sid.v, NULL, WNOHANG), 0);
	kill((pid_t)h->sid.v, SIGKILL);
	assert_int_equal(waitpid((pid_t)h->sid.v, NULL, 0), (pid_t)h->sid.v);
}

static void reap_quietly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	struct poe_child *child = poe_child_new(ev->kernel, (pid_t)h->number);

	assert_non_null(child);
	poe_child_free(child);
}

static void process_of_a_component_is_reaped_and_holds_nobody(void **state)
{
	static const struct poe_state quiet[] = { { "_start", reap_quietly }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;
	pid_t long_lived = process(-1);

	h->number = long_lived;
	harness_session(h, NULL, quiet);
	harness_run(h);
	assert_recorded(h, "_stop");
	kill(long_lived, SIGKILL);
	await_death(long_lived);
	h->number = process(0);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_reaped(long_lived);
}

static void wait_and_reap(struct poe_event *ev)
{
	reap_quietly(ev);
	wait_for_one(ev);
	assert_int_equal(poe_sig_child_clear(ev->kernel, (pid_t)harness_of(ev)->number), 0);
	wait_for_one(ev);
	reap_quietly(ev);
}

static void component_and_session_may_want_one_process(void **state)
{
	static const struct poe_state both[] = {
		{ "_start", wait_and_reap }, { "ended(siis)", record_end }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	h->number = process(6);
	harness_session(h, NULL, both);
	harness_run(h);
	assert_recorded(h, "CHLD exit6 own _stop");
}

static void kill_by_component(struct poe_event *ev)
{
	struct poe_child *child = poe_child_new(ev->kernel, (pid_t)harness_of(ev)->number);

	wait_for_one(ev);
	assert_int_equal(poe_child_kill(child, SIGTERM), 0);
	harness_of(ev)->sid.v = (uint64_t)(uintptr_t)child;
}

static void kill_the_dead(struct poe_event *ev)
{
	struct poe_child *child = (struct poe_child *)(uintptr_t)harness_of(ev)->sid.v;

	record_end(ev);
	errno = 0;
	assert_int_equal(poe_child_kill(child, SIGTERM), -1);
	assert_int_equal(errno, ESRCH);
	poe_child_free(child);
}

static void component_kills_no_other_process_than_its_own(void **state)
{
	static const struct poe_state killing[] = {
		{ "_start", kill_by_component }, { "ended(siis)", kill_the_dead }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	h->number = process(-1);
	harness_session(h, NULL, killing);
	harness_run(h);
	assert_recorded(h, "CHLD signal15 own _stop");
}

static void component_cannot_have_what_is_no_child(void **state)
{
	struct harness *h = *state;

	assert_null(poe_child_new(h->kernel, getpid()));
	assert_int_equal(errno, ECHILD);
	assert_null(poe_child_new(h->kernel, 0));
	assert_int_equal(errno, EINVAL);
	poe_child_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST_REAL(ended_process_is_reaped_and_told_of),
		HARNESS_TEST(ended_process_is_reaped_and_told_of),
		HARNESS_TEST_REAL(process_already_dead_is_told_of_too),
		HARNESS_TEST_REAL(killed_process_has_its_signal),
		HARNESS_TEST_REAL(several_sessions_may_wait_for_one_process),
		HARNESS_TEST_REAL(unwatched_process_is_not_reaped),
		HARNESS_TEST_REAL(cleared_wait_leaves_the_process_alone),
		HARNESS_TEST_REAL(waiting_again_replaces),
		HARNESS_TEST_REAL(bad_wait_is_refused),
		HARNESS_TEST_REAL(stopped_session_waits_no_more),
		HARNESS_TEST_REAL(thousand_processes_give_a_thousand_events),
		HARNESS_TEST_REAL(a_thousand_processes_do_with_256_descriptors),
		HARNESS_TEST_REAL(without_a_descriptor_a_process_is_asked),
		HARNESS_TEST(without_a_descriptor_a_process_is_asked),
		HARNESS_TEST_REAL(asked_process_gets_a_descriptor_when_there_is_one),
		HARNESS_TEST_REAL(cleared_wait_is_asked_about_no_more),
		HARNESS_TEST_REAL(process_forked_in_between_changes_nothing),
		HARNESS_TEST_REAL(process_of_a_component_is_reaped_and_holds_nobody),
		HARNESS_TEST_REAL(component_and_session_may_want_one_process),
		HARNESS_TEST_REAL(component_kills_no_other_process_than_its_own),
		HARNESS_TEST(component_cannot_have_what_is_no_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
