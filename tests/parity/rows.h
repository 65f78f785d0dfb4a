/*
 * The rows of a TCP server's and a TCP client's sessions.  They are no cast of
 * a scenario: its drive makes them, its act runs for each row, after its line
 * is printed.  Rows.pm is the same.
 */
#ifndef ROWS_H
#define ROWS_H

#include "peer.h"

/* The heap of the sessions with a connection, which are numbered as they come. */
struct row_user {
	struct poe_tcp tcp;
	struct parity *p;
	int number;
};

/*
 * Handlers for any row: of the session that listens, whose heap is the
 * scenario; of its clients'; of a TCP client's, whose first argument is the
 * scenario.  They print "S started()", "C1 client_input(hello, x)", "C server_input(hello, x)".
 */
void row_of_server(struct poe_event *ev);
void row_of_visitor(struct poe_event *ev);
void row_of_client(struct poe_event *ev);

int row_is(const struct poe_event *ev, const char *name);

/* Input, and of that text. */
int row_is_input(const struct poe_event *ev, const char *text);

#endif
