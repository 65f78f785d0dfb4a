/*
 * A child process by fork, for what posix_spawn cannot do: another user, a
 * priority, a function instead of a program.  A pipe that exec closes brings
 * back what went wrong; nothing on it means that all went well.
 */
#include "plumbing.h"
#include "start.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The function's name is in the program's text, which both processes have at one address. */
struct bad_news {
	const char *function;
	int error_num;
};

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* All of these return NULL, or what has failed, with errno. */
static const char *leave_parents_group(const struct run_order *order)
{
	if (order->new_session && setsid() < 0)
		return "setsid";
	if (order->new_group && setpgid(0, 0) < 0)
		return "setpgid";
	if (order->terminal[0] != '\0' && ioctl(order->ends[0], TIOCSCTTY, 0) < 0)
		return "openpty";
	return NULL;
}

/* -1 is a nice value too. */
static const char *change_priority(int by)
{
	int now;

	if (by == 0)
		return NULL;
	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (errno != 0 || setpriority(PRIO_PROCESS, 0, now + by) < 0)
		return "setpriority";
	return NULL;
}

static const char *connect_streams(const struct run_order *order)
{
	for (int i = 0; i < 3; i++)
		if (order->ends[i] >= 0 && dup2(order->ends[i], i) < 0)
			return "dup";
	if (order->close_rest && close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return "close_range";
	return NULL;
}

/* The priority goes first: the user may not be allowed to raise it. */
static const char *become(const struct run_order *order)
{
	const char *failed = leave_parents_group(order);

	if (failed == NULL)
		failed = change_priority(order->priority);
	if (failed == NULL && order->identity != NULL)
		failed = run_identity_take(order->identity);
	return failed != NULL ? failed : connect_streams(order);
}

/* What the parent has printed and not flushed is the parent's to print. */
static void run_code(const struct run_order *order, int news)
{
	int result;

	__fpurge(stdout);
	__fpurge(stderr);
	for (int i = 0; i < 3; i++) {
		close(order->ends[i]);
		close(order->ours[i]);
	}
	close(news);
	if (order->close_rest)
		close_range(3, ~0U, 0);
	result = order->code(order->object);
	fflush(stdout);
	fflush(stderr);
	_exit(result);
}

static void be_child(const struct run_order *order, int news)
{
	struct bad_news bad = { .function = "exec" };
	const char *failed;
	ssize_t told;

	reset_signals();
	failed = become(order);
	if (failed == NULL && order->program == NULL)
		run_code(order, news);
	if (failed == NULL)
		execvp(order->program[0], (char *const *)order->program);
	else
		bad.function = failed;
	bad.error_num = errno;
	told = write(news, &bad, sizeof bad);
	_exit(told == sizeof bad ? 127 : 126);
}

/* Waits until the child is what it shall be; then *bad has no function. */
static void hear(int news, struct bad_news *bad)
{
	size_t length = 0;
	ssize_t n;

	do {
		n = read(news, (char *)bad + length, sizeof *bad - length);
		length += n > 0 ? (size_t)n : 0;
	} while (length < sizeof *bad && (n > 0 || (n < 0 && errno == EINTR)));
	if (length < sizeof *bad)
		bad->function = NULL;
}

static int fail(const char **function, const struct bad_news *bad)
{
	*function = bad->function;
	errno = bad->error_num;
	return -1;
}

/* Our handlers must not run in the child, so signals wait until it has none. */
static pid_t fork_quietly(void)
{
	sigset_t all, old;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid != 0)
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	return pid;
}

int run_fork(const struct run_order *order, pid_t *pid, const char **function)
{
	struct bad_news bad;
	int news[2];

	if (run_pipe(news) < 0)
		return fail(function, &(struct bad_news){ "pipe", errno });
	*pid = fork_quietly();
	if (*pid == 0) {
		close(news[0]);
		be_child(order, news[1]);
	}
	bad = (struct bad_news){ *pid < 0 ? "fork" : NULL, errno };
	close(news[1]);
	if (*pid > 0)
		hear(news[0], &bad);
	close(news[0]);
	if (bad.function == NULL)
		return 0;
	while (*pid > 0 && waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	return fail(function, &bad);
}
