/*
 * The two descriptors that a wheel reads and writes: its own, so that the
 * program's are left as they are.
 */
#ifndef READLINE_TERMINAL_H
#define READLINE_TERMINAL_H

#include <stdbool.h>

struct readline_terminal {
	int in, out;       /* owned; -1: none */
	int flags;         /* to be set again on what `in` shares with the program's; -1: nothing shared */
	bool is_terminal;  /* both are */
};

/* 0, or -1 with EBADF, EMFILE, and nothing is open. */
int readline_terminal_open(struct readline_terminal *t, int in, int out);
void readline_terminal_close(struct readline_terminal *t);

/* 0, or -1 with ENOTTY. */
int readline_terminal_size(const struct readline_terminal *t, int *columns, int *rows);

/* Writes all of it.  0, or -1 with errno. */
int readline_terminal_write(const struct readline_terminal *t, const char *octets, unsigned length);

#endif
