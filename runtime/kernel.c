#include "kernel.h"

#include "alarm.h"
#include "child.h"
#include "dispatch.h"
#include "dump.h"
#include "family.h"
#include "fatal.h"
#include "fork_mark.h"
#include "pump.h"
#include "session.h"
#include "signals.h"
#include "trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double kernel_clock(struct poe_kernel *k)
{
	if (k->clock == POE_CLOCK_REAL)
		k->now = seconds_of(CLOCK_MONOTONIC);
	return k->now;
}

double poe_now(struct poe_kernel *k)
{
	return kernel_clock(k);
}

double poe_round_time(const struct poe_kernel *k)
{
	return k->now;
}

double poe_time(struct poe_kernel *k)
{
	return k->clock == POE_CLOCK_REAL ? seconds_of(CLOCK_REALTIME) : k->now + k->wall_offset;
}

void kernel_report(const struct poe_kernel *k, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (k->report != NULL)
		k->report(line);
	else
		fprintf(stderr, "libpoe: %s\n", line);
}

/* What the kernel says by itself it must be able to say without memory too. */
static int learn_own_names(struct names *names)
{
	static const char *const own[] = { "_stop", "_child", "_parent", "IDLE", "ZOMBIE" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (names_intern(names, own[i]) == NULL)
			return -1;
	return 0;
}

/* The kernel as a session takes place 0 of the slab, and is never without a reference. */
static int make_self(struct poe_kernel *k)
{
	const struct name *default_name = names_intern(&k->names, "_default");

	slab_init(&k->sessions, sizeof(struct session));
	link_init(&k->marked);
	k->self = slab_take(&k->sessions);
	if (k->self == NULL || default_name == NULL || learn_own_names(&k->names) == -1)
		return -1;
	link_init(&k->self->mark);
	k->self->refs = 1;
	k->self->stage = SESSION_LIVING;
	k->default_name = default_name->id;
	/* A chunk from the start, so that there is room for IDLE when there is nothing else. */
	return queue_grow(&k->queue);
}

static void read_plan(struct poe_kernel *k, const struct poe_kernel_plan *plan)
{
	k->clock = plan->clock;
	k->slow_handler = plan->slow_handler;
	k->report = plan->report;
	k->now = seconds_of(CLOCK_MONOTONIC);
	k->wall_offset = seconds_of(CLOCK_REALTIME) - k->now;
}

static void free_parts(struct poe_kernel *k)
{
	queue_destroy(&k->queue);
	trace_stop(k);
	if (k->children != NULL)
		children_free(k);
	if (k->pump != NULL)
		pump_free(k);
	if (k->signals != NULL)
		signals_free(k);
	if (k->alarms != NULL)
		alarms_free(k);
	fork_mark_free(k->fork_mark);
	slab_destroy(&k->sessions);
	classes_destroy(&k->classes);
	names_destroy(&k->names);
	free(k);
}

struct poe_kernel *poe_kernel_new(const struct poe_kernel_plan *plan)
{
	static const struct poe_kernel_plan usual = { .clock = POE_CLOCK_REAL };
	struct poe_kernel *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	if (plan == NULL)
		plan = &usual;
	if (names_init(&k->names) == -1) {
		free(k);
		return NULL;
	}
	read_plan(k, plan);
	k->fork_mark = fork_mark_new();
	if (k->fork_mark != NULL && make_self(k) == 0 && alarms_new(k) == 0 && signals_new(k) == 0 && children_new(k) == 0 &&
	    pump_new(k, plan->loop) == 0 && trace_start(k, plan->trace) == 0)
		return k;
	free_parts(k);
	return NULL;
}

static struct session *living_child(const struct poe_kernel *k, const struct session *s)
{
	struct session *child = family_first_child(k, s);

	while (child != NULL && child->stage >= SESSION_STOPPING)
		child = family_next(k, child);
	return child;
}

static bool is_living(const struct session *s)
{
	return s->id != 0 && s->stage < SESSION_STOPPING;
}

/* Stops the session in a place, its children first.  False if there is none. */
static bool stop_place(struct poe_kernel *k, uint32_t place)
{
	struct session *s = session_at(k, place), *child;

	if (!is_living(s))
		return false;
	while ((child = living_child(k, s)) != NULL)
		s = child;
	session_stop(k, s);
	return true;
}

/*
 * Goes by places rather than down the tree, where those are hidden whose
 * parent is stopping already; and again, as a _stop may have made new ones.
 */
void poe_kernel_stop(struct poe_kernel *k)
{
	bool any;

	do {
		any = false;
		for (uint32_t place = 1; place < k->sessions.places; place++)
			while (stop_place(k, place))
				any = true;
	} while (any);
}

void poe_kernel_free(struct poe_kernel *k)
{
	if (k == NULL)
		return;
	if (k->frame != NULL)
		fatal("poe_kernel_free: called from the handler of %s", k->frame->ev.name);
	poe_kernel_stop(k);
	dispatch_forget_results(&k->kept);
	free_parts(k);
}

const char *poe_kernel_error(const struct poe_kernel *k)
{
	return k->error;
}

poe_sid poe_kernel_address(const struct poe_kernel *k)
{
	return session_id(k->self);
}

int64_t poe_kernel_serial(struct poe_kernel *k)
{
	return (int64_t)++k->sequence;
}

struct ev_loop *poe_kernel_loop(const struct poe_kernel *k)
{
	return k->loop;
}

void poe_kernel_stats(const struct poe_kernel *k, struct poe_kernel_stats *stats)
{
	*stats = k->stats;
	stats->sessions = k->sessions.live - 1;
	stats->queued = k->queue.length;
	stats->alarms = alarms_count(k);
	stats->owned = dump_count_owned(k);
}
