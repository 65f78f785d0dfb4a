/*
 * Lent: a connection's driver in the hands of a wheel.  The wheel frees what it
 * was given, and the connection keeps its own for the next one.
 */
#ifndef KEEPALIVE_LENT_H
#define KEEPALIVE_LENT_H

#include <poe/driver.h>

/* Must be freed before the real one.  NULL with ENOMEM. */
struct poe_driver *ka_lent_new(struct poe_driver *real);

#endif
