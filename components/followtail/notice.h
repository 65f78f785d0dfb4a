/*
 * What the system tells of a file and of its name, by inotify.  All wheels of
 * a session share one descriptor, since a user has few of them.  Without one,
 * or without watches left, a wheel hears nothing, and polls.
 */
#ifndef FOLLOWTAIL_NOTICE_H
#define FOLLOWTAIL_NOTICE_H

#include <stdbool.h>

struct followtail_notices;
struct poe_followtail;

struct followtail_notice {
	struct followtail_notices *notices; /* NULL: hears nothing */
	struct followtail_notice *next, **link;
	int directory, file; /* inotify's numbers; -1: none */
	bool is_next;        /* file is what the name leads to, and not open yet */
};

/* From here on it hears what it aims at.  In the wheel's session; if it cannot be, it polls. */
void followtail_notice_join(struct poe_followtail *w);
void followtail_notice_leave(struct poe_followtail *w);

/* Aims at the name's directory, unless it does already. */
void followtail_notice_aim_directory(struct poe_followtail *w);

/* Aims at the open file; or at that which the name leads to. */
void followtail_notice_aim_open(struct poe_followtail *w);
void followtail_notice_aim_named(struct poe_followtail *w);

#endif
