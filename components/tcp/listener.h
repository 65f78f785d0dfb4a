/*
 * A listener: a server, to itself: what its plan said, and its session.
 */
#ifndef TCP_LISTENER_H
#define TCP_LISTENER_H

#include "stream.h"

#include <poe/session.h>
#include <poe/tcp_server.h>
#include <stdbool.h>

struct tcp_visitor;

struct tcp_listener {
	struct poe_kernel *kernel;
	poe_sid session;          /* zero until it starts */
	struct poe_owned owned;   /* by that session */
	struct poe_socketfactory *door; /* the session's; NULL once it does not listen */
	char *alias;              /* owned; NULL: none */
	unsigned rows;            /* of the user's table for it, a bit each: enum tcp_listener_row */
	int connections;
	int64_t concurrency;      /* -1: any number */
	struct tcp_visitor *visitors;
	int refusal;              /* why the visitor's session that was just made has no wheel; 0: it has */

	struct tcp_stream stream; /* of the visitors */
	const struct poe_state *client_states;
	unsigned client_rows;
	size_t client_size;
	void (*client_release)(void *heap);
	struct poe_array *client_args; /* owned, and ends with no value; NULL: none */
	int shutdown_on_error;
};

enum tcp_listener_row { TCP_LISTENER_STARTED, TCP_LISTENER_STOPPED, TCP_LISTENER_ERROR, TCP_LISTENER_ACCEPTOR };

/*
 * The rows under the user's own for the session that listens: _start, whose
 * argument 0 leads to an opening.  The others have the listener as their object.
 */
extern const struct poe_state tcp_listener_states[];

/* The making of that session. */
struct tcp_opening {
	struct tcp_listener *listener;
	const struct poe_tcp_server_plan *plan;
	bool is_owned; /* out: the listener is the session's */
	int error_num; /* out: why it does not listen; the filters are then still the caller's */
};

/* Frees one that no session has. */
void tcp_listener_free(struct tcp_listener *listener);

#endif
