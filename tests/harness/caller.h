/*
 * A Client::TCP whose rows write down what they are told, as "started
 * connected:127.0.0.1 disconnected ", and the server it calls.
 */
#ifndef CALLER_H
#define CALLER_H

#include "harness.h"
#include "tcp_server.h"

struct room;

struct caller {
	struct poe_tcp tcp;
	struct room *room; /* from started on */
};

struct room {
	struct poe_kernel *kernel;
	struct tcp_server *server;
	struct poe_tcp_client_plan plan; /* with all the rows */
	poe_sid client, clock;
	char log[4096];
	const char *hook_row;            /* in this row, once it is written down, */
	poe_handler *hook;               /* this runs */
	int released, quiet;
	double told_at;                  /* the last connect_error or disconnected */
};

struct room *room_new(struct harness *h);

/* Ends the client, and runs until all sessions have gone. */
void room_free(struct room *r);

/* Another server in place of the first one. */
void room_set_server(struct room *r, struct tcp_server *server);

/* It has not begun to connect when the client has been made; what comes then is told within a moment. */
void room_call(struct room *r);
void room_settle(struct room *r);
void room_wait(struct room *r, double seconds);

struct room *room_of(const struct poe_event *ev);
void room_told(struct poe_event *ev); /* a row's handler: writes it down */
void room_assert_told(struct room *r, const char *expected);

#endif
