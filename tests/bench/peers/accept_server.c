/*
 * accept_server [answer]: a TCP server for the benches, in a process of its own
 * so that its files do not count against the client's limit.
 *
 * It listens on every address of the loopback interface (127.0.0.0/8), prints
 * its port, accepts every connection and discards what comes.  With "answer" it
 * takes whatever it reads for one HTTP request and answers it with 100 bytes,
 * keep-alive.  It ends when its standard input closes.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256 };

struct server {
	int  epoll, listener;
	char answer[256];
	size_t answer_size;		/* 0: say nothing */
};

static void watch(struct server *server, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		peer_die("epoll_ctl");
}

static int listen_on_loopback(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t size = sizeof any;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof "lo") != 0)
		peer_die("SO_BINDTODEVICE lo");
	if (bind(fd, (struct sockaddr *)&any, sizeof any) != 0 ||
	    listen(fd, 65535) != 0 ||
	    getsockname(fd, (struct sockaddr *)&any, &size) != 0)
		peer_die("listen");
	printf("%u\n", (unsigned)ntohs(any.sin_port));
	fflush(stdout);
	return fd;
}

static void accept_all(struct server *server)
{
	int fd;

	while ((fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		watch(server, fd);
}

static void serve(struct server *server, int fd)
{
	char trash[65536];

	if (read(fd, trash, sizeof trash) <= 0 ||
	    (server->answer_size > 0 &&
	     write(fd, server->answer, server->answer_size) < 0))
		close(fd);
}

static void serve_until_stdin_closes(struct server *server)
{
	struct epoll_event ready[BATCH];
	int i, n;
	char byte;

	for (;;) {
		n = epoll_wait(server->epoll, ready, BATCH, -1);
		for (i = 0; i < n; i++) {
			if (ready[i].data.fd == server->listener)
				accept_all(server);
			else if (ready[i].data.fd != STDIN_FILENO)
				serve(server, ready[i].data.fd);
			else if (read(STDIN_FILENO, &byte, 1) <= 0)
				return;
		}
	}
}

int main(int argc, char **argv)
{
	struct server server = { .answer_size = 0 };

	if (argc > 1 && strcmp(argv[1], "answer") == 0)
		server.answer_size = (size_t)snprintf(server.answer,
			sizeof server.answer, "HTTP/1.1 200 OK\r\n"
			"Content-Length: 100\r\n\r\n%0100d", 0);
	peer_raise_files();
	server.epoll = epoll_create1(0);
	server.listener = listen_on_loopback();
	watch(&server, STDIN_FILENO);
	watch(&server, server.listener);
	serve_until_stdin_closes(&server);
	return 0;
}
