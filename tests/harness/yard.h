/*
 * A session that listens and connects by SocketFactory, and writes down what
 * it is told, as "accepted connected failed:bind:EADDRINUSE ".
 */
#ifndef YARD_H
#define YARD_H

#include "harness.h"

struct yard;
typedef void yard_step(struct yard *y);

struct yard {
	struct poe_kernel *kernel;
	poe_sid session;
	struct poe_socketfactory *door, *dial; /* the test sets NULL what it frees */
	struct poe_socketfactory_plan plan;    /* of the next one */
	char log[1024];
	int sockets[32], count; /* taken; closed at the end */
	char peer[128];         /* of the last success */
	int peer_port;
	yard_step *step;        /* what yard_do does */
	yard_step *hook;        /* runs in success and failure, once they are written down */
	int refusal;            /* errno of a new that gave NULL */
	int leave_sockets;      /* not 0: in their events */
	int quiet;
};

struct yard *yard_new(struct harness *h);
void yard_free(struct yard *y);

void yard_plan_again(struct yard *y);              /* the plan as it was at first */
void yard_do(struct yard *y, yard_step *step);     /* in a handler of the session */
void yard_settle(struct yard *y);                  /* runs until nothing happens any more, and 100 s beyond */

void yard_listen(struct yard *y, const char *address);
void yard_dial(struct yard *y, const char *address, int port); /* what becomes of it is told later */
int yard_client(int port);                         /* connected; the kernel under test does not know it */

/* A path nobody has used, in a directory of its own; then both are removed. */
char *yard_path(char path[64]);
void yard_remove_path(char *path);

/* Steps. */
void yard_make_door(struct yard *y);
void yard_make_dial(struct yard *y);
void yard_free_door(struct yard *y);
void yard_free_dial(struct yard *y);

/* Asserts what was told since last asked. */
void yard_assert_told(struct yard *y, const char *expected);

/* Asserts that two sockets of that domain were taken, each the other's end, and ready for use. */
void yard_assert_connected(struct yard *y, int domain);

#endif
