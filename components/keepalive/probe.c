/*
 * The probe: what a socket that should be quiet has to say.  The kernel has
 * known of an end of stream or of stray octets since they arrived, whether or
 * not the loop has been told.
 */
#include "connection.h"
#include <errno.h>
#include <sys/socket.h>

enum pool_health ka_probe(int fd)
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
