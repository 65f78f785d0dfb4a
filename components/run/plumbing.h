/*
 * The descriptors between us and a child that is about to be: pipes, a
 * terminal, files.  All are close-on-exec from the start.
 */
#ifndef RUN_PLUMBING_H
#define RUN_PLUMBING_H

#include <poe/wheel_run.h>
#include <stdbool.h>

enum run_stream_name { RUN_STDIN, RUN_STDOUT, RUN_STDERR, RUN_STREAMS };

enum { RUN_TERMINAL_PATH = 64 };

struct run_plumbing {
	int ours[RUN_STREAMS];   /* owned; -1: none.  A terminal is standard output's, for both ways */
	int theirs[RUN_STREAMS]; /* owned, above 2; -1: the child has ours */
	char terminal[RUN_TERMINAL_PATH]; /* the child's end of it; "": none */
};

/* 0, or -1 with errno and what has failed in *function, and nothing is open. */
int run_plumbing_open(struct run_plumbing *p, const struct poe_wheel_run_plan *plan,
		      const char **function);
void run_plumbing_close_theirs(struct run_plumbing *p);
void run_plumbing_close_ours(struct run_plumbing *p);

bool run_is_redirected(const struct poe_redirect *to);

/* A pipe whose ends are above 2.  0, or -1 with errno. */
int run_pipe(int ends[2]);

#endif
