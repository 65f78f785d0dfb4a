/*
 * Handshake: a dial's last stage where TLS is asked for.
 */
#ifndef KEEPALIVE_HANDSHAKE_H
#define KEEPALIVE_HANDSHAKE_H

struct dial;

/* The dial is connected to whom it is for, and has its watch.  Ends with ka_dial_ready or ka_dial_refused. */
void ka_handshake_begin(struct dial *d);

#endif
