/*
 * A terminal is opened anew: whether reading it waits is a matter of the opening,
 * and the program's standard output, and its shell, may share the one it has.
 * What cannot be opened anew, a pipe or another user's terminal, is shared, and
 * set back in the end.
 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_anew(int fd, int flags)
{
	char path[32];

	if (!isatty(fd))
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, flags | O_NOCTTY | O_CLOEXEC);
}

static int open_in(struct readline_terminal *t, int fd)
{
	t->in = open_anew(fd, O_RDONLY | O_NONBLOCK);
	if (t->in >= 0)
		return 0;
	t->in = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	t->flags = fcntl(fd, F_GETFL);
	return t->in >= 0 ? 0 : -1;
}

static int open_out(struct readline_terminal *t, int fd)
{
	t->out = open_anew(fd, O_WRONLY);
	if (t->out < 0)
		t->out = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return t->out >= 0 ? 0 : -1;
}

int readline_terminal_open(struct readline_terminal *t, int in, int out)
{
	int error_num;

	*t = (struct readline_terminal){ .in = -1, .out = -1, .flags = -1 };
	if (open_in(t, in) == 0 && open_out(t, out) == 0) {
		t->is_terminal = isatty(t->in) && isatty(t->out);
		return 0;
	}
	error_num = errno;
	readline_terminal_close(t);
	errno = error_num;
	return -1;
}

void readline_terminal_close(struct readline_terminal *t)
{
	if (t->in >= 0 && t->flags >= 0)
		fcntl(t->in, F_SETFL, t->flags);
	if (t->in >= 0)
		close(t->in);
	if (t->out >= 0)
		close(t->out);
	t->in = t->out = -1;
}

int readline_terminal_size(const struct readline_terminal *t, int *columns, int *rows)
{
	struct winsize size;

	if (ioctl(t->out, TIOCGWINSZ, &size) < 0) {
		errno = ENOTTY;
		return -1;
	}
	*columns = size.ws_col;
	*rows = size.ws_row;
	return 0;
}

int readline_terminal_write(const struct readline_terminal *t, const char *octets, unsigned length)
{
	ssize_t n;

	for (unsigned done = 0; done < length; done += (unsigned)n) {
		do
			n = write(t->out, octets + done, length - done);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return -1;
	}
	return 0;
}
