/*
 * What goes to standard output, and when.
 */
#include "report.h"

#include <stdlib.h>

enum { TERMINAL_STEP = 10, PLAIN_STEP = 250 };

/* On a terminal the line is written over; in a file each is a line of its own, and there are few. */
static void show_progress(struct poe_kernel *k, const struct report *me)
{
	size_t step = me->is_terminal ? TERMINAL_STEP : PLAIN_STEP;
	int is_last = me->pages == me->expected;

	if (me->pages % step != 0 && !is_last)
		return;
	printf("%s%6zu of %zu pages", me->is_terminal ? "\r" : "", me->pages, me->expected);
	if (is_last)
		printf(" in %.3f s", poe_now(k) - me->began);
	if (is_last || !me->is_terminal)
		printf("\n");
	fflush(stdout);
}

/* A wait that finds no memory is left out of the percentiles. */
static void keep_wait(struct report *me, double wait)
{
	size_t room = me->wait_room ? me->wait_room * 2 : 256;
	double *waits;

	if (me->wait_count == me->wait_room) {
		waits = realloc(me->waits, room * sizeof *waits);
		if (waits == NULL)
			return;
		me->waits = waits;
		me->wait_room = room;
	}
	me->waits[me->wait_count++] = wait;
}

/* The functions are few; a thirteenth would go uncounted here, and is in `failures` all the same. */
static void count_error(struct report *me, const char *function)
{
	for (int i = 0; i < REPORT_FUNCTIONS; i++) {
		if (me->errors[i].count == 0)
			snprintf(me->errors[i].function, sizeof me->errors[i].function, "%s", function);
		if (strcmp(me->errors[i].function, function) == 0) {
			me->errors[i].count++;
			return;
		}
	}
}

static void report_start(struct poe_event *ev)
{
	struct report *me = ev->heap;

	me->began = poe_now(ev->kernel);
}

static void report_page(struct poe_event *ev)
{
	struct report *me = ev->heap;
	const char *url = poe_arg_str(ev, 0);
	const char *how = poe_arg_str(ev, 3);
	double wait = poe_arg_double(ev, 4);

	me->pages++;
	keep_wait(me, wait);
	if (me->expected > 0)
		show_progress(ev->kernel, me);
	else
		printf("%s: %d, %lld octets (%s)\n", url, (int)poe_arg_int(ev, 1), (long long)poe_arg_int(ev, 2), how);
}

static void report_failed(struct poe_event *ev)
{
	struct report *me = ev->heap;
	const char *function = poe_arg_str(ev, 1);

	me->failures++;
	count_error(me, function);
	printf("%s: %s error %lld: %s\n", poe_arg_str(ev, 0), function, (long long)poe_arg_int(ev, 2),
	       poe_arg_str(ev, 3));
}

/* Only its alias kept it. */
static void report_done(struct poe_event *ev)
{
	poe_alias_remove(ev->kernel, "report");
}

static const struct poe_state report_states[] = {
	{ "_start", report_start },
	{ "page(siisd)", report_page },
	{ "failed(ssis)", report_failed },
	{ "done", report_done },
	{ 0 },
};

poe_sid report_create(struct poe_kernel *k, struct report *report)
{
	return poe_session_create(k, &(struct poe_session_plan){
			.states = report_states, .heap = report, .alias = "report" });
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The smallest wait that so many percent of all do not exceed, in milliseconds. */
static double percentile(const struct report *me, size_t percent)
{
	size_t rank = (me->wait_count * percent + 99) / 100;

	return rank > 0 ? me->waits[rank - 1] * 1e3 : 0;
}

void report_table(struct report *report, const struct poe_keepalive_stats *stats)
{
	if (report->wait_count > 0)
		qsort(report->waits, report->wait_count, sizeof *report->waits, compare);
	printf("\n%-24s %8llu\n", "requests", (unsigned long long)stats->allocated);
	printf("%-24s %8llu\n", "connections opened", (unsigned long long)stats->opened);
	printf("%-24s %8llu\n", "connections reused", (unsigned long long)(stats->immediate + stats->deferred));
	printf("%-24s %8.3f ms\n", "time to connection, p50", percentile(report, 50));
	printf("%-24s %8.3f ms\n", "time to connection, p99", percentile(report, 99));
	for (int i = 0; i < REPORT_FUNCTIONS && report->errors[i].count > 0; i++)
		printf("errors in %-14s %8zu\n", report->errors[i].function, report->errors[i].count);
}

void report_free(struct report *report)
{
	free(report->waits);
	report->waits = NULL;
}
