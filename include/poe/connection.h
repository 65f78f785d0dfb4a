/*
 * Connection: a socket that a session has on loan from a connection manager.
 *
 * It belongs to the session that took it (poe_keepalive_take).  Freeing it
 * gives the socket back to the manager, which keeps it for the next asker if
 * it is clean: nothing unsent, nothing half read, nothing unread, the peer
 * still there, and not spoken to without a word from it since the loan began.
 * Otherwise it is closed.  More of an exchange the manager cannot know: who
 * gives one up after a part of the answer has been delivered retires the
 * connection first, or the next borrower may get the rest.  A session that
 * stops frees its connections; with a wheel at work they are closed.  After
 * POE::Component::Connection::Keepalive, which keeps them in both cases.
 */
#ifndef POE_CONNECTION_H
#define POE_CONNECTION_H

#include <poe/tls.h>
#include <poe/wheel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_connection;

/*
 * Starts a ReadWrite wheel on the connection, for the current session.  The
 * connection owns the wheel; starting again replaces it.  As
 * poe_readwrite_new: NULL and nothing is changed on failure; EBADF once closed.
 * The wheel speaks TLS if the request asked for that; a driver in the plan is
 * then EINVAL.  A connection that another driver has been at work on, the
 * plan's or one of poe_readwrite_set_driver, is closed when it is freed: what
 * that driver has agreed on with the peer goes with it.
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

/*
 * The peer has said how long it keeps the connection when it is idle, as HTTP's
 * "Keep-Alive: timeout=5, max=100" does, and how many loans it allows after
 * this one.  Negative: it has not said.  The connection is then idle for a
 * second less than that, or than the manager's keep_alive if this is shorter;
 * it is not kept at all when nothing is left.
 */
void poe_connection_hint(struct poe_connection *c, double seconds, int uses);

/*
 * Takes the socket out of the manager: it no longer counts there, and the
 * descriptor that is returned is the caller's.  The wheel is freed; the
 * connection stays, without a socket, to be freed.  -1 with EBADF (closed),
 * EINVAL (it speaks TLS, which the descriptor alone could not go on with),
 * EBUSY (the wheel has something unsent, or half read) and nothing is changed.
 */
int poe_connection_detach(struct poe_connection *c);

/* What there is to say of a loan; seconds. */
struct poe_connection_info {
	const char *from_cache; /* "immediate", "deferred"; NULL: made for this loan, or adopted */
	const char *peer;       /* as poe_connection_peer */
	unsigned uses;          /* loans before this one */
	double age;             /* since it was connected */
	double idle;            /* nobody had it, before this loan */
	double loan;            /* since this loan began */
	double queue;           /* the request waited until this connection was begun, or came free */
	double resolve, connect, proxy, tls; /* it took to make this connection, for whichever loan that was */
};
void poe_connection_info(const struct poe_connection *c, struct poe_connection_info *info);

int poe_connection_fd(const struct poe_connection *c);      /* -1 once closed; stays the manager's */
const char *poe_connection_peer(const struct poe_connection *c); /* "127.0.0.1:8080", "[::1]:80", a path; a proxy's, if there is one */
unsigned poe_connection_uses(const struct poe_connection *c);    /* loans before this one */
double poe_connection_age(const struct poe_connection *c);       /* seconds since connected */

/* What TLS has agreed on.  0; -1 with ENOTCONN, and *info is not changed: there is none, or the socket is closed. */
int poe_connection_tls(const struct poe_connection *c, struct poe_tls_info *info);

#ifdef __cplusplus
}
#endif
#endif
