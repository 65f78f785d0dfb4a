/*
 * A trial: one scenario, played from the making of a kernel to its freeing.  It
 * keeps account of what was to happen and what has, so that anything lost
 * without a word shows.
 *
 *     static void act(struct trial *t)
 *     {
 *             trial_hope(t, 1);
 *             trial_session(t, states, t);
 *             trial_go(t);
 *     }
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <poe.h>
#include <stdbool.h>

struct trial {
	struct poe_kernel *kernel;
	int hoped, seen;      /* what shall happen if nothing fails; what has */
	int owed;             /* answers promised and not here yet */
	int objects;          /* of trial_object, not released yet */
	int error_num;        /* of the first failure that was told; 0: none */
	const char *function; /* what failed, if an event said so; "" if a function did */
	const char *broken;   /* what must never be so, and was; or NULL */
};

struct scenario {
	const char *name;
	void (*act)(struct trial *t); /* outside handlers; no session may be left when it returns */
	enum poe_clock clock;
	unsigned outage;              /* allocations that fail in a row, at most; 0: 1000 */
};

/* Each ends with a row of zeros; the nouns are the files'. */
extern const struct scenario scenarios_alarm[], scenarios_dial[], scenarios_event[], scenarios_family[], scenarios_filter[], scenarios_followtail[],
	scenarios_httpd[], scenarios_keepalive[], scenarios_kernel[], scenarios_lease[], scenarios_readline[], scenarios_readwrite[], scenarios_resolver[], scenarios_session[],
	scenarios_run[], scenarios_signal[], scenarios_socketfactory[], scenarios_tcp[], scenarios_tls[], scenarios_trace[], scenarios_watch[];

/* Plays it. */
void trial_play(struct trial *t, const struct scenario *s);

/* What is wrong with how it ended, if failures with this errno (0: none) were to be told; NULL: nothing. */
const char *trial_fault(const struct trial *t, int error_num);

void trial_hope(struct trial *t, int things);
void trial_see(struct trial *t);

/* Notes errno as told, unless good; returns good.  The other notes what an event told. */
bool trial_check(struct trial *t, bool good);
void trial_told(struct trial *t, const char *function, int error_num);

/* The same of an event that begins with a function and an errno; 0 is no failure. */
void trial_told_by(struct trial *t, const struct poe_event *ev);

/* The same, and stops the kernel: for scenarios that could not go on. */
bool trial_must(struct trial *t, bool good);

/* Notes what must never be so. */
void trial_break(struct trial *t, const char *what);

/* A session with this heap, checked. */
poe_sid trial_session(struct trial *t, const struct poe_state *states, void *heap);

/* Runs until no session is left. */
void trial_go(struct trial *t);

/* An object that counts. */
struct poe_value trial_object(struct trial *t);

#endif
