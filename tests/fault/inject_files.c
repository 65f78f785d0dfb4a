/*
 * The stand-ins for system calls on files and their names.
 */
#include "inject_plan.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

int inject_open(const char *path, int flags, ...);
ssize_t inject_pread(int fd, void *octets, size_t length, off_t position);
int inject_stat(const char *path, struct stat *state);
int inject_inotify_init1(int flags);
int inject_inotify_add_watch(int fd, const char *path, uint32_t mask);

/* The library makes no files with it. */
int inject_open(const char *path, int flags, ...)
{
	return inject_fails(INJECT_OPEN) ? -1 : open(path, flags & ~O_CREAT);
}

ssize_t inject_pread(int fd, void *octets, size_t length, off_t position)
{
	ssize_t n = inject_room(INJECT_PREAD, length);

	return n < 0 ? -1 : pread(fd, octets, (size_t)n, position);
}

int inject_stat(const char *path, struct stat *state)
{
	return inject_fails(INJECT_STAT) ? -1 : stat(path, state);
}

int inject_inotify_init1(int flags)
{
	return inject_fails(INJECT_INOTIFY) ? -1 : inotify_init1(flags);
}

int inject_inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	return inject_fails(INJECT_INOTIFY) ? -1 : inotify_add_watch(fd, path, mask);
}
