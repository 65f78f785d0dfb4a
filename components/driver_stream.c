/*
 * The stream driver: plain system calls, and which of them suits which
 * descriptor.  After POE::Driver::SysRW, but no signal ever comes of a write.
 */
#include <poe/driver.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct stream {
	struct poe_driver driver;
	int fd; /* the wheel's */
};

static ssize_t socket_read(struct poe_driver *d, void *data, size_t length)
{
	const struct stream *s = (const struct stream *)d;
	ssize_t n;

	do
		n = recv(s->fd, data, length, 0);
	while (n < 0 && errno == EINTR);
	return n;
}

static ssize_t socket_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	const struct stream *s = (const struct stream *)d;
	struct msghdr message = { .msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count };
	ssize_t n;

	do
		n = sendmsg(s->fd, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n;
}

static ssize_t plain_read(struct poe_driver *d, void *data, size_t length)
{
	const struct stream *s = (const struct stream *)d;
	ssize_t n;

	do
		n = read(s->fd, data, length);
	while (n < 0 && errno == EINTR);
	return n;
}

static ssize_t plain_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	const struct stream *s = (const struct stream *)d;
	ssize_t n;

	do
		n = writev(s->fd, parts, count);
	while (n < 0 && errno == EINTR);
	return n;
}

/* A pipe has no MSG_NOSIGNAL: the signal is held back, and taken in if it was this write's. */
static ssize_t pipe_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	static const struct timespec now = { 0 };
	sigset_t pipe_only, old, pending;
	ssize_t n;
	int error_num;

	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe_only, &old);
	n = plain_write(d, parts, count);
	error_num = errno;
	if (n < 0 && error_num == EPIPE && !sigismember(&pending, SIGPIPE))
		sigtimedwait(&pipe_only, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error_num;
	return n;
}

static size_t stream_pending(const struct poe_driver *d)
{
	(void)d;
	return 0;
}

static void stream_free(struct poe_driver *d)
{
	free(d);
}

static const struct poe_driver_ops socket_ops = {
	.name = "stream",
	.read = socket_read,
	.write = socket_write,
	.pending = stream_pending,
	.free = stream_free,
};

static const struct poe_driver_ops pipe_ops = {
	.name = "stream",
	.read = plain_read,
	.write = pipe_write,
	.pending = stream_pending,
	.free = stream_free,
};

static const struct poe_driver_ops plain_ops = {
	.name = "stream",
	.read = plain_read,
	.write = plain_write,
	.pending = stream_pending,
	.free = stream_free,
};

static const struct poe_driver_ops *ops_for(mode_t mode)
{
	if (S_ISSOCK(mode))
		return &socket_ops;
	return S_ISFIFO(mode) ? &pipe_ops : &plain_ops;
}

static struct poe_driver *stream_new(int fd, const struct poe_driver_ops *ops)
{
	struct stream *s = malloc(sizeof *s);

	if (s == NULL)
		return NULL;
	*s = (struct stream){ .driver = { ops }, .fd = fd };
	return &s->driver;
}

struct poe_driver *poe_driver_stream(int fd)
{
	struct stat kind;

	return fstat(fd, &kind) == 0 ? stream_new(fd, ops_for(kind.st_mode)) : NULL;
}

struct poe_driver *poe_driver_socket(int fd)
{
	return stream_new(fd, &socket_ops);
}

void poe_driver_free(struct poe_driver *d)
{
	if (d != NULL)
		d->ops->free(d);
}

int poe_driver_wants(const struct poe_driver *d, int modes)
{
	int wanted = 0;

	if (d->ops->wants == NULL)
		return modes;
	if (modes & POE_READ)
		wanted |= d->ops->wants(d, POE_READ);
	if (modes & POE_WRITE)
		wanted |= d->ops->wants(d, POE_WRITE);
	return wanted;
}
