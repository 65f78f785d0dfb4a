/*
 * Tunnels: what HTTP's and SOCKS' have in common.
 */
#include "tunnel.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Nothing that could end the line it stands in, nor a zone, which means something only here. */
static int read_host(struct tunnel *t, const char *host)
{
	const char *c;

	if (strlen(host) >= sizeof t->host)
		return EINVAL;
	for (c = host; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("/?#@%\\", *c) != NULL)
			return EINVAL;
	strcpy(t->host, host);
	return 0;
}

struct tunnel *ka_tunnel_new(const char *proxy, const char *host, int port)
{
	struct tunnel *t = calloc(1, sizeof *t);
	int error = t ? ka_proxy_read(&t->proxy, proxy) : ENOMEM;

	if (error == 0)
		error = read_host(t, host);
	if (error == 0) {
		t->port = port;
		if ((t->proxy.kind == PROXY_HTTP ? ka_tunnel_ask_http(t) : ka_tunnel_ask_socks(t)) == 0)
			return t;
		error = errno;
	}
	ka_tunnel_free(t);
	errno = error;
	return NULL;
}

void ka_tunnel_free(struct tunnel *t)
{
	if (t == NULL)
		return;
	free(t->parser);
	free(t);
}

void ka_tunnel_say(struct tunnel *t, const void *octets, size_t length)
{
	memcpy(t->out + t->length, octets, length);
	t->length += length;
}
