/*
 * The client's process: fills the manager, lets the users at it, and looks
 * after them.  What is in use when they have been at it for a while is what must
 * still be in use when they go.
 */
#include "soak.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SPARE = 2 }; /* connections of a key beyond those that are kept */

static const double fill_time = 60;     /* at most; seconds */
static const double warm_part = 0.5;    /* of the time asked for */
static const double warm_time = 60;     /* but no more; seconds */
static const double end_time = 30;      /* for the last user to be done; seconds */

struct overseer {
	struct crowd crowd;
	double begun, full; /* when; full: 0 until the users have begun */
	double told;        /* when a line was printed last */
	struct usage warm, end;
};

static void fault(struct overseer *me, const char *what, const char *why)
{
	fprintf(stderr, "soak: %s%s%s\n", what, *why ? ": " : "", why);
	me->crowd.tally.faults++;
}

static struct poe_keepalive_stats stats_of(const struct overseer *me)
{
	struct poe_keepalive_stats stats;

	poe_keepalive_stats(me->crowd.manager, &stats);
	return stats;
}

/* The books, counted anew, and what they say. */
static void look(struct overseer *me, const char *when)
{
	struct poe_keepalive_stats stats = stats_of(me);
	const struct tally *t = &me->crowd.tally;
	const char *wrong = poe_keepalive_check(me->crowd.manager);

	if (wrong != NULL)
		fault(me, "the manager's books", wrong);
	printf("%s: %zu idle, %zu used, %zu dialing, %zu waiting; %ld asked, %ld whole, %ld reset, %ld stalled, "
	       "%ld left, %ld quit, %ld stale, %ld cancelled, %ld refused, %ld faults\n",
	       when, stats.idle, stats.used, stats.dialing, stats.waiting, t->asked, t->whole, t->reset, t->stalled,
	       t->left, t->quit, t->stale, t->cancelled, t->refused, t->faults);
	fflush(stdout);
}

static void start(struct poe_event *ev)
{
	struct overseer *me = ev->heap;
	const struct task *task = me->crowd.task;
	char tag[16];

	me->begun = poe_now(ev->kernel);
	for (int i = 0; i < task->keys; i++) {
		struct poe_keepalive_request request = task_key(task, i, tag);

		if (poe_keepalive_min_idle(me->crowd.manager, &request, task->per_key) < 0)
			fault(me, "poe_keepalive_min_idle", strerror(errno));
	}
	poe_delay_set(ev->kernel, "fill", 0.1);
}

static void fill(struct poe_event *ev)
{
	struct overseer *me = ev->heap;
	const struct task *task = me->crowd.task;
	size_t wanted = (size_t)task->keys * (size_t)task->per_key;

	if (stats_of(me).idle < wanted && poe_now(ev->kernel) < me->begun + fill_time) {
		poe_delay_set(ev->kernel, "fill", 0.1);
		return;
	}
	if (stats_of(me).idle < wanted)
		fault(me, "the connections could not be made", "");
	look(me, "full");
	me->full = me->told = poe_now(ev->kernel);
	for (int i = 0; i < task->users; i++)
		user_create(ev->kernel, &me->crowd, i);
	poe_delay_set(ev->kernel, "warm", task->seconds * warm_part < warm_time ? task->seconds * warm_part : warm_time);
	poe_delay_set(ev->kernel, "look", task->seconds / 10);
	poe_delay_set(ev->kernel, "end", task->seconds);
}

static void tell_server(struct overseer *me, char time)
{
	if (write(me->crowd.task->to_server, &time, 1) != 1)
		fault(me, "the server", strerror(errno));
}

static void warm(struct poe_event *ev)
{
	struct overseer *me = ev->heap;

	me->warm = usage_now();
	tell_server(me, TOLD_WARM);
}

/* Each order of lending has its turn. */
static void change_order(struct overseer *me)
{
	struct poe_keepalive_plan plan = poe_keepalive_settings(me->crowd.manager);

	plan.order = plan.order == POE_IDLE_LIFO ? POE_IDLE_FIFO :
		     plan.order == POE_IDLE_FIFO ? POE_IDLE_ROUND_ROBIN : POE_IDLE_LIFO;
	if (poe_keepalive_set(me->crowd.manager, &plan) < 0)
		fault(me, "poe_keepalive_set", strerror(errno));
}

static void look_again(struct poe_event *ev)
{
	struct overseer *me = ev->heap;
	char when[32];

	snprintf(when, sizeof when, "%.0f s", poe_now(ev->kernel) - me->full);
	look(me, when);
	change_order(me);
	if (!me->crowd.ending)
		poe_delay_set(ev->kernel, "look", me->crowd.task->seconds / 10);
}

static void end(struct poe_event *ev)
{
	struct overseer *me = ev->heap;

	me->end = usage_now();
	tell_server(me, TOLD_END);
	me->crowd.ending = 1;
	poe_alarm_clear(ev->kernel, "look");
	poe_delay_set(ev->kernel, "wait", 0.1);
}

static void give_up(struct poe_event *ev)
{
	struct overseer *me = ev->heap;

	fault(me, "users are stuck", "");
	poe_kernel_dump(ev->kernel, stderr);
	poe_kernel_stop(ev->kernel);
}

/* The last users end with what they are at.  Then nothing may be in use. */
static void wait_for_users(struct poe_event *ev)
{
	struct overseer *me = ev->heap;

	if (me->crowd.users > 0) {
		if (poe_now(ev->kernel) > me->full + me->crowd.task->seconds + end_time)
			give_up(ev);
		else
			poe_delay_set(ev->kernel, "wait", 0.1);
		return;
	}
	look(me, "end");
	if (stats_of(me).used > 0 || stats_of(me).waiting > 0)
		fault(me, "something is left on loan, or waiting", "");
	if (poe_keepalive_drain(me->crowd.manager, 0, "drained") < 0)
		fault(me, "poe_keepalive_drain", strerror(errno));
}

static void drained(struct poe_event *ev)
{
	struct overseer *me = ev->heap;

	if (stats_of(me).idle > 0 || stats_of(me).dialing > 0)
		fault(me, "something is left open", "");
}

static const struct poe_state states[] = {
	{ "_start", start }, { "fill", fill }, { "warm", warm },	    { "look", look_again },
	{ "end", end },	     { "wait", wait_for_users }, { "drained", drained }, { 0 },
};

static void run(struct overseer *me)
{
	const struct task *task = me->crowd.task;
	struct poe_kernel *k = poe_kernel_new(NULL);

	me->crowd.manager = poe_keepalive_new(k, &(struct poe_keepalive_plan){
			.max_per_host = task->per_key + SPARE, .max_open = task->keys * (task->per_key + SPARE),
			.keep_alive = 3600, .max_dialing = 256, .order = POE_IDLE_ROUND_ROBIN });
	if (me->crowd.manager == NULL) {
		fault(me, "poe_keepalive_new", strerror(errno));
		return;
	}
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = me });
	if (poe_run(k) < 0)
		fault(me, "the client", poe_kernel_error(k));
	poe_keepalive_free(me->crowd.manager);
	poe_kernel_free(k);
}

/* Each question to the manager has had one answer, or was taken back. */
static void check_sums(struct overseer *me)
{
	const struct tally *t = &me->crowd.tally;

	if (t->asked != t->cancelled + t->refused + t->whole + t->reset + t->stalled + t->left + t->quit)
		fault(me, "not as many answers as questions", "");
	printf("longest wait for a connection %.3f s, for an answer %.3f s\n", t->longest_wait, t->longest_answer);
}

int client_run(const struct task *task)
{
	struct usage before = usage_now(), after;
	struct overseer me = { .crowd.task = task };

	run(&me);
	after = usage_now();
	check_sums(&me);
	if (after.descriptors != before.descriptors) {
		fprintf(stderr, "soak: the client had %ld descriptors, and has %ld\n", before.descriptors,
			after.descriptors);
		me.crowd.tally.faults++;
	}
	me.crowd.tally.faults += usage_has_grown("client", &me.warm, &me.end);
	return me.crowd.tally.faults > 0;
}
