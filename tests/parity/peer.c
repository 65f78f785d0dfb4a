/* Sockets that belong to no wheel, and what they say and hear. */
#include "peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

void peer_pair(struct parity *p)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, p->pipe) == -1)
		exit(2);
}

int peer_listen(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, length) == -1 || listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &length) == -1)
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

static int unblocked(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static int to_port(int fd, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)port) };

	return connect(fd, (struct sockaddr *)&at, sizeof at);
}

int peer_connect(int port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return to_port(fd, port) == 0 ? unblocked(fd) : -1;
}

int peer_begins_to_connect(int port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	to_port(fd, port);
	return fd;
}

int peer_accept(int listener)
{
	return unblocked(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

void peer_say(int fd, const char *text)
{
	parity_write(fd, text);
}

static int put_text(char *text, size_t room, size_t used, const char *piece)
{
	return used < room ? snprintf(text + used, room - used, "%s", piece) : 0;
}

static const char *spelled(char octet, char plain[2])
{
	plain[0] = octet;
	plain[1] = '\0';
	if (octet == '\r')
		return "\\r";
	if (octet == '\n')
		return "\\n";
	return octet == '\0' ? "\\0" : plain;
}

void peer_spell(const char *octets, size_t length, char *text, size_t room)
{
	char plain[2];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < length; i++)
		used += (size_t)put_text(text, room, used, spelled(octets[i], plain));
}

void peer_hear(int fd)
{
	char octets[512], text[1024];
	ssize_t n = read(fd, octets, sizeof octets);

	if (n == 0)
		parity_note("peer hears: end");
	else if (n == -1)
		parity_note("peer hears: %s", parity_errno(errno));
	if (n <= 0)
		return;
	peer_spell(octets, (size_t)n, text, sizeof text);
	parity_note("peer hears: %s", text);
}

void peer_drain(int fd)
{
	char octets[4096];

	while (read(fd, octets, sizeof octets) > 0)
		continue;
}
