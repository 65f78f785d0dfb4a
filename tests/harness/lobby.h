/*
 * A Server::TCP, or a Client::TCP, whose rows write down what they are told, as
 * "client_connected client_input:hello client_disconnected "; and plain sockets
 * for the other end.
 */
#ifndef LOBBY_H
#define LOBBY_H

#include "harness.h"

#include <stdbool.h>

struct lobby;
typedef void lobby_hook(struct poe_event *ev);

/* The heap of each session with a connection. */
struct guest {
	struct poe_tcp tcp;
	struct lobby *lobby; /* set by the component's arguments: poe_ptr(lobby) */
	int64_t wheel_id;
};

struct lobby {
	struct poe_kernel *kernel;
	poe_sid server, clock;
	poe_sid guest;                  /* the session that was connected last */
	int port;
	struct poe_tcp_server_plan plan;
	char log[4096];
	const char *hook_row;           /* in this row, once it is written down, */
	lobby_hook *hook;               /* this runs */
	int released, most, now;        /* heaps; connections at once, at most and now */
	int quiet;
	bool is_terse;                  /* nothing is written down, only counted */
};

/* A plan with all the rows; then the server, asserted to be there. */
struct lobby *lobby_new(struct harness *h);
void lobby_open(struct lobby *l);

/* Ends the server, and runs until all sessions have gone. */
void lobby_free(struct lobby *l);

void lobby_settle(struct lobby *l);               /* runs until nothing happens any more, and so many seconds beyond */
void lobby_wait(struct lobby *l, double seconds);
struct lobby *lobby_of(const struct poe_event *ev);
struct guest *lobby_guest(const struct lobby *l); /* the heap of the last one connected */

/* Hooks: "shutdown" posted to the session, called in it; the whole kernel stopped. */
void lobby_post_shutdown(struct poe_event *ev);
void lobby_call_shutdown(struct poe_event *ev);
void lobby_stop_kernel(struct poe_event *ev);

/* What was written down since last asked. */
void lobby_assert_told(struct lobby *l, const char *expected);

/* A row's handler: writes it down. */
void lobby_told(struct poe_event *ev);

/* Plain sockets: connects; sends a text; sends a reset and is gone; what has come, "(end)" behind it at the end. */
int lobby_knock(struct lobby *l);
void lobby_say(int fd, const char *text);
void lobby_reset(int fd);
const char *lobby_hear(int fd, char text[256]);

#endif
