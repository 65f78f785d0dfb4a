/*
 * The other end of what a wheel works on: plain descriptors that the scenario
 * writes to and reads from itself, and octets as text.  Peer.pm is the same.
 */
#ifndef PEER_H
#define PEER_H

#include "parity.h"

/* A pair of connected sockets, in p->pipe: the wheel's end, and the peer's.  Neither blocks. */
void peer_pair(struct parity *p);

/* A socket that listens on the loopback address, and its port; it accepts nobody.  -1 for errors. */
int peer_listen(int *port);

/* A socket connected to that port; one accepted, which is waited for. */
int peer_connect(int port);
int peer_accept(int listener);

/* One that may never be: nobody waits for it. */
int peer_begins_to_connect(int port);

/* Sends; prints "peer hears: ..." with what has come, "end" if no more will. */
void peer_say(int fd, const char *text);
void peer_hear(int fd);

/* Throws away what has come; prints nothing. */
void peer_drain(int fd);

/* Octets as text, with \r, \n and \0 for those that would not show; the text is the caller's. */
void peer_spell(const char *octets, size_t length, char *text, size_t room);

#endif
