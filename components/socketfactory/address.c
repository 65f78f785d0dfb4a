/*
 * The SocketFactory's addresses: text to socket address and back, of the three
 * domains there are.  Nothing here asks a name server.
 */
#include "socketfactory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/un.h>

static int read_path(struct poe_endpoint *e, const char *text)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&e->address;
	size_t length = strlen(text);

	if (length == 0 || length >= sizeof un->sun_path) {
		errno = EINVAL;
		return -1;
	}
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, text, length + 1);
	e->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
	return 1;
}

static int read_inet(struct poe_endpoint *e, const char *text, int port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&e->address;

	if (inet_pton(AF_INET, text, &in->sin_addr) != 1)
		return 0;
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	e->length = sizeof *in;
	return 1;
}

/* An address with a scope, "fe80::1%eth0": only the C library knows the interfaces. */
static int read_scoped(struct sockaddr_in6 *in6, const char *text)
{
	const struct addrinfo hints = { .ai_family = AF_INET6, .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;

	if (strchr(text, '%') == NULL || getaddrinfo(text, NULL, &hints, &found) != 0)
		return 0;
	memcpy(in6, found->ai_addr, sizeof *in6);
	freeaddrinfo(found);
	return 1;
}

static int read_inet6(struct poe_endpoint *e, const char *text, int port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&e->address;

	if (inet_pton(AF_INET6, text, &in6->sin6_addr) != 1 && !read_scoped(in6, text))
		return 0;
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	e->length = sizeof *in6;
	return 1;
}

int socketfactory_address_read(struct poe_endpoint *e, const char *text, int port, int domain)
{
	memset(e, 0, sizeof *e);
	if (domain == AF_UNIX || (domain == 0 && text[0] == '/'))
		return read_path(e, text);
	if (domain != AF_INET6 && read_inet(e, text, port))
		return 1;
	return domain != AF_INET && read_inet6(e, text, port);
}

void socketfactory_address_any(struct poe_endpoint *e, int family, int port)
{
	memset(e, 0, sizeof *e);
	if (family == AF_INET)
		read_inet(e, "0.0.0.0", port);
	if (family == AF_INET6)
		read_inet6(e, "::", port);
}

static int write_inet6(const struct sockaddr_in6 *in6, char *text)
{
	size_t length;

	inet_ntop(AF_INET6, &in6->sin6_addr, text, SOCKETFACTORY_ADDRESS_TEXT);
	length = strlen(text);
	if (in6->sin6_scope_id != 0)
		snprintf(text + length, SOCKETFACTORY_ADDRESS_TEXT - length, "%%%u",
			 (unsigned)in6->sin6_scope_id);
	return ntohs(in6->sin6_port);
}

/* The other side of a unix socket mostly has no path; the system then gives only the family. */
static int write_path(const struct poe_endpoint *e, char *text)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&e->address;
	size_t start = offsetof(struct sockaddr_un, sun_path);
	size_t length = e->length > start ? strnlen(un->sun_path, e->length - start) : 0;

	memcpy(text, un->sun_path, length);
	text[length] = '\0';
	return 0;
}

int socketfactory_address_write(const struct poe_endpoint *e, char text[SOCKETFACTORY_ADDRESS_TEXT])
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&e->address;

	if (e->address.ss_family == AF_INET6)
		return write_inet6((const struct sockaddr_in6 *)&e->address, text);
	if (e->address.ss_family != AF_INET)
		return write_path(e, text);
	inet_ntop(AF_INET, &in->sin_addr, text, SOCKETFACTORY_ADDRESS_TEXT);
	return ntohs(in->sin_port);
}
