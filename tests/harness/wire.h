/*
 * A ReadWrite wheel on one end of a wire, its session, and the test on the
 * other end.  What the wheel tells is written down, as "input:hello flushed ".
 */
#ifndef WIRE_H
#define WIRE_H

#include <poe/kernel.h>
#include <poe/session.h>
#include <poe/wheel.h>

struct wire;
typedef void wire_step(struct wire *w);

struct wire {
	struct poe_kernel *kernel;
	poe_sid session;
	struct poe_readwrite *wheel; /* the test sets NULL when it frees it */
	struct poe_readwrite_plan plan;
	int fd, peer;                /* the wheel's end and ours; -1: closed */
	char log[4096];
	const char *hook_event;      /* when this is told... */
	wire_step *hook;             /* ...do this, once the event is written down */
	wire_step *step;             /* what wire_do does */
	int quiet;
};

/* A kernel with a virtual clock, a session, a socketpair; no wheel yet.  plan names all events but the marks'. */
struct wire *wire_new(void);

/* The same on another pair of descriptors. */
struct wire *wire_on(int fd, int peer);

/* Frees all, and asserts that neither descriptors nor watches nor owned things are left. */
void wire_free(struct wire *w);

void wire_start(struct wire *w);                 /* makes the wheel as the plan says */
void wire_do(struct wire *w, wire_step *step);   /* in a handler of the session */
void wire_settle(struct wire *w);                /* runs until nothing happens any more */
void wire_send(struct wire *w, const char *text);/* from the peer, then settles */
void wire_free_wheel(struct wire *w);            /* a step */

/* Asserts what was told since last asked, and what the peer has got since. */
void wire_assert_told(struct wire *w, const char *expected);
void wire_assert_got(struct wire *w, const char *expected);

#endif
