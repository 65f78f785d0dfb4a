/*
 * The FollowTail wheel's insides: followtail.c makes and frees it, input.c reads
 * and delivers, name.c knows what the name leads to, file.c the open file,
 * notice.c what the system tells of both, event.c the events.
 */
#ifndef FOLLOWTAIL_H
#define FOLLOWTAIL_H

#include "file.h"
#include "notice.h"
#include "../input.h"
#include "../wheel.h"

#include <poe/alarm.h>
#include <poe/followtail.h>
#include <poe/session.h>
#include <poe/watch.h>
#include <stdbool.h>

enum followtail_event {
	FOLLOWTAIL_INPUT,
	FOLLOWTAIL_ERROR,
	FOLLOWTAIL_RESET,
	FOLLOWTAIL_IDLE,
	FOLLOWTAIL_EVENTS
};

/* What can fail; each is told of once as long as it fails in the same way. */
enum followtail_task {
	FOLLOWTAIL_OPENING,
	FOLLOWTAIL_LOOKING,
	FOLLOWTAIL_READING,
	FOLLOWTAIL_FRAMING,
	FOLLOWTAIL_POLLING,
	FOLLOWTAIL_TASKS
};

struct poe_followtail {
	struct poe_kernel *kernel;
	poe_sid session;
	int64_t id;
	struct poe_owned owned; /* by the session */
	const char *events[FOLLOWTAIL_EVENTS]; /* interned; NULL: off */
	char *filename;         /* owned; NULL: only a descriptor */
	struct followtail_file file;
	struct followtail_notice notice;
	struct input pending;
	struct poe_watch *watch; /* of a file that is not plain, until its end; NULL: none */
	struct wheel_ticket *ticket;
	double poll_interval;
	poe_alarm_id poll;       /* zero: none */
	int told[FOLLOWTAIL_TASKS]; /* errno that was told last; 0: went well since */
	int lost;         /* errno to tell: why what a filter held did not reach the next one; 0: none */
	unsigned busy;    /* this wheel's own functions under way that call handlers */
	bool posted;      /* a wake is in the queue */
	bool paused;      /* by the user */
	bool stuck;       /* the filter has failed */
	bool delivering;
	bool waiting;     /* records may be pending although nothing is read: after resume, set_filter */
	bool polled;      /* poll_interval is over: idle_event is due at the end */
	bool fresh;       /* something was read since idle_event */
	bool suspect;     /* the name may lead elsewhere */
	bool replaced;    /* it does: the file is read to its end one last time */
	bool dead;        /* freed while busy: only the memory is left */
};

/* Brackets around whatever may call a handler; the last one out frees what is dead or no longer used. */
void followtail_enter(struct poe_followtail *w);
void followtail_leave(struct poe_followtail *w);

/* Goes on from the loop.  0, or -1 with ENOMEM: the next poll does it then. */
int followtail_wake(struct poe_followtail *w);

/* Interns the plan's names: 0, or -1 with ENOMEM, EINVAL. */
int followtail_name_events(struct poe_followtail *w, const struct poe_followtail_plan *plan);

/* Calls a handler of the session, unless the event is off or the wheel dead. */
void followtail_tell(struct poe_followtail *w, enum followtail_event which);

/* Tells of a failure, errno 0 the end of input, unless it was told already.  Going well is told by silence. */
void followtail_failed(struct poe_followtail *w, enum followtail_task task, int error_num);
void followtail_went_well(struct poe_followtail *w, enum followtail_task task);

/* One round: delivers what is pending, reads a slice, and looks at the name when that is due. */
void followtail_step(struct poe_followtail *w);

/* Forgets what is pending, with a filter that has seen nothing.  0, or -1 with ENOMEM and nothing changed. */
int followtail_input_restart(struct poe_followtail *w);

/* Frames what the file's last octets hold and drops all but an unfinished record.  0, or -1 with errno. */
int followtail_input_skip(struct poe_followtail *w);

/* A file that is not plain is read when ready: watches it.  0, or -1 with errno. */
int followtail_input_watch(struct poe_followtail *w);
void followtail_input_arm(struct poe_followtail *w); /* call after each change of paused and stuck */

/* Opens what the name leads to, in place of what is open. */
void followtail_name_open(struct poe_followtail *w);

/* At the end of the file: does the name still lead to it?  If not, replaced is set. */
void followtail_name_look(struct poe_followtail *w);

#endif
