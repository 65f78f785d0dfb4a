/*
 * Pages: what is still to be fetched.  Several fetchers take from one list.
 */
#ifndef PAGES_H
#define PAGES_H

#include "url.h"

#include <stddef.h>

struct pages {
	struct url *urls; /* owned */
	size_t count, next, room;
	double timeout;   /* seconds to get a connection; 0: the manager's */
};

/* Adds a page at the end.  0; -1 as url_read.  Not once pages_next has been called. */
int pages_add(struct pages *pages, const char *text);

/* The next page, lent until pages_free; NULL when all have been given out. */
const struct url *pages_next(struct pages *pages);

size_t pages_left(const struct pages *pages);
void pages_free(struct pages *pages);

#endif
