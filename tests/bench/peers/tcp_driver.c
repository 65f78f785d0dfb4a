/*
 * tcp_driver BENCH PORT [SCALE]: clients of a server on 127.0.0.1, on the first
 * core where there are two.
 *
 * tcp_echo    64 connections, each of which sends a line of 64 octets and, when
 *             it has come back, the next.  Counted: each that has come back.
 * tcp_accept  16 connections at once; the server closes each, and another one
 *             takes its place.  Counted: each that was closed.  It is reset then,
 *             so that it leaves nothing behind.
 *
 * It warms up for 0.2 seconds, counts for SCALE seconds (1), and prints how many
 * there were each second, then how many there were in all.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ECHOES = 64, ACCEPTS = 16, BATCH = 64, LENGTH = 64 };

static const double warm_up = 0.2;

struct driver {
	int  epoll;
	struct sockaddr_in server;
	char line[LENGTH];
	int  got[65536];	/* octets of the line come back, by descriptor */
	long done;
	int  (*serve)(struct driver *driver, int fd);
};

static int connect_one(struct driver *driver)
{
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || connect(fd, (struct sockaddr *)&driver->server,
			      sizeof driver->server) != 0)
		peer_die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (epoll_ctl(driver->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		peer_die("epoll_ctl");
	driver->got[fd] = 0;
	return fd;
}

static void send_line(struct driver *driver, int fd)
{
	if (write(fd, driver->line, LENGTH) != LENGTH)
		peer_die("write");
}

static int serve_echo(struct driver *driver, int fd)
{
	char octets[LENGTH];
	ssize_t n = read(fd, octets, sizeof octets);

	if (n <= 0)
		peer_die("the server has gone");
	driver->got[fd] += (int)n;
	if (driver->got[fd] < LENGTH)
		return 0;
	driver->got[fd] = 0;
	send_line(driver, fd);
	return 1;
}

static int serve_accept(struct driver *driver, int fd)
{
	const struct linger none = { .l_onoff = 1 };
	char octet;

	if (read(fd, &octet, 1) != 0)
		peer_die("the server has not closed");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(fd);
	connect_one(driver);
	return 1;
}

static void run_for(struct driver *driver, double seconds)
{
	struct epoll_event ready[BATCH];
	double end = peer_now() + seconds;
	int i, n;

	while (peer_now() < end) {
		n = epoll_wait(driver->epoll, ready, BATCH, 100);
		for (i = 0; i < n; i++)
			driver->done += driver->serve(driver, ready[i].data.fd);
	}
}

static void measure(struct driver *driver, double seconds)
{
	double start;
	long warm;

	run_for(driver, warm_up);
	warm = driver->done;
	start = peer_now();
	run_for(driver, seconds);
	printf("%.2f %ld\n", (double)(driver->done - warm) / (peer_now() - start),
	       driver->done);
}

static void take_first_core(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		sched_setaffinity(0, sizeof set, &set);
}

int main(int argc, char **argv)
{
	static struct driver driver;
	int i, is_echo = argc > 1 && strcmp(argv[1], "tcp_echo") == 0;

	if (argc < 3)
		return 2;
	take_first_core();
	peer_raise_files();
	driver.serve = is_echo ? serve_echo : serve_accept;
	driver.epoll = epoll_create1(0);
	driver.server = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(argv[2])),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	memset(driver.line, 'x', LENGTH - 2);
	memcpy(driver.line + LENGTH - 2, "\r\n", 2);
	for (i = 0; !is_echo && i < ACCEPTS; i++)
		connect_one(&driver);
	for (i = 0; is_echo && i < ECHOES; i++)
		send_line(&driver, connect_one(&driver));
	measure(&driver, argc > 3 ? atof(argv[3]) : 1);
	return 0;
}
