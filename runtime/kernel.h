/*
 * What one kernel consists of.  The lower parts are here by value; alarms,
 * signals and the trace are known by pointer only, so that nothing here
 * depends on the floors above.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "class.h"
#include "link.h"
#include "names.h"
#include "queue.h"
#include "slab.h"

#include <poe/kernel.h>

struct alarms;
struct children;
struct fork_mark;
struct frame;
struct kept;
struct pump;
struct session;
struct signals;
struct trace;

struct poe_kernel {
	struct queue queue;
	struct slab sessions;
	struct session *self;   /* the kernel as a session: parent of the top ones */
	struct frame *frame;    /* the innermost handler that runs, or NULL */
	struct trace *trace;    /* NULL: off */
	uint64_t sequence;      /* the last id given to a post, an alarm or a dispatch */
	double first_due;       /* of all alarms; infinity when there is none */
	double now;             /* monotonic seconds when the clock was last read; never steps back */
	struct {
		uint64_t last;  /* what was queued when it began */
		double frozen;  /* its time */
		bool open;      /* broken off for the descriptors' sake, to be gone on with */
	} round;
	const volatile int *go; /* poe_run_while's; NULL: run on */
	size_t work;            /* what keeps the program running, but for what is queued */
	struct link marked;     /* sessions nothing keeps alive, in the order that was found out */
	struct names names;
	struct classes classes;
	struct alarms *alarms;
	struct signals *signals;
	struct children *children;
	struct pump *pump;
	struct ev_loop *loop;
	double wall_offset;     /* what makes `now` seconds since 1970 */
	double slow_handler;
	void (*report)(const char *line);
	struct poe_kernel_stats stats;
	struct kept *kept;      /* results of calls from outside handlers */
	uint32_t default_name;  /* the id of "_default" */
	size_t watches;         /* that are active: whether the loop need be asked */
	enum poe_clock clock;
	struct fork_mark *fork_mark;
	const struct record *raised; /* the DIE that is being delivered, or NULL */
	bool failed;            /* an unhandled exception stopped this kernel, or is left over */
	int error_num;
	char error[200];
};

/* Reads the clock into k->now, and returns it. */
double kernel_clock(struct poe_kernel *k);

/* Says one line to whom it may concern. */
void kernel_report(const struct poe_kernel *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
