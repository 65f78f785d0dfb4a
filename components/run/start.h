/*
 * Starting a child process: spawn.c does it by posix_spawn, fork.c does
 * what that cannot.
 */
#ifndef RUN_START_H
#define RUN_START_H

#include "identity.h"

#include <poe/wheel_run.h>
#include <stdbool.h>

/* What the child is to be.  All of it is lent for the call. */
struct run_order {
	const char *const *program; /* its arguments, NULL at the end; NULL: code */
	int (*code)(void *object);
	void *object;
	const int *ends;            /* its standard input, output and error: descriptors above 2, or -1: as ours */
	const int *ours;            /* the same of our side: code must not keep them open */
	const char *terminal;       /* the path of the one that is to control it; "": none */
	const struct run_identity *identity; /* NULL: as ours */
	int priority;               /* added to the nice value */
	bool new_session, new_group, close_rest;
};

/*
 * Each returns 0 with *pid, once the child is on its way; or -1 with errno and
 * what has failed in *function, and nothing is left of the child.
 */
int run_spawn(const struct run_order *order, pid_t *pid, const char **function);
int run_fork(const struct run_order *order, pid_t *pid, const char **function);

#endif
