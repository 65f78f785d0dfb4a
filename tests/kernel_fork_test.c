/* A process that forks, with a kernel in it. */
#include "harness.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void watch_pipe(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->watch = poe_select_read(ev->kernel, h->pipe[0], "ready");
	poe_yield(ev->kernel, "tick");
}

static void read_and_end(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	char octet;

	assert_int_equal(read(h->pipe[0], &octet, 1), 1);
	poe_watch_free(h->watch);
	harness_record(ev);
}

static const struct poe_state states[] = {
	{ "_start", watch_pipe }, { "tick", harness_record }, { "ready", read_and_end }, { "_stop", harness_record }, { 0 }
};

static void run_with_an_octet(struct harness *h)
{
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
	harness_run(h);
}

static void assert_exits_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Had they one epoll set between them, the child's end would take the parent's watch away. */
static void kernel_goes_on_in_both_processes(void **state)
{
	struct harness *h = *state;
	pid_t pid;

	harness_pipe(h);
	harness_session(h, NULL, states);
	while (h->text[0] == '\0')
		poe_run_one_timeslice(h->kernel);
	pid = fork();
	if (pid == 0) {
		run_with_an_octet(h);
		_exit(strcmp(h->text, "tick ready _stop") != 0);
	}
	assert_exits_well(pid);
	run_with_an_octet(h);
	assert_recorded(h, "tick ready _stop");
}

static void fork_here(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	h->number = fork();
	if (h->number == 0)
		poe_kernel_stop(ev->kernel);
	harness_tell(ev, "forked");
}

static void set_timer(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "later", .01);
	poe_yield(ev->kernel, "fork");
}

/* POE's own idiom: the child stops the kernel it has inherited. */
static void child_may_stop_its_kernel_and_the_parent_goes_on(void **state)
{
	static const struct poe_state forking[] = {
		{ "_start", set_timer }, { "fork", fork_here }, { "later", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_session(h, NULL, forking);
	harness_run(h);
	if (h->number == 0)
		_exit(strcmp(h->text, "forked") != 0);
	assert_exits_well((pid_t)h->number);
	assert_recorded(h, "forked later");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(kernel_goes_on_in_both_processes),
		HARNESS_TEST_REAL(kernel_goes_on_in_both_processes),
		HARNESS_TEST(child_may_stop_its_kernel_and_the_parent_goes_on),
		HARNESS_TEST_REAL(child_may_stop_its_kernel_and_the_parent_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
