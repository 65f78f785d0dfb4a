/*
 * Peers: who is at the other end, in words.
 */
#include "connection.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

static char *inet_text(const union address *peer)
{
	bool is_v6 = peer->any.sa_family == AF_INET6;
	const void *number = is_v6 ? (const void *)&peer->v6.sin6_addr : (const void *)&peer->v4.sin_addr;
	in_port_t port = is_v6 ? peer->v6.sin6_port : peer->v4.sin_port;
	char host[INET6_ADDRSTRLEN];
	char *text = NULL;

	if (inet_ntop(peer->any.sa_family, number, host, sizeof host) == NULL)
		return NULL;
	return asprintf(&text, is_v6 ? "[%s]:%d" : "%s:%d", host, ntohs(port)) < 0 ? NULL : text;
}

static char *peer_text(const struct poe_connection *c)
{
	union address peer;
	socklen_t length = sizeof peer;

	if (c->slot == NULL || getpeername(c->fd, &peer.any, &length) < 0)
		return NULL;
	return peer.any.sa_family == AF_UNIX ? strdup(c->slot->key->name.address) : inet_text(&peer);
}

/* Found out once, for those who ask.  To remember it changes nothing that a caller could see. */
const char *poe_connection_peer(const struct poe_connection *c)
{
	struct poe_connection *memory = (struct poe_connection *)c;

	if (c->peer == NULL)
		memory->peer = peer_text(c);
	return c->peer ? c->peer : "";
}
