/*
 * Child processes.  child.c knows how a process's end is learnt and reaps it;
 * child_watch.c who waits for it.
 */
#ifndef CHILD_H
#define CHILD_H

#include "kernel.h"

#include <ev.h>
#include <poe/session.h>
#include <poe/signal.h>

/* One process, however many wait for it. */
struct poe_child {
	struct poe_child *next; /* in the table, while it may still be asked about */
	struct poe_kernel *kernel;
	pid_t pid;
	int status;
	bool ended;             /* reaped; its status is known */
	bool over;              /* and all who waited have been told: out of the table */
	bool reaps;             /* whoever waits or does not */
	unsigned holders;       /* of pointers to it */
	struct ev_io io;        /* on the process's descriptor, which is ours; not active: in the ring of those asked */
	struct link asked;
	struct link watches;    /* of sessions, by child_watch.c */
};

int children_new(struct poe_kernel *k);   /* fills in k->children; 0, or -1 with ENOMEM */
void children_free(struct poe_kernel *k); /* after all sessions have gone, before the loop */

/* The one of that pid that has not ended, or NULL. */
struct poe_child *child_find(const struct poe_kernel *k, pid_t pid);

/* The same; made if need be.  NULL with EINVAL, ECHILD, ENOMEM. */
struct poe_child *child_get(struct poe_kernel *k, pid_t pid);

/* Frees it if nobody wants it any more. */
void child_put(struct poe_child *child);

/* Tells all who wait that it has ended.  False without memory: to be called again. */
bool child_tell(struct poe_child *child);

/* For the dump: if this owned thing waits for a process, its pid; else 0. */
pid_t child_describe(const struct poe_owned *owned);

#endif
