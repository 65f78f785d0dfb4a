/*
 * TCP: what the sessions of Server::TCP and Client::TCP have in common.
 *
 * Both components lend their user a session.  POE's callback parameters are
 * rows of the user's own table here, in snake case: ClientInput is
 * { "client_input(s)", handler }.  A row that is not there is not called, not
 * even by way of _default.  Any other rows are the user's own events.
 */
#ifndef POE_TCP_H
#define POE_TCP_H

#include <poe/wheel.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { POE_TCP_ADDRESS = 112 }; /* room for any address, a path too */

struct poe_tcp_own;

/*
 * The first member of the heap of such a session: the keys that POE keeps in
 * HEAP.  The rest of that struct is the user's, and starts as zeros.
 */
struct poe_tcp {
	struct poe_readwrite *wheel; /* POE: {client}, {server}.  NULL while there is no connection */
	char remote_address[POE_TCP_ADDRESS]; /* POE: {remote_ip}; numeric; "LOCAL" for a server's client by a path */
	int remote_port;
	int connected;         /* Client::TCP alone */
	int shutdown;          /* not 0: it is being shut down, and no more input is delivered */
	int shutdown_on_error; /* not 0: an error ends the connection; may be set at any time */
	int got_an_error;      /* not 0: a shutdown does not wait for what is pending */
	struct poe_tcp_own *own; /* the component's */
};

/*
 * The event "shutdown", posted to the session, ends the connection: input is
 * read and thrown away, what was put is written, then comes the disconnected
 * row and the wheel is freed.  After an error it is at once.  A user may also
 * free the wheel and set it to NULL; then no row is called.
 */

#ifdef __cplusplus
}
#endif
#endif
