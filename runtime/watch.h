/* Watches, as the dump sees them. */
#ifndef WATCH_H
#define WATCH_H

#include <poe/session.h>
#include <poe/watch.h>

/* If this owned thing is a watch: its descriptor and its event's name.  Else NULL. */
const char *watch_describe(const struct poe_owned *owned, int *fd);

#endif
