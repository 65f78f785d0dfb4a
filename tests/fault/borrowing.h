/*
 * Borrowing, for scenarios: a session with a manager, and a server for it.
 * What is asked and accepted is owed, until the response comes.
 */
#ifndef BORROWING_H
#define BORROWING_H

#include "tcp_server.h"
#include "trial.h"

struct borrowing {
	struct trial *trial;
	struct poe_keepalive *manager;
	struct tcp_server *server;
	struct poe_connection *connection; /* the scenario's own */
	int asked;
};

/* Plays one session, whose heap is the borrowing; so much is hoped for.  The server is freed. */
void borrowing_play(struct trial *t, int things, const struct poe_state *states,
		    const struct poe_keepalive_plan *plan);
void borrowing_play_at(struct trial *t, int things, const struct poe_state *states,
		       const struct poe_keepalive_plan *plan, struct tcp_server *server);

struct poe_keepalive_request borrowing_request(const struct borrowing *b, const char *address);

/* Asks by message.  The other by the call: a connection that comes at once is seen. */
void borrowing_ask(struct borrowing *b, const char *address);
struct poe_connection *borrowing_call(struct borrowing *b, const char *address);

/* Takes a response in: the connection is seen, a failure is told. */
struct poe_connection *borrowing_got(struct borrowing *b, struct poe_event *ev);

/* A handler for _stop: looks at the books and frees the manager. */
void borrowing_stop(struct poe_event *ev);

#endif
