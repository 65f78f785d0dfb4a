/*
 * The kernel: one queue of events, the sessions they go to, and the loop.
 *
 * Any number of kernels may live in a process, one thread each; everything a
 * kernel made is used from its own thread only.  After POE::Kernel.
 */
#ifndef POE_KERNEL_H
#define POE_KERNEL_H

#include <poe/event.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ev_loop;

enum poe_clock {
	POE_CLOCK_REAL,
	POE_CLOCK_VIRTUAL /* time stands still, and jumps to the next alarm when nothing is ready */
};

/* Zero, or no plan at all, means: a loop of its own, the real clock, no trace. */
struct poe_kernel_plan {
	enum poe_clock clock;
	struct ev_loop *loop;  /* a host's own libev loop; the kernel works inside it and leaves it whole */
	double slow_handler;   /* seconds; a handler that takes longer is reported.  0: off */
	void (*report)(const char *line); /* where complaints go; NULL: standard error */
	const char *trace;     /* "1": readable lines on standard error; "name.json": Chrome trace events;
				  NULL: what the environment's POE_TRACE says, "": none */
};

struct poe_kernel_stats {
	uint64_t dispatched;    /* handlers run, nested calls included */
	uint64_t posted;        /* events queued, alarms included */
	uint64_t undeliverable; /* events dropped: no handler, wrong types, receiver gone */
	uint64_t slow;          /* handlers over slow_handler */
	size_t sessions;        /* living now, the kernel itself not counted */
	size_t queued;          /* events waiting now, alarms not counted */
	size_t alarms;          /* pending now */
	size_t watches;         /* file descriptor watches now */
	size_t owned;           /* components' things that sessions own now */
};

/* Makes a kernel.  NULL with ENOMEM, or EMFILE and its kin from the loop's own descriptors. */
struct poe_kernel *poe_kernel_new(const struct poe_kernel_plan *plan);

/* Stops every session, then frees the kernel.  NULL is nothing.  Not from a handler. */
void poe_kernel_free(struct poe_kernel *k);

/*
 * Runs until no session is left.  0; -1 when an unhandled exception stopped
 * the kernel (poe_kernel_error has its text, errno its number).
 * A host that runs the loop it gave needs not call this: events are dispatched
 * from inside its ev_run.
 * Not from a handler, nor the two below: that stops the program with one line.
 * (POE runs a loop within a handler, and the handlers below it wait.)
 */
int poe_run(struct poe_kernel *k);

/*
 * One round: dispatches what is due, and waits for one thing to happen if
 * nothing was.  1 while sessions are left, 0 when none is, -1 as poe_run.
 */
int poe_run_one_timeslice(struct poe_kernel *k);

/* As poe_run, but only while *go is not 0: looked at before each round.  1 when it became 0. */
int poe_run_while(struct poe_kernel *k, const volatile int *go);

/*
 * Stops every session now, children first, with _stop and _child "lose";
 * what was queued is dropped.  poe_run returns.  Legal in a handler, which
 * goes on to its end with its session gone.
 */
void poe_kernel_stop(struct poe_kernel *k);

/* Why poe_run returned -1; "" when it did not. */
const char *poe_kernel_error(const struct poe_kernel *k);

/* The kernel's own address: parent of top-level sessions; a signal sent to it reaches all. */
poe_sid poe_kernel_address(const struct poe_kernel *k);

/* Monotonic seconds, from an arbitrary start; what delays are measured on. */
double poe_now(struct poe_kernel *k);

/*
 * The same as the kernel last read it, at the latest when the round began: as
 * old as the handlers that have run since.  It costs nothing.
 */
double poe_round_time(const struct poe_kernel *k);

/* Seconds since 1970; what alarms are set by. */
double poe_time(struct poe_kernel *k);

/* A number, above zero, that this kernel gives only once: for the ids that components hand out. */
int64_t poe_kernel_serial(struct poe_kernel *k);

/*
 * Says that this is the child after a fork.  Not needed: a kernel finds that
 * out before it waits next.  Sessions, events and watches stay, also those
 * whose answers the parent will get; poe_kernel_stop ends them.
 */
void poe_kernel_has_forked(struct poe_kernel *k);

/* The loop the kernel runs on. */
struct ev_loop *poe_kernel_loop(const struct poe_kernel *k);

void poe_kernel_stats(const struct poe_kernel *k, struct poe_kernel_stats *stats);

/*
 * Prints every session: its aliases, states, what is queued for it, and what
 * keeps it alive, in words.  The answer to "why does my program not end".
 */
void poe_kernel_dump(const struct poe_kernel *k, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
