/*
 * Ways: how a socket is made that goes out as the request says.
 */
#include "way.h"
#include "address.h"
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUESTIONS = 3 }; /* what poe_keepalive_socket.keepalive says */

static bool is_set(const char *text)
{
	return text != NULL && *text != '\0';
}

int ka_way_fault(const char *bind_address, const char *interface, int family)
{
	struct poe_endpoint local;

	if (is_set(bind_address) && ka_address_read(&local, bind_address, 0) != 1)
		return EINVAL;
	if (is_set(interface) && strlen(interface) >= IFNAMSIZ)
		return EINVAL;
	return family == 0 || family == AF_INET || family == AF_INET6 ? 0 : EINVAL;
}

void ka_way_read(struct way *way, const struct pool_name *name)
{
	*way = (struct way){ .interface = name->interface, .family = name->family };
	if (name->bind_address == NULL)
		return;
	(void)ka_address_read(&way->local, name->bind_address, 0);
	if (way->family == 0)
		way->family = way->local.address.ss_family;
}

static void set(int fd, int level, int option, int value)
{
	if (value != 0)
		(void)setsockopt(fd, level, option, &value, sizeof value);
}

static void apply(int fd, const struct poe_keepalive_socket *settings)
{
	set(fd, SOL_SOCKET, SO_RCVBUF, settings->receive_buffer);
	set(fd, SOL_SOCKET, SO_SNDBUF, settings->send_buffer);
}

static void apply_tcp(int fd, const struct poe_keepalive_socket *settings)
{
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)(settings->user_timeout * 1000));
	set(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, settings->fast_open != 0);
	if (settings->keepalive == 0)
		return;
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, settings->keepalive);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, settings->keepalive);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, QUESTIONS);
}

static const struct sockaddr *generic(const struct poe_endpoint *e)
{
	return (const struct sockaddr *)(const void *)&e->address;
}

/* What a request has asked for has to be, or it would go out where it must not. */
static int bind_to(int fd, int family, const struct way *way)
{
	if (way->interface != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, way->interface,
						 (socklen_t)strlen(way->interface)) < 0)
		return -1;
	if (way->family != 0 && way->family != family) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	return way->local.length == 0 ? 0 : bind(fd, generic(&way->local), way->local.length);
}

int ka_way_open(const struct way *way, int family, const struct poe_keepalive_socket *settings, const char **failed)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	*failed = "socket";
	if (fd < 0)
		return -1;
	apply(fd, settings);
	if (family == AF_UNIX)
		return fd;
	apply_tcp(fd, settings);
	*failed = "bind";
	if (bind_to(fd, family, way) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int ka_way_connect(int fd, const struct poe_endpoint *to)
{
	if (connect(fd, generic(to), to->length) == 0)
		return 1;
	return errno == EINPROGRESS || errno == EINTR ? 0 : -1;
}
