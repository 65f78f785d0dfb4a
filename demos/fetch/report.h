/*
 * The report: hears of every page, shows progress, and draws up the table.
 */
#ifndef REPORT_H
#define REPORT_H

#include <poe.h>

enum { REPORT_FUNCTIONS = 12 };

struct report {
	size_t expected;        /* pages, for the progress line; 0: a line for each page instead */
	int is_terminal;        /* progress is one line, written over and over */
	size_t pages, failures; /* heard of so far */
	double began;           /* as poe_now */
	double *waits;          /* seconds to a connection, one a page; owned */
	size_t wait_count, wait_room;
	struct {
		char function[16];
		size_t count;
	} errors[REPORT_FUNCTIONS];
};

/*
 * Starts the session, with the alias "report"; *report stays the caller's.
 * It understands, and "done" ends it:
 *     page    string URL, int status, int octets of body, string "new" or how it was reused, double seconds waited
 *     failed  string URL, string function, int error_num, string error_str
 * Zero with ENOMEM.
 */
poe_sid report_create(struct poe_kernel *k, struct report *report);

/* Prints the table: what the report heard and what the manager counted. */
void report_table(struct report *report, const struct poe_keepalive_stats *stats);

void report_free(struct report *report);

#endif
