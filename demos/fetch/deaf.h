/*
 * A server that is full, to have something to time out on.
 */
#ifndef DEAF_H
#define DEAF_H

#include <poe.h>

/*
 * Starts it as a session of its own, with the alias "deaf".  Returns the port,
 * where no connection can be made any more once the kernel runs; -1 when there
 * is none.  A "shutdown" posted to it ends it.
 */
int deaf_create(struct poe_kernel *k);

#endif
