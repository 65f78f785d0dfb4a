/*
 * Pipes, terminals and redirections.  No descriptor here is below 3: should
 * this program run without one of those, what takes its place would be in the
 * way when the child gets its own.
 */
#include "plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int failed(const char **function, const char *what)
{
	*function = what;
	return -1;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The same descriptor, or in its place a copy above 2; -1, and it is closed. */
static int above_stdio(int fd)
{
	int copy, error_num;

	if (fd < 0 || fd > 2)
		return fd;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	error_num = errno;
	close(fd);
	errno = error_num;
	return copy;
}

int run_pipe(int ends[2])
{
	int error_num;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	ends[0] = above_stdio(ends[0]);
	error_num = errno;
	ends[1] = above_stdio(ends[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	error_num = ends[1] < 0 ? errno : error_num;
	close_end(&ends[0]);
	close_end(&ends[1]);
	errno = error_num;
	return -1;
}

static int open_pipe(struct run_plumbing *p, enum run_stream_name stream, const char **function)
{
	int ends[2];

	if (run_pipe(ends) < 0)
		return failed(function, "pipe");
	p->theirs[stream] = ends[stream == RUN_STDIN ? 0 : 1];
	p->ours[stream] = ends[stream == RUN_STDIN ? 1 : 0];
	return 0;
}

static int copy_end(struct run_plumbing *p, enum run_stream_name stream, int fd, const char **function)
{
	p->theirs[stream] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return p->theirs[stream] >= 0 ? 0 : failed(function, "dup");
}

/* As POE sets it: octets go through as they are, and nothing is echoed. */
static int set_terminal(int fd, const struct poe_wheel_run_plan *plan)
{
	const struct winsize size = { .ws_row = (unsigned short)plan->rows,
				      .ws_col = (unsigned short)plan->columns };
	struct termios mode;

	if (tcgetattr(fd, &mode) < 0)
		return -1;
	cfmakeraw(&mode);
	if (tcsetattr(fd, TCSANOW, &mode) < 0)
		return -1;
	return plan->rows > 0 ? ioctl(fd, TIOCSWINSZ, &size) : 0;
}

/* The child's end is open here too until the child has it, so that ours never sees an end before. */
static int open_terminal(struct run_plumbing *p, const struct poe_wheel_run_plan *plan, const char **function)
{
	int fd = above_stdio(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));

	p->ours[RUN_STDOUT] = fd;
	if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 || set_terminal(fd, plan) < 0)
		return failed(function, "openpty");
	errno = ptsname_r(fd, p->terminal, sizeof p->terminal);
	if (errno != 0)
		return failed(function, "openpty");
	p->theirs[RUN_STDIN] = above_stdio(open(p->terminal, O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (p->theirs[RUN_STDIN] < 0)
		return failed(function, "openpty");
	if (copy_end(p, RUN_STDOUT, p->theirs[RUN_STDIN], function) < 0)
		return -1;
	if (plan->stderr_event == NULL)
		return copy_end(p, RUN_STDERR, p->theirs[RUN_STDIN], function);
	return open_pipe(p, RUN_STDERR, function);
}

static int redirect(struct run_plumbing *p, enum run_stream_name stream, const struct poe_redirect *to,
		    const char **function)
{
	int flags = stream == RUN_STDIN ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;

	if (to->fd > 0)
		return copy_end(p, stream, to->fd, function);
	p->theirs[stream] = above_stdio(open(to->path, flags | O_CLOEXEC, 0666));
	return p->theirs[stream] >= 0 ? 0 : failed(function, "open");
}

bool run_is_redirected(const struct poe_redirect *to)
{
	return to->path != NULL || to->fd > 0;
}

/* Both outputs to one file have one position in it. */
static int open_output(struct run_plumbing *p, const struct poe_wheel_run_plan *plan, const char **function)
{
	if (run_is_redirected(&plan->redirect_output)) {
		if (redirect(p, RUN_STDOUT, &plan->redirect_output, function) < 0)
			return -1;
		return copy_end(p, RUN_STDERR, p->theirs[RUN_STDOUT], function);
	}
	if (run_is_redirected(&plan->redirect_stdout) && redirect(p, RUN_STDOUT, &plan->redirect_stdout, function) < 0)
		return -1;
	if (plan->stdout_event != NULL && open_pipe(p, RUN_STDOUT, function) < 0)
		return -1;
	if (run_is_redirected(&plan->redirect_stderr) && redirect(p, RUN_STDERR, &plan->redirect_stderr, function) < 0)
		return -1;
	return plan->stderr_event != NULL ? open_pipe(p, RUN_STDERR, function) : 0;
}

static int open_input(struct run_plumbing *p, const struct poe_wheel_run_plan *plan, const char **function)
{
	if (run_is_redirected(&plan->redirect_stdin))
		return redirect(p, RUN_STDIN, &plan->redirect_stdin, function);
	return plan->no_stdin ? 0 : open_pipe(p, RUN_STDIN, function);
}

static int open_all(struct run_plumbing *p, const struct poe_wheel_run_plan *plan, const char **function)
{
	bool wants_none = plan->no_stdin && plan->stdout_event == NULL && plan->stderr_event == NULL;

	if (plan->conduit != POE_CONDUIT_PIPE)
		return wants_none ? 0 : open_terminal(p, plan, function);
	if (open_input(p, plan, function) < 0)
		return -1;
	return open_output(p, plan, function);
}

static void close_ends(int ends[RUN_STREAMS])
{
	for (int i = 0; i < RUN_STREAMS; i++)
		close_end(&ends[i]);
}

int run_plumbing_open(struct run_plumbing *p, const struct poe_wheel_run_plan *plan, const char **function)
{
	int error_num;

	memset(p->ours, -1, sizeof p->ours);
	memset(p->theirs, -1, sizeof p->theirs);
	p->terminal[0] = '\0';
	if (open_all(p, plan, function) == 0)
		return 0;
	error_num = errno;
	run_plumbing_close_ours(p);
	run_plumbing_close_theirs(p);
	errno = error_num;
	return -1;
}

void run_plumbing_close_theirs(struct run_plumbing *p)
{
	close_ends(p->theirs);
}

void run_plumbing_close_ours(struct run_plumbing *p)
{
	close_ends(p->ours);
}
