/*
 * Settings: a plan's numbers, from the words of its user to those of the pool.
 */
#ifndef KEEPALIVE_SETTINGS_H
#define KEEPALIVE_SETTINGS_H

#include "manager.h"

/* -1 with EINVAL if they cannot be meant. */
int ka_settings_check(const struct poe_keepalive_plan *plan);

/* The manager's from now on; what is text or a resolver stays.  The pool is told by the caller. */
void ka_settings_take(struct poe_keepalive *ka, const struct poe_keepalive_plan *plan);

/* For the pool. */
struct pool_plan ka_settings_pool(const struct poe_keepalive *ka);

#endif
