/*
 * Who asks a connection manager: requests, the answers to them, and the
 * connections, each under its request's context.  Asker.pm is the same.
 */
#ifndef ASKER_H
#define ASKER_H

#include "peer.h"

/* A manager, p->manager, and a socket that listens, p->pipe[0], at p->port. */
void asker_start(struct parity *p, struct poe_keepalive_plan plan);

/*
 * Asks for a connection to that socket, the response "got"; what the request
 * leaves out is filled in.  By a call of the message, which is answered by an
 * event always: what Perl's allocate does.
 */
void asker_ask_as(struct parity *p, const char *context, struct poe_keepalive_request request);
void asker_ask(struct parity *p, const char *context);

/* A context's place in p->conn and p->request: "one" to "four"; others share the last. */
int asker_place(const char *context);

/* Prints an answer, takes its connection, and returns its context; whether it is that one's. */
const char *asker_note_answer(struct parity *p, const struct poe_event *ev);
int asker_is_answer(struct parity *p, const struct poe_event *ev, const char *context);

/* Gives one connection back; gives all back and ends the manager. */
void asker_give_back(struct parity *p, const char *context);
void asker_end(struct parity *p);

#endif
