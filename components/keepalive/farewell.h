/*
 * Farewell: who wants to be told that a manager is over and done.
 */
#ifndef KEEPALIVE_FAREWELL_H
#define KEEPALIVE_FAREWELL_H

#include "manager.h"

/* The session will be told by this event, and is kept alive until then.  -1 with ESRCH, ENOMEM. */
int ka_farewell_promise(struct poe_keepalive *ka, poe_sid whom, const char *event);

/* Tells all.  -1 with ENOMEM: some are still to be told. */
int ka_farewell_say(struct poe_keepalive *ka);

/* Lets all go untold. */
void ka_farewell_drop(struct poe_keepalive *ka);

#endif
