/*
 * Connection: a socket that a session has on loan from a connection manager.
 *
 * It belongs to the session that took it (poe_keepalive_take).  Freeing it
 * gives the socket back to the manager, which keeps it for the next asker if
 * it is clean: nothing unsent, nothing half read, nothing unread, the peer
 * still there.  Otherwise it is closed.  A session that stops frees its
 * connections.  After POE::Component::Connection::Keepalive.
 */
#ifndef POE_CONNECTION_H
#define POE_CONNECTION_H

#include <poe/wheel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_connection;

/*
 * Starts a ReadWrite wheel on the connection, for the current session.  The
 * connection owns the wheel; starting again replaces it.  As
 * poe_readwrite_new: NULL and nothing is changed on failure; EBADF once closed.
 */
struct poe_readwrite *poe_connection_start(struct poe_connection *c,
					   const struct poe_readwrite_plan *plan);

/* The wheel, or NULL before start. */
struct poe_readwrite *poe_connection_wheel(const struct poe_connection *c);

/* Gives the socket back.  NULL is nothing.  Legal in the wheel's own events. */
void poe_connection_free(struct poe_connection *c);

/* Closes the socket now: its place in the manager's limits is free at once.  The connection stays, to be freed. */
void poe_connection_close(struct poe_connection *c);

/* This socket shall not be used again after this loan; it is closed when freed. */
void poe_connection_retire(struct poe_connection *c);

int poe_connection_fd(const struct poe_connection *c);      /* -1 once closed; stays the manager's */
const char *poe_connection_peer(const struct poe_connection *c); /* "127.0.0.1:8080", "[::1]:80", a path */
unsigned poe_connection_uses(const struct poe_connection *c);    /* loans before this one */
double poe_connection_age(const struct poe_connection *c);       /* seconds since connected */

#ifdef __cplusplus
}
#endif
#endif
