/*
 * Tunnel: the talk with a proxy, until octets go through it to whom they are
 * for.  It knows octets, and no socket.
 */
#ifndef KEEPALIVE_TUNNEL_H
#define KEEPALIVE_TUNNEL_H

#include "proxy.h"
#include <stddef.h>

enum { TUNNEL_OUT = 2048, TUNNEL_IN = 1024 };

struct tunnel;

/* Takes octets that have come: 1, it is open; 0, there is more to send or to read; -1 with errno, and perhaps text. */
typedef int tunnel_taker(struct tunnel *t, const char *octets, size_t length);

struct tunnel {
	struct proxy proxy;
	char host[PROXY_TEXT];   /* to whom */
	int port;
	char out[TUNNEL_OUT];    /* to be sent, from sent on */
	size_t length, sent;
	size_t wants;            /* not more octets are to be read now: what comes behind them is not the proxy's */
	tunnel_taker *take;
	char in[TUNNEL_IN];      /* SOCKS: what has come of this reply; HTTP: the words of the status */
	size_t got;
	int status;              /* HTTP; 0: not known yet */
	size_t head;             /* HTTP: octets of the answer so far */
	void *parser;            /* HTTP: owned */
	char text[64];           /* for people: why not */
};

/* Asks this proxy for host and port.  NULL with ENOMEM; EINVAL: it cannot be asked for that. */
struct tunnel *ka_tunnel_new(const char *proxy, const char *host, int port);
void ka_tunnel_free(struct tunnel *t); /* NULL is nothing */

/* tunnel_http.c, tunnel_socks.c: the first words.  -1 with errno. */
int ka_tunnel_ask_http(struct tunnel *t);
int ka_tunnel_ask_socks(struct tunnel *t);

/* Appends to what is to be sent.  Room is for all that can be said. */
void ka_tunnel_say(struct tunnel *t, const void *octets, size_t length);

#endif
