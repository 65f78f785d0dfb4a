/*
 * A client: what its plan said, and how far its session has come.
 */
#ifndef TCP_CLIENT_H
#define TCP_CLIENT_H

#include "backoff.h"
#include "peer.h"

#include <poe/alarm.h>
#include <poe/tcp_client.h>

struct tcp_client {
	struct poe_tcp_own own;         /* first */
	const struct poe_tcp_client_plan *plan; /* lent while the session starts; NULL afterwards */
	int *start_error;               /* lent likewise: errno goes there, and the filters are the caller's */
	struct tcp_stream stream;
	struct poe_socketfactory *dial; /* the session's; NULL: it does not connect now */
	struct poe_resolver *resolver;  /* a reference; NULL: the shared one */
	char *alias, *address, *bind_address; /* owned; alias and bind_address: NULL for none */
	int port, bind_port, domain;
	double connect_timeout;
	struct tcp_backoff backoff;
	poe_alarm_id again;             /* zero: none */
	double connected_at;            /* poe_now */
	bool finished;                  /* by "shutdown": nothing is connected again */
	void (*release)(void *heap);    /* the user's */
};

/* The names of the rows it calls, by enum tcp_row. */
extern const char *const tcp_client_names[TCP_ROWS];

/* The rows under the user's own. */
extern const struct poe_state tcp_client_states[];

#endif
