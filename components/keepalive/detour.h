/*
 * Detour: a dial that goes by a proxy, from the connection to him until he has
 * opened the tunnel.
 */
#ifndef KEEPALIVE_DETOUR_H
#define KEEPALIVE_DETOUR_H

struct dial;

/* Where the proxy is.  -1 with errno. */
int ka_detour_plan(struct dial *d);

/* The dial is connected to the proxy, and has its watch.  Ends with ka_dial_open or ka_dial_refused. */
void ka_detour_begin(struct dial *d);

#endif
