/*
 * A server's farewell: how its session shuts down.
 */
#ifndef TCP_FAREWELL_H
#define TCP_FAREWELL_H

#include "listener.h"

#include <poe/event.h>

/* Handlers with the listener as their object: of "shutdown", and of "poe.tcp.deadline", which that may set. */
void tcp_farewell_begin(struct poe_event *ev);
void tcp_farewell_deadline(struct poe_event *ev);

/* Listens no more, and gives the alias back. */
void tcp_farewell_close(struct tcp_listener *listener);

#endif
