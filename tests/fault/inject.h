/*
 * Faults.  The Makefile leads the library's allocations and system calls
 * through here, and nobody else's: the tests' own always work.  Calls are
 * counted, and those that a plan names are made to fail or to fall short.
 */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>
#include <stddef.h>

enum inject_function {
	INJECT_MEMORY, /* malloc and its kin, c-ares' own too */
	INJECT_SOCKET,
	INJECT_BIND,
	INJECT_LISTEN,
	INJECT_CONNECT,
	INJECT_ACCEPT4,
	INJECT_RECV,
	INJECT_SENDMSG,
	INJECT_READ,
	INJECT_WRITEV,
	INJECT_FCNTL,
	INJECT_FSTAT,
	INJECT_GETSOCKOPT,
	INJECT_GETSOCKNAME,
	INJECT_SETSOCKOPT,
	INJECT_SYSCALL, /* pidfd_open */
	INJECT_WAITID,
	INJECT_WAITPID,
	INJECT_SIGACTION,
	INJECT_FOPEN,
	INJECT_GETRANDOM,
	INJECT_PIPE2,
	INJECT_FORK,
	INJECT_POSIX_SPAWNP,
	INJECT_POSIX_OPENPT,
	INJECT_OPEN,
	INJECT_PREAD,
	INJECT_STAT,
	INJECT_INOTIFY, /* init1 and add_watch */
	INJECT_FUNCTIONS
};

/* Zeros: nothing fails, calls are only counted. */
struct inject_plan {
	enum inject_function function;
	unsigned first; /* the first call to fail, from 1; 0: none */
	unsigned count; /* how many in a row; 0: all from there on */
	int error_num;  /* 0: none, only `most` counts */
	size_t most;    /* octets that go in or out by such a call */
};

/* From here on, with the counts at zero; until the end. */
void inject_begin(const struct inject_plan *plan);
void inject_end(void);

/* Calls since the beginning. */
unsigned inject_calls(enum inject_function function);

/* Blocks of memory that the library has, ever; c-ares' among them after inject_into_ares. */
long inject_live(void);
bool inject_into_ares(void);

const char *inject_name(enum inject_function function);

#endif
