/*
 * The probe: what a socket that should be quiet has to say.  The kernel has
 * known of an end of stream or of stray octets since they arrived, whether or
 * not the loop has been told.
 */
#include "connection.h"
#include <errno.h>
#include <poe/tls.h>
#include <sys/socket.h>

/* Octets may be there that the socket no longer has. */
static enum pool_health probe_tls(struct poe_driver *tls)
{
	int idle = poe_tls_idle(tls);

	if (idle > 0)
		return HEALTH_DIRTY;
	return idle == 0 ? HEALTH_GOOD : HEALTH_STALE;
}

static enum pool_health probe_socket(int fd)
{
	char octet;
	ssize_t n;

	do
		n = recv(fd, &octet, sizeof octet, MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return HEALTH_DIRTY;
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? HEALTH_GOOD : HEALTH_STALE;
}

enum pool_health ka_probe(const struct poe_connection *c)
{
	return c->tls ? probe_tls(c->tls) : probe_socket(c->fd);
}
