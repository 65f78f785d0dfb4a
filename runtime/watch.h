/* Watches, as the dump sees them. */
#ifndef WATCH_H
#define WATCH_H

#include <poe/session.h>
#include <poe/watch.h>
#include <stdbool.h>

/* If this owned thing is a watch: its event's name, its descriptor and whether it is weak.  Else NULL. */
const char *watch_describe(const struct poe_owned *owned, int *fd, bool *weak);

#endif
