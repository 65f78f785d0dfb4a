/*
 * The stand-ins for system calls.
 */
#include "inject_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int inject_socket(int domain, int type, int protocol);
int inject_bind(int fd, const struct sockaddr *address, socklen_t length);
int inject_listen(int fd, int backlog);
int inject_connect(int fd, const struct sockaddr *address, socklen_t length);
int inject_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int inject_getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int inject_getsockname(int fd, struct sockaddr *address, socklen_t *length);
int inject_setsockopt(int fd, int level, int name, const void *value, socklen_t length);

int inject_socket(int domain, int type, int protocol)
{
	return inject_fails(INJECT_SOCKET) ? -1 : socket(domain, type, protocol);
}

int inject_bind(int fd, const struct sockaddr *address, socklen_t length)
{
	return inject_fails(INJECT_BIND) ? -1 : bind(fd, address, length);
}

int inject_listen(int fd, int backlog)
{
	return inject_fails(INJECT_LISTEN) ? -1 : listen(fd, backlog);
}

/* An interrupted connect goes on behind the caller's back. */
int inject_connect(int fd, const struct sockaddr *address, socklen_t length)
{
	if (!inject_fails(INJECT_CONNECT))
		return connect(fd, address, length);
	if (errno == EINTR) {
		connect(fd, address, length);
		errno = EINTR;
	}
	return -1;
}

int inject_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	return inject_fails(INJECT_ACCEPT4) ? -1 : accept4(fd, address, length, flags);
}

int inject_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	return inject_fails(INJECT_GETSOCKOPT) ? -1 : getsockopt(fd, level, name, value, length);
}

int inject_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
	return inject_fails(INJECT_GETSOCKNAME) ? -1 : getsockname(fd, address, length);
}

int inject_setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	return inject_fails(INJECT_SETSOCKOPT) ? -1 : setsockopt(fd, level, name, value, length);
}

ssize_t inject_recv(int fd, void *octets, size_t length, int flags);
ssize_t inject_read(int fd, void *octets, size_t length);
ssize_t inject_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t inject_writev(int fd, const struct iovec *parts, int count);

ssize_t inject_recv(int fd, void *octets, size_t length, int flags)
{
	ssize_t n = inject_room(INJECT_RECV, length);

	return n < 0 ? -1 : recv(fd, octets, (size_t)n, flags);
}

ssize_t inject_read(int fd, void *octets, size_t length)
{
	ssize_t n = inject_room(INJECT_READ, length);

	return n < 0 ? -1 : read(fd, octets, (size_t)n);
}

/* As much of the first part as may go; all parts if that is no limit. */
ssize_t inject_sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct iovec first = message->msg_iov[0];
	struct msghdr part = { .msg_iov = &first, .msg_iovlen = 1 };
	ssize_t n = inject_room(INJECT_SENDMSG, first.iov_len);

	if (n < 0)
		return -1;
	if ((size_t)n == first.iov_len)
		return sendmsg(fd, message, flags);
	first.iov_len = (size_t)n;
	return sendmsg(fd, &part, flags);
}

ssize_t inject_writev(int fd, const struct iovec *parts, int count)
{
	struct iovec first = parts[0];
	ssize_t n = inject_room(INJECT_WRITEV, first.iov_len);

	if (n < 0)
		return -1;
	if ((size_t)n == first.iov_len)
		return writev(fd, parts, count);
	first.iov_len = (size_t)n;
	return writev(fd, &first, 1);
}

int inject_fcntl(int fd, int command, ...);
long inject_syscall(long number, ...);
int inject_fstat(int fd, struct stat *state);
int inject_waitid(idtype_t type, id_t id, siginfo_t *info, int options);
pid_t inject_waitpid(pid_t pid, int *status, int options);
int inject_sigaction(int number, const struct sigaction *new, struct sigaction *old);
FILE *inject_fopen(const char *path, const char *mode);
ssize_t inject_getrandom(void *octets, size_t length, unsigned flags);

/* What the library gives them is at most one int, and a pid with flags. */
int inject_fcntl(int fd, int command, ...)
{
	va_list args;
	int value = 0;

	va_start(args, command);
	if (command == F_SETFL || command == F_DUPFD_CLOEXEC)
		value = va_arg(args, int);
	va_end(args);
	return inject_fails(INJECT_FCNTL) ? -1 : fcntl(fd, command, value);
}

long inject_syscall(long number, ...)
{
	va_list args;
	int pid, flags;

	va_start(args, number);
	pid = va_arg(args, int);
	flags = va_arg(args, int);
	va_end(args);
	return inject_fails(INJECT_SYSCALL) ? -1 : syscall(number, pid, flags);
}

int inject_fstat(int fd, struct stat *state)
{
	return inject_fails(INJECT_FSTAT) ? -1 : fstat(fd, state);
}

int inject_waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	return inject_fails(INJECT_WAITID) ? -1 : waitid(type, id, info, options);
}

pid_t inject_waitpid(pid_t pid, int *status, int options)
{
	return inject_fails(INJECT_WAITPID) ? -1 : waitpid(pid, status, options);
}

int inject_sigaction(int number, const struct sigaction *new, struct sigaction *old)
{
	return inject_fails(INJECT_SIGACTION) ? -1 : sigaction(number, new, old);
}

FILE *inject_fopen(const char *path, const char *mode)
{
	return inject_fails(INJECT_FOPEN) ? NULL : fopen(path, mode);
}

ssize_t inject_getrandom(void *octets, size_t length, unsigned flags)
{
	return inject_fails(INJECT_GETRANDOM) ? -1 : getrandom(octets, length, flags);
}

int inject_pipe2(int ends[2], int flags);
pid_t inject_fork(void);
int inject_posix_openpt(int flags);
int inject_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attributes, char *const args[], char *const environment[]);

int inject_pipe2(int ends[2], int flags)
{
	return inject_fails(INJECT_PIPE2) ? -1 : pipe2(ends, flags);
}

pid_t inject_fork(void)
{
	return inject_fails(INJECT_FORK) ? -1 : fork();
}

int inject_posix_openpt(int flags)
{
	return inject_fails(INJECT_POSIX_OPENPT) ? -1 : posix_openpt(flags);
}

/* This one does not set errno. */
int inject_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attributes, char *const args[], char *const environment[])
{
	if (inject_fails(INJECT_POSIX_SPAWNP))
		return errno;
	return posix_spawnp(pid, file, actions, attributes, args, environment);
}
