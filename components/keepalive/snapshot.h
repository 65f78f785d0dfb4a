/*
 * Snapshot: the pool's numbers as an event.
 */
#ifndef KEEPALIVE_SNAPSHOT_H
#define KEEPALIVE_SNAPSHOT_H

#include "manager.h"

/* -1 with the errno of poe_post. */
int ka_snapshot_post(struct poe_keepalive *ka, poe_sid whom, const char *event);

#endif
