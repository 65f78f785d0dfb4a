/* What is done in a callback with a second process: one is made, or ends where this one must not. */
#include "stage.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char *stage_fork_and_exit(struct stage *s, struct poe_event *ev)
{
	int status = -1;
	pid_t pid = fork();

	(void)ev;
	if (pid == 0)
		_exit(7);
	stage_check(s, waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7,
		    "the process has not ended well");
	return NULL;
}

static void fork_copy(struct stage *s)
{
	pid_t pid = fork();

	if (pid == 0)
		s->is_copy = true;
	else
		s->forked = pid;
}

/* The copy ends its kernel, and comes back from poe_run to free it. */
const char *stage_fork_and_stop(struct stage *s, struct poe_event *ev)
{
	fork_copy(s);
	if (s->is_copy)
		poe_kernel_stop(ev->kernel);
	return NULL;
}

/* Both play to the end, with the same sockets. */
const char *stage_fork_and_go_on(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	fork_copy(s);
	return NULL;
}

/* In another process, as it ends there: no core file, no words. */
static void check_refused(struct stage *s, void (*act)(struct poe_kernel *k), const char *what)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		signal(SIGABRT, SIG_DFL);
		dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDERR_FILENO);
		act(s->kernel);
		_exit(0);
	}
	stage_check(s, waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, what);
}

static void run_slice(struct poe_kernel *k)
{
	poe_run_one_timeslice(k);
}

const char *stage_run_inside(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	check_refused(s, run_slice, "a round within a round was not refused");
	return NULL;
}

const char *stage_free_kernel(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	check_refused(s, poe_kernel_free, "a kernel was freed within a handler");
	return NULL;
}
