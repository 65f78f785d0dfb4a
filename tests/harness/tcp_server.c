/* See tcp_server.h. */
#include "tcp_server.h"
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

enum { MOST = 512, PENDING = 4 };

struct tcp_server {
	int fd, port, count;
	int clients[MOST];
	int pending[PENDING]; /* what fills a black hole */
	char text[4096];
	char path[108];
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static struct tcp_server *bound(const union address *where, socklen_t length)
{
	struct tcp_server *s = calloc(1, sizeof *s);
	union address got = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t room = sizeof got;

	assert_non_null(s);
	memset(s->pending, -1, sizeof s->pending);
	s->fd = socket(where->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, &where->any, length), 0);
	assert_int_equal(getsockname(s->fd, &got.any, &room), 0);
	s->port = where->any.sa_family == AF_UNIX ? 0 : ntohs(got.v4.sin_port);
	return s;
}

static struct tcp_server *bound_v4(void)
{
	union address loopback = { .v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };

	return bound(&loopback, sizeof loopback.v4);
}

static struct tcp_server *listening(struct tcp_server *s, int backlog)
{
	assert_int_equal(listen(s->fd, backlog), 0);
	return s;
}

struct tcp_server *tcp_server_new(void)
{
	return listening(bound_v4(), MOST);
}

struct tcp_server *tcp_server_new_v6(void)
{
	union address loopback = { .v6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback } };

	return listening(bound(&loopback, sizeof loopback.v6), MOST);
}

struct tcp_server *tcp_server_new_unix(const char *path)
{
	union address where = { .local = { .sun_family = AF_UNIX } };
	struct tcp_server *s;

	memcpy(where.local.sun_path, path, strlen(path) + 1);
	if (*path == '@')
		where.local.sun_path[0] = '\0';
	s = bound(&where, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + (*path != '@')));
	if (*path != '@')
		strcpy(s->path, path);
	return listening(s, MOST);
}

struct tcp_server *tcp_server_refusing(void)
{
	return bound_v4();
}

/* The first one is in before the others knock: so the queue is full, however busy the machine. */
static void wait_for_first(const struct tcp_server *s)
{
	struct pollfd first = { .fd = s->pending[0], .events = POLLOUT };

	assert_int_equal(poll(&first, 1, 10000), 1);
}

static struct tcp_server *filled(struct tcp_server *s)
{
	union address to;
	socklen_t length = sizeof to;
	int i;

	listening(s, 0);
	assert_int_equal(getsockname(s->fd, &to.any, &length), 0);
	for (i = 0; i < PENDING; i++) {
		s->pending[i] = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		assert_true(connect(s->pending[i], &to.any, length) == 0 || errno == EINPROGRESS);
		if (i == 0)
			wait_for_first(s);
	}
	return s;
}

struct tcp_server *tcp_server_black_hole(void)
{
	return filled(bound_v4());
}

struct tcp_server *tcp_server_black_hole_beside(const struct tcp_server *other)
{
	union address where = { .v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)other->port),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 8) } };

	return filled(bound(&where, sizeof where.v4));
}

static struct tcp_server *bound_at(const char *address, int port)
{
	union address where = { .v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) } };

	assert_int_equal(inet_pton(AF_INET, address, &where.v4.sin_addr), 1);
	return bound(&where, sizeof where.v4);
}

struct tcp_server *tcp_server_new_at(const char *address, int port)
{
	return listening(bound_at(address, port), MOST);
}

struct tcp_server *tcp_server_black_hole_at(const char *address, int port)
{
	return filled(bound_at(address, port));
}

struct tcp_server *tcp_server_black_hole_v6_beside(const struct tcp_server *other)
{
	union address where = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)other->port),
					.sin6_addr = in6addr_loopback } };

	return filled(bound(&where, sizeof where.v6));
}

void tcp_server_free(struct tcp_server *s)
{
	int i;

	(void)tcp_server_count(s);
	for (i = 0; i < s->count; i++)
		tcp_server_close(s, i);
	for (i = 0; i < PENDING; i++)
		if (s->pending[i] >= 0)
			close(s->pending[i]);
	close(s->fd);
	if (s->path[0] != '\0')
		unlink(s->path);
	free(s);
}

int tcp_server_port(const struct tcp_server *s)
{
	return s->port;
}

int tcp_server_count(struct tcp_server *s)
{
	int fd;

	if (s->pending[0] >= 0)
		return 0;
	while ((fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		assert_true(s->count < MOST);
		s->clients[s->count++] = fd;
	}
	return s->count;
}

int tcp_server_fd(struct tcp_server *s, int index)
{
	assert_in_range(index, 0, tcp_server_count(s) - 1);
	return s->clients[index];
}

void tcp_server_send(struct tcp_server *s, int index, const char *text)
{
	size_t length = strlen(text);

	assert_int_equal(send(tcp_server_fd(s, index), text, length, MSG_NOSIGNAL), length);
}

const char *tcp_server_receive(struct tcp_server *s, int index)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(tcp_server_fd(s, index), s->text + length, sizeof s->text - length - 16)) > 0)
		length += (size_t)n;
	strcpy(s->text + length, n == 0 ? "(end)" : n < 0 && errno == ECONNRESET ? "(reset)" : "");
	return s->text;
}

void tcp_server_shut_writing(struct tcp_server *s, int index)
{
	assert_int_equal(shutdown(tcp_server_fd(s, index), SHUT_WR), 0);
}

void tcp_server_close(struct tcp_server *s, int index)
{
	int fd = tcp_server_fd(s, index);

	if (fd >= 0)
		close(fd);
	s->clients[index] = -1;
}

void tcp_server_reset(struct tcp_server *s, int index)
{
	const struct linger at_once = { .l_onoff = 1 };

	setsockopt(tcp_server_fd(s, index), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	tcp_server_close(s, index);
}

const char *tcp_server_peer(struct tcp_server *s, int index)
{
	union address peer;
	socklen_t length = sizeof peer;
	char host[INET_ADDRSTRLEN];

	assert_int_equal(getpeername(tcp_server_fd(s, index), &peer.any, &length), 0);
	inet_ntop(AF_INET, &peer.v4.sin_addr, host, sizeof host);
	snprintf(s->text, sizeof s->text, "%s", host);
	return s->text;
}
