/*
 * Fetchers: the sessions that do the work, each of them one page at a time.
 */
#ifndef FETCHER_H
#define FETCHER_H

#include "pages.h"

#include <poe.h>

struct fetcher_plan {
	struct poe_keepalive *manager;
	struct pages *pages; /* shared with the other fetchers; outlives them */
	poe_sid report;      /* who gets "page" and "failed"; see report.h */
};

/* Starts one, as a child of the current session.  It ends with the pages.  Zero with ENOMEM. */
poe_sid fetcher_create(struct poe_kernel *k, const struct fetcher_plan *plan);

#endif
