/*
 * A Run wheel, its session, and a log of what it tells:
 * "out:hello err:oops in error:read:0:STDOUT close exit:0 ", in which words of
 * different streams come in any order.  Once all ends that its plan has events
 * for were told, or that it is not run, the wheel is freed.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "harness.h"

struct runner;
typedef void runner_step(struct runner *r);

struct runner {
	struct poe_kernel *kernel;
	poe_sid session;
	struct poe_wheel_run *wheel;    /* NULL once freed */
	struct poe_wheel_run_plan plan; /* all events but stdin's, unless the test takes some away */
	char log[16384];
	int closed, exited, not_run;
	const char *hook_event;         /* when a word begins so... */
	runner_step *hook;              /* ...do this, once it is written down */
	runner_step *step;
	int refusal;                    /* errno of a new that gave NULL */
	pid_t pid;
};

/* It runs a shell with this command, unless the test changes the plan.  runner_free asserts nothing: harness_teardown does. */
struct runner *runner_new(struct harness *h, const char *command);
void runner_free(struct runner *r);

void runner_start(struct runner *r);                   /* makes the wheel */
void runner_do(struct runner *r, runner_step *step);   /* in a handler of the session */
void runner_until(struct runner *r, const char *word); /* runs until that is in the log; 10 s at most */
void runner_release(struct runner *r);                 /* lets its session end when nothing else keeps it */
void runner_end(struct runner *r);                     /* that, and runs until no session is left */
void runner_run(struct runner *r);                     /* start and end */

/* Steps. */
void runner_free_wheel(struct runner *r);
void runner_stop_kernel(struct runner *r);

/* Asserts that the log is just that; that this is in it; and is not. */
void runner_assert_told(struct runner *r, const char *expected);
void runner_assert_saw(struct runner *r, const char *word);
void runner_assert_never(struct runner *r, const char *word);

/* Makes the wheel, which must be refused with this errno. */
void runner_assert_refused(struct runner *r, int error_num);

#endif
