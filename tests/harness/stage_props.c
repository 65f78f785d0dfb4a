/* The stage's descriptors: pairs, ports, and the wheels on them. */
#include "stage.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int stage_keep(struct stage *s, int fd)
{
	assert_true(fd >= 0 && s->peer_count < STAGE_PEERS);
	s->peers[s->peer_count++] = fd;
	return fd;
}

int stage_pair(struct stage *s, int *peer)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
	*peer = stage_keep(s, pair[1]);
	return pair[0];
}

struct poe_readwrite *stage_wheel(struct stage *s, const char *event, int *peer)
{
	struct poe_readwrite *w = poe_readwrite_new(s->kernel, stage_pair(s, peer),
		&(struct poe_readwrite_plan){ .input_event = event, .error_event = event,
					      .flushed_event = event });

	assert_non_null(w);
	return w;
}

int stage_bind(struct stage *s, int *port)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof own;
	int fd = stage_keep(s, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));

	assert_int_equal(bind(fd, (struct sockaddr *)&own, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
	*port = ntohs(own.sin_port);
	return fd;
}

int stage_listen(struct stage *s, int *port)
{
	int fd = stage_bind(s, port);

	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* Over the loopback it is connected at once, or as soon as anybody looks. */
void stage_dial(struct stage *s, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)port) };
	int fd = stage_keep(s, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
}

void stage_send(int peer, const char *text)
{
	assert_int_equal(send(peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}
