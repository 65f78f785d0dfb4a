/*
 * The rows of a user's table: which of a component's callbacks are there.
 */
#ifndef TCP_ROWS_H
#define TCP_ROWS_H

#include <poe/session.h>
#include <stdbool.h>

/* A bit for each name, the first is 1, that has a row; NULL among the names is none.  No table has no rows. */
unsigned tcp_rows(const struct poe_state *states, const char *const *names, int count);

/* True if no row is one that the component needs itself: these, up to NULL, and all that begin with "poe." */
bool tcp_rows_are_free(const struct poe_state *states, const char *const *taken);

#endif
