/*
 * A stage for plays about re-entrancy: a callback is brought about, something
 * destructive is done in it, and the rest must go on as the headers say.
 *
 * A row is a callback, a column is what is done in it (stage_actions.c); each
 * cell is played on a kernel of its own.  The cast: a director, who draws the
 * curtain when all is quiet; below it a bystander, and a parent; below that
 * the actor, who hears the callback.  Besides the row's own thing the actor
 * has two wheels, made before and after it, and the bystander a wheel and a
 * factory, all of them ready in the same round.
 *
 * With STAGE_TOLD in the environment each cell is named before it is played,
 * and those that make no sense say why.
 */
#ifndef STAGE_H
#define STAGE_H

#include "harness.h"

#include <stdbool.h>
#include <sys/types.h>

struct stage;
typedef void stage_step(struct stage *s);

struct stage_row {
	const char *name;               /* a sentence */
	const char *event;              /* "_start", "_stop" when the callback is that one; else NULL */
	const struct poe_state *states; /* of the actor, besides "heard" and its own; or NULL */
	stage_step *arrange;            /* in the actor's _start: makes the thing that will call back */
	stage_step *provoke;            /* outside handlers, when all are there; or NULL */
	stage_step *drop;               /* in the actor: frees the thing; NULL: it has nothing to free */
	bool elsewhere;                 /* the callback is in a session that a component lends */
	const char *bound;              /* why its state cannot be removed or replaced; or NULL */
	stage_step *end;                /* anywhere, perhaps twice: frees what no session owns; or NULL */
};

/* What is done in the callback.  NULL, or why it makes no sense there. */
typedef const char *stage_act(struct stage *s, struct poe_event *ev);

enum stage_outcome {
	STAGE_HEARER_ENDS = 1, /* before the curtain */
	STAGE_PARENT_ENDS = 2,
	STAGE_BYSTANDER_ENDS = 4,
	STAGE_KERNEL_ENDS = 8, /* there is no curtain */
	STAGE_FAILS = 16       /* poe_run returns -1 */
};

struct stage_action {
	const char *name;
	stage_act *act;
	unsigned outcome; /* of stage_outcome */
};

enum { STAGE_PEERS = 16, STAGE_DEEP = 100 };

struct stage {
	const struct stage_row *row;
	const struct stage_action *action;
	struct poe_kernel *kernel;
	poe_sid director, bystander, parent, actor;
	poe_sid hearer; /* where the callback is: the actor, or elsewhere */
	/* The row's thing, of whatever kind; pointers are NULL once freed. */
	struct poe_readwrite *wheel;
	struct poe_socketfactory *factory;
	struct poe_watch *watch;
	struct poe_postback *postback;
	struct poe_keepalive *manager;
	struct poe_connection *connection;
	struct poe_resolver *resolver;
	struct poe_followtail *tail;
	struct poe_wheel_run *run;
	struct poe_tcp *tcp;
	poe_sid server;
	void *thing;
	char path[64]; /* of a file that is removed at the end; or "" */
	pid_t awaited; /* a process; 0: none */
	int fd;        /* below the thing; -1: none */
	int port;
	int peer;      /* the other end of fd; -1: none */
	/* The others'. */
	struct poe_readwrite *twins[2];
	struct poe_readwrite *foreign_wheel;
	struct poe_socketfactory *foreign_door;
	struct poe_watch *drain; /* the director's, on peer */
	int peers[STAGE_PEERS], peer_count; /* descriptors of no session, closed at the end */
	/* What has happened. */
	unsigned calls;       /* of the callback */
	unsigned depth;       /* of a recursion */
	unsigned renewed;     /* calls of the state that replaced it */
	unsigned born, heaps; /* sessions an act made; heaps not freed yet */
	bool set_up, dropped, twins_freed, foreign_freed, alarms_cleared, state_removed;
	bool actor_ended, parent_ended, bystander_ended, director_ended, curtain;
	const char *senseless; /* why the cell makes no sense */
	pid_t forked;          /* by an act that leaves it to us to wait; 0: none */
	bool is_copy;          /* we are that process */
	int open_before, failures;
};

/* A test: plays a row, which is its initial state, with each action. */
void stage_play(void **state);
#define STAGE_TEST(row) { (row).name, stage_play, NULL, NULL, (void *)(uintptr_t)&(row) }

/* The columns. */
extern const struct stage_action stage_actions[];
extern const size_t stage_action_count;

/* Makes the cast.  The actor is there afterwards, unless something has ended it. */
void stage_open(struct stage *s);

/* Those of them that make a process. */
stage_act stage_fork_and_exit, stage_fork_and_stop, stage_fork_and_go_on, stage_run_inside, stage_free_kernel;

/* Those of them that concern a ReadWrite: the callback's own, or else another one of the session. */
stage_act stage_set_filter, stage_shut_input, stage_shut_output, stage_pause, stage_hush, stage_put_much,
	  stage_make_wheel, stage_make_too_late;

/* The handler that hears; a row's own handlers call the second one. */
void stage_heard(struct poe_event *ev);
void stage_callback(struct stage *s, struct poe_event *ev);
struct stage *stage_of(const struct poe_event *ev);

/* Notes a failure of the cell, which goes on. */
void stage_check(struct stage *s, bool right, const char *what);

/* In the actor: lets go of everything that it has. */
void stage_leave(struct stage *s);

/* A descriptor that is closed at the end; returns it. */
int stage_keep(struct stage *s, int fd);

/* One end of a pair of sockets; the other one, *peer, is kept. */
int stage_pair(struct stage *s, int *peer);

/* A ReadWrite on such a pair, which tells all it has to tell by that event. */
struct poe_readwrite *stage_wheel(struct stage *s, const char *event, int *peer);

/* A socket of our own that listens, or only has the port; and one that connects to a port. */
int stage_listen(struct stage *s, int *port);
int stage_bind(struct stage *s, int *port);
void stage_dial(struct stage *s, int port);

/* Sends octets there. */
void stage_send(int peer, const char *text);

#endif
