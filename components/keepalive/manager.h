/*
 * Manager: the pool in the world.  It has a session of its own, in which
 * everything happens that asks something of the kernel or the network: dials
 * begin there, answers are posted from there, the one timer ticks there.
 */
#ifndef KEEPALIVE_MANAGER_H
#define KEEPALIVE_MANAGER_H

#include "ask.h"
#include "order.h"
#include "pool.h"
#include "usual.h"
#include <poe/alarm.h>
#include <poe/kernel.h>
#include <poe/keepalive.h>

struct poe_keepalive {
	struct pool pool;             /* first */
	struct poe_kernel *kernel;    /* not to be used once `stopped`, but on behalf of a loan or an answer */
	poe_sid session;
	poe_alarm_id alarm;           /* always pending, if memory lasts; weak */
	struct poe_resolver *resolver; /* one reference; NULL until a name asks for it */
	struct order_memory families; /* of hosts that have been connected to */
	struct usual usual;
	struct link starting;         /* dials to begin */
	struct link outbox;           /* answers to post */
	struct link farewells;        /* sessions to be told when all is over */
	struct poe_keepalive_plan plan; /* its numbers, without zeros; of the texts only the alias */
	double timeout;               /* of a request that says nothing; seconds */
	const char *event;            /* interned: the event answered last, which is mostly the next one too */
	size_t references;            /* the user's handle, the session, each loan, each answer under way */
	bool timer_changed;
	bool working;                 /* ka_work is at it */
	bool stopped;                 /* the session has gone */
	bool said_farewell;           /* alias and timer are given up */
	char alias[];
};

/* NULL with EINVAL, EEXIST, ENOMEM. */
struct poe_keepalive *ka_manager_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan);
void ka_ref(struct poe_keepalive *ka);
void ka_unref(struct poe_keepalive *ka);

/*
 * Does what the pool's last verbs have left to do, in the manager's session.
 * Called at the end of everything that comes in from outside.
 */
void ka_work(struct poe_keepalive *ka);

/* What the pool asks of the world: world.c. */
extern const struct pool_world ka_world;

/* session.c: its states, and its free_heap. */
extern const struct poe_state ka_states[];
void ka_session_ended(void *manager);

/* Takes a request in for a session: an answer follows.  -1 with the errno that poe_keepalive_allocate names. */
int ka_accept(struct poe_keepalive *ka, struct ask *ask, poe_sid asker);

/* Writes "http:127.0.0.1:80" and what was done to the trace, if anybody looks. */
void ka_note(struct poe_keepalive *ka, const char *what, const struct pool_name *name, int64_t number);

#endif
