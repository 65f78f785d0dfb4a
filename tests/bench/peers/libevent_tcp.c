/*
 * libevent's servers: an evconnlistener, and a bufferevent for each client.
 *
 * tcp_echo    evbuffer_readln takes a line out, and a line is added to what goes
 *             out.
 * tcp_accept  The bufferevent is made, and freed at once.
 */
#define _GNU_SOURCE
#include "libevent_tcp.h"

#include "driver.h"
#include "peer.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>

struct server {
	struct event_base *base;
	int is_echo;
};

static void echo(struct bufferevent *client, void *data)
{
	struct evbuffer *in = bufferevent_get_input(client);
	struct evbuffer *out = bufferevent_get_output(client);
	size_t length;
	char *line;

	(void)data;
	while ((line = evbuffer_readln(in, &length, EVBUFFER_EOL_CRLF)) != NULL) {
		evbuffer_add(out, line, length);
		evbuffer_add(out, "\r\n", 2);
		free(line);
	}
}

static void ended(struct bufferevent *client, short what, void *data)
{
	(void)what;
	(void)data;
	bufferevent_free(client);
}

static void accepted(struct evconnlistener *listener, evutil_socket_t fd,
		     struct sockaddr *peer, int length, void *data)
{
	const int on = 1;
	struct server *server = data;
	struct bufferevent *client = bufferevent_socket_new(server->base, fd,
							    BEV_OPT_CLOSE_ON_FREE);

	(void)listener;
	(void)peer;
	(void)length;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	bufferevent_setcb(client, echo, NULL, ended, server);
	bufferevent_enable(client, EV_READ | EV_WRITE);
	if (!server->is_echo)
		bufferevent_free(client);
}

static void driver_done(evutil_socket_t fd, short what, void *data)
{
	struct server *server = data;

	(void)fd;
	(void)what;
	event_base_loopbreak(server->base);
}

static unsigned port_of(struct evconnlistener *listener)
{
	struct sockaddr_in own;
	socklen_t size = sizeof own;

	if (getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&own,
			&size) != 0)
		peer_die("getsockname");
	return ntohs(own.sin_port);
}

static double serve(const char *bench, double scale, const char *cpu_name)
{
	struct server server = { event_base_new(), cpu_name[4] == 'e' };
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct evconnlistener *listener = evconnlistener_new_bind(server.base,
		accepted, &server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, -1,
		(struct sockaddr *)&any, sizeof any);
	struct driver_result result;
	int driver;
	double cpu;

	if (listener == NULL)
		peer_die("evconnlistener_new_bind");
	driver = driver_start(bench, port_of(listener), scale);
	event_base_once(server.base, driver, EV_READ, driver_done, &server, NULL);
	cpu = peer_cpu();
	event_base_dispatch(server.base);
	result = driver_read(driver);
	peer_print(cpu_name, (peer_cpu() - cpu) / result.total * 1e6, "us");
	return result.rate;
}

double libevent_tcp_echo(double scale)
{
	return serve("tcp_echo", scale, "tcp_echo.libevent.cpu");
}

double libevent_tcp_accept(double scale)
{
	return serve("tcp_accept", scale, "tcp_accept.libevent.cpu");
}
