/*
 * A function on a stack of its own, that can be left in its middle and gone on
 * with later.
 */
#ifndef READLINE_COROUTINE_H
#define READLINE_COROUTINE_H

#include <stdbool.h>
#include <ucontext.h>

struct readline_coroutine {
	ucontext_t outside, inside;
	char *stack;            /* owned; NULL: none */
	void (*run)(void *arg);
	void *arg;
	bool is_running;        /* begun and not at its end */
};

int readline_coroutine_init(struct readline_coroutine *c); /* 0, or -1 with ENOMEM */

/* Legal while it is running too: what it has on its stack is forgotten. */
void readline_coroutine_free(struct readline_coroutine *c);

/* Each returns when the function pauses or ends. */
void readline_coroutine_start(struct readline_coroutine *c, void (*run)(void *arg), void *arg);
void readline_coroutine_resume(struct readline_coroutine *c);

/* In the function. */
void readline_coroutine_pause(struct readline_coroutine *c);

#endif
