/*
 * The ReadWrite wheel's insides: readwrite.c makes and frees it,
 * readwrite_input.c reads and delivers, readwrite_output.c puts and flushes.
 */
#ifndef READWRITE_H
#define READWRITE_H

#include "input.h"
#include "wheel.h"

#include <poe/session.h>
#include <poe/wheel.h>
#include <stdbool.h>

enum readwrite_event {
	READWRITE_INPUT,
	READWRITE_ERROR,
	READWRITE_FLUSHED,
	READWRITE_HIGH,
	READWRITE_LOW,
	READWRITE_EVENTS
};

/* One direction's life. */
enum readwrite_stage {
	READWRITE_OPEN,
	READWRITE_SHUTTING, /* output: takes no more records, what is queued still goes out */
	READWRITE_ENDED,    /* by the peer or by an error */
	READWRITE_SHUT      /* by the user */
};

struct readwrite_input {
	struct input pending;
	uint64_t octets;
	enum readwrite_stage stage;
	int failed;      /* the errno of a switch of filters that lost octets, not told yet; 0: none */
	int modes;       /* what the watch waits for on its behalf; 0: nothing */
	bool paused;     /* by the user */
	bool armed;      /* it is to be gone on with */
	bool delivering; /* a record, or an error, of this input is with a handler */
	bool waiting;    /* something may be framed although nothing is read: see readwrite_input_wake */
};

struct readwrite_output {
	struct poe_filter *filter; /* may be the input's */
	struct poe_output *queue;
	size_t high_mark, low_mark; /* 0: none */
	uint64_t octets;
	unsigned crossings; /* of the marks, not told yet; they alternate, and the last one is is_high's */
	int error_num;      /* not told yet; 0: none */
	enum readwrite_stage stage;
	int modes;      /* as in the input's */
	bool armed;
	bool is_high;
	bool unflushed; /* something was put since flushed_event */
};

/*
 * A wheel that this one is a part of, which frees it: no session owns a part.
 * Both calls come straight from the loop, and the part may be freed in them.
 */
struct readwrite_whole {
	int64_t id; /* the last argument of the part's events */
	void (*failed)(struct readwrite_whole *whole, const char *function, int error_num); /* in error_event's place */
	void (*shut)(struct readwrite_whole *whole); /* shutdown_output: all is written; may come again */
};

struct poe_readwrite {
	struct poe_kernel *kernel;
	poe_sid session;
	int64_t id;
	struct poe_owned owned; /* by the session */
	struct readwrite_whole *whole; /* NULL: none */
	struct poe_watch *watch;
	struct poe_driver *driver;
	const char *events[READWRITE_EVENTS]; /* interned; NULL: off */
	struct readwrite_input in;
	struct readwrite_output out;
	struct wheel_ticket *ticket; /* NULL until something is posted */
	int fd;
	unsigned busy;    /* this wheel's own functions under way that call handlers */
	bool lent_watch;  /* watch and descriptor are somebody else's */
	bool posted;      /* a continuation is in the queue */
	bool dead;        /* freed while busy: only the memory is left */
};

/* Makes a wheel that is a part.  As poe_readwrite_new. */
struct poe_readwrite *readwrite_new(struct poe_kernel *k, int fd, const struct poe_readwrite_plan *plan,
				    struct readwrite_whole *whole);

/* Brackets around whatever may call a handler; the last one out frees what is dead or no longer used. */
void readwrite_enter(struct poe_readwrite *w);
void readwrite_leave(struct poe_readwrite *w);

/* Interns the plan's names: 0, or -1 with ENOMEM, EINVAL. */
int readwrite_name_events(struct poe_readwrite *w, const struct poe_readwrite_plan *plan);

/* Calls a handler of the session, unless the event is off or the wheel dead. */
void readwrite_tell(struct poe_readwrite *w, enum readwrite_event which);
void readwrite_tell_error(struct poe_readwrite *w, const char *function, int error_num);

/* Goes on from the loop, with what must not happen within the caller's call. */
void readwrite_continue(struct poe_readwrite *w);

/* Makes the watch wait for what the driver wants to go on with the armed directions; call after it was used. */
void readwrite_arm(struct poe_readwrite *w);

/* Input.  The watch is armed or not as stage, pause and event say; call after each change of them. */
void readwrite_input_arm(struct poe_readwrite *w);
void readwrite_input_ready(struct poe_readwrite *w);  /* the descriptor is readable */
void readwrite_input_wake(struct poe_readwrite *w);   /* what is there may now be framed, by the loop */
void readwrite_input_resume(struct poe_readwrite *w); /* the loop is here: does it */

/* Output. */
void readwrite_output_arm(struct poe_readwrite *w);
void readwrite_output_ready(struct poe_readwrite *w); /* the descriptor is writable */
void readwrite_output_tell(struct poe_readwrite *w);  /* tells what has happened and was not told */

#endif
