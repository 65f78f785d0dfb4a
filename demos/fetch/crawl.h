/*
 * The crawl: starts the fetchers, and ends everything once they have ended.
 */
#ifndef CRAWL_H
#define CRAWL_H

#include "pages.h"

#include <poe.h>

struct crawl {
	struct poe_keepalive *manager;
	struct pages *pages;    /* fetched first */
	int fetchers;           /* how many at it at once */
	struct pages *hopeless; /* then these, by one fetcher, so that they come in order; may be empty */
	int running;            /* fetchers alive; the crawl's own */
};

/* Starts the session; *crawl stays the caller's.  Zero with ENOMEM. */
poe_sid crawl_create(struct poe_kernel *k, struct crawl *crawl);

#endif
