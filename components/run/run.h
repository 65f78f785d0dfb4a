/*
 * The Run wheel's insides: run.c makes and frees it, plan.c knows which plans
 * are good, stream.c its streams and what they tell, control.c what is done to
 * them.
 */
#ifndef RUN_H
#define RUN_H

#include "plumbing.h"
#include "../readwrite.h"
#include "../wheel.h"

#include <poe/signal.h>

struct run_stream {
	struct readwrite_whole whole; /* first: leads back here */
	struct poe_wheel_run *run;
	struct poe_readwrite *wheel;  /* owned; NULL: none */
	bool ended;                   /* the child's output */
};

struct poe_wheel_run {
	struct poe_kernel *kernel;
	poe_sid session;
	int64_t id;
	struct poe_owned owned; /* by the session */
	const char *error_event, *close_event; /* interned; NULL: off */
	struct run_stream streams[RUN_STREAMS];
	struct poe_child *child; /* a pointer to be let go of; NULL: not run */
	pid_t pid;
	struct wheel_ticket *ticket;
	const char *function; /* what prevents it from being run; NULL: nothing */
	int error_num;
	unsigned busy;     /* its handlers under way */
	bool has_terminal; /* standard input goes by standard output's wheel */
	bool closed;       /* close_event was told */
	bool dead;         /* freed while busy */
};

/* 0, or -1 with EINVAL. */
int run_check_plan(const struct poe_wheel_run_plan *plan);

/* Brackets around whatever may call a handler. */
void run_enter(struct poe_wheel_run *r);
void run_leave(struct poe_wheel_run *r);

/* Makes the wheels on our ends, and takes those.  0, or -1 with errno. */
int run_streams_make(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan, int ours[RUN_STREAMS]);
void run_streams_take_filters(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan);
void run_streams_free(struct poe_wheel_run *r);

/* Tells of an error, in a handler's place; stream "": it is not run. */
void run_tell_error(struct poe_wheel_run *r, const char *function, int error_num, const char *stream);

#endif
