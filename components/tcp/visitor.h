/*
 * A visitor: a server's client, and the session it has to itself.
 */
#ifndef TCP_VISITOR_H
#define TCP_VISITOR_H

#include "peer.h"

#include <poe/session.h>

struct tcp_listener;

struct tcp_visitor {
	struct poe_tcp_own own;    /* first */
	struct poe_tcp *tcp;       /* the heap that this lies behind */
	struct tcp_listener *listener; /* NULL once that has gone */
	struct tcp_visitor *next, **link; /* among the server's; link is NULL while on no list */
	poe_sid session;
	void (*release)(void *heap); /* the user's */
	int fd;                    /* owned until the wheel has it; -1: none */
};

/* The names of the rows it calls, by enum tcp_row. */
extern const char *const tcp_visitor_names[TCP_ROWS];

/* The rows under the user's own. */
extern const struct poe_state tcp_visitor_states[];

/* A heap for a session of these, with the socket of that event.  NULL with ENOMEM. */
void *tcp_visitor_new(struct tcp_listener *listener, struct poe_event *accepted);

/* The session's free_heap. */
void tcp_visitor_free(void *heap);

void tcp_visitor_join(struct tcp_visitor *v, struct tcp_visitor **list);
void tcp_visitor_part(struct tcp_visitor *v); /* nothing if it is on no list */

/* Its next "shutdown" does not wait for what is pending. */
void tcp_visitor_hurry(struct tcp_visitor *v);

#endif
