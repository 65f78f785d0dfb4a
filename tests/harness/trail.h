/*
 * A FollowTail wheel in a session of its own, and a folder of the test's own
 * for what it follows.  What the wheel tells is written down, as "input:hello
 * reset ".
 */
#ifndef TRAIL_H
#define TRAIL_H

#include <poe/followtail.h>
#include <poe/kernel.h>
#include <poe/session.h>

struct trail;
typedef void trail_step(struct trail *t);

struct trail {
	struct poe_kernel *kernel;     /* with a virtual clock */
	poe_sid session;
	struct poe_followtail *wheel;  /* the test sets NULL when it frees it */
	struct poe_followtail_plan plan;
	char folder[64];
	char path[128];                /* plan.filename: "log" in the folder */
	char log[8192];
	const char *hook_event;        /* when this is told... */
	trail_step *hook;              /* ...do this, once the event is written down */
	trail_step *step;              /* what trail_do does */
	int quiet;
	int fds_before;
};

/* A kernel, a session, an empty folder.  plan names input, reset and error, and polls every 1,000 seconds. */
struct trail *trail_new(void);

/* Frees all, and asserts that neither descriptors nor watches nor owned things are left. */
void trail_free(struct trail *t);

void trail_start(struct trail *t);                /* makes the wheel as the plan says, and settles */
void trail_do(struct trail *t, trail_step *step); /* in a handler of the session */
void trail_free_wheel(struct trail *t);           /* a step */

/* Runs for half a second of its clock, within which the system has told all it will; or so long that a poll comes. */
void trail_settle(struct trail *t);
void trail_poll(struct trail *t);

/* A path in the folder, until the next but three. */
const char *trail_path(const struct trail *t, const char *name);

/* Appends to the file "log", or to another, made if it is not there.  Does not settle. */
void trail_append(const struct trail *t, const char *text);
void trail_append_to(const struct trail *t, const char *name, const char *text);
void trail_rename(const struct trail *t, const char *from, const char *to);
void trail_remove(const struct trail *t, const char *name);

/* Asserts what was told since last asked. */
void trail_assert_told(struct trail *t, const char *expected);

#endif
