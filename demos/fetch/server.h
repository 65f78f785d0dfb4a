/*
 * A small HTTP server on loopback, to have something to fetch from.
 */
#ifndef SERVER_H
#define SERVER_H

#include <poe.h>

/*
 * Starts it as a session of its own, with the alias "server".  Returns the
 * port; -1 when there is none.  A "shutdown" posted to it ends it; its
 * visitors go when they hang up.
 */
int server_create(struct poe_kernel *k);

#endif
