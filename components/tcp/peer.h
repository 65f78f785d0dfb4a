/*
 * A peer: the connection in the heap of a component's session, whoever has
 * made it.  How its wheel is made, which rows of the user it calls, and when it
 * may end.
 */
#ifndef TCP_PEER_H
#define TCP_PEER_H

#include "stream.h"

#include <poe/tcp.h>
#include <stdbool.h>

/* The rows of the user's table that are called, but for a listener's. */
enum tcp_row {
	TCP_INPUT,
	TCP_ERROR,
	TCP_FLUSHED,
	TCP_HIGH,
	TCP_LOW,
	TCP_PRE_CONNECT,
	TCP_CONNECTED,
	TCP_DISCONNECTED,
	TCP_CONNECT_ERROR,
	TCP_STARTED,
	TCP_ROWS
};

/* The first member of what each component keeps for a connection. */
struct poe_tcp_own {
	const char *const *names; /* of the rows, by enum tcp_row; static */
	unsigned rows;            /* those that are there, a bit each */
	uint64_t flushed;         /* octets that had been written when the wheel said so last */
	bool broken;              /* writing has failed: nothing will be flushed any more */
	bool leaving;             /* its last row is being called */
};

enum { TCP_VALUES = 64 };

/* The values of an event from `first` on, lent, and no value behind them. */
void tcp_values(const struct poe_event *ev, int first, struct poe_value values[TCP_VALUES + 1]);

/* Five values, the last none: errno as an error event tells it. */
void tcp_failure(struct poe_value values[5], const char *function, int64_t id);

/* Notes whom it is connected to; what is too long is cut. */
void tcp_set_remote(struct poe_tcp *tcp, const char *address);

/* Calls a row of the user's, in the session of this event, if it is there. */
bool tcp_has(const struct poe_tcp *tcp, enum tcp_row row);
void tcp_tell(const struct poe_event *ev, enum tcp_row row, const struct poe_value *values);
void tcp_pass_on(const struct poe_event *ev, enum tcp_row row); /* with the event's own values */

/* Calls pre_connect.  False if it refuses. */
bool tcp_is_welcome(const struct poe_event *ev, const struct poe_value *values);

/* An error event of the wheel: tells the user, or standard error. */
void tcp_tell_error(const struct poe_event *ev);
void tcp_report(const char *who, const struct poe_value *values);

/*
 * Makes the wheel on a descriptor, in the session of this event.  0, or -1 with
 * errno, and the descriptor is the caller's.
 */
int tcp_open(const struct poe_event *ev, int fd, const struct tcp_stream *stream, const struct tcp_remote *remote);

/*
 * Shuts down: no more input is delivered.  True if nothing has to be flushed
 * first; otherwise the event "poe.tcp.flushed" comes when it has been.
 */
bool tcp_may_leave(struct poe_tcp *tcp);

/* True if that event will never come. */
bool tcp_waits_in_vain(const struct poe_tcp *tcp);

/* The wheel has flushed: tells the user. */
void tcp_tell_flushed(const struct poe_event *ev);

/* The handler of "poe.tcp.discard": input during a shutdown. */
void tcp_discard(struct poe_event *ev);

#endif
