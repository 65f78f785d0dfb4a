/* See detour.h. */
#include "detour.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void detour_open(struct detour *d, const char *scheme)
{
	memset(d, 0, sizeof *d);
	d->b = borrower_new(&(struct poe_keepalive_plan){ .timeout = 5 });
	d->proxy = borrower_meet(d->b, tcp_server_new());
	snprintf(d->url, sizeof d->url, "%s127.0.0.1:%d", scheme, tcp_server_port(d->proxy));
	d->request = borrower_for(d->proxy);
	d->request.address = "far.test";
	d->request.port = 80;
	d->request.proxy = d->url;
}

int detour_ask(struct detour *d)
{
	int i, fd, on = 1;

	borrower_request(d->b, d->request);
	for (i = 0; i < 1000 && tcp_server_count(d->proxy) == d->asked; i++)
		borrower_expect(d->b, "");
	assert_int_equal(tcp_server_count(d->proxy), d->asked + 1);
	fd = tcp_server_fd(d->proxy, d->asked++);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
	return fd;
}

void detour_hear(struct detour *d, int fd, const void *octets, size_t length)
{
	char heard[2048];
	size_t n = 0;
	int i;

	assert_true(length < sizeof heard);
	for (i = 0; i < 1000 && n < length; i++) {
		ssize_t more = recv(fd, heard + n, sizeof heard - n, MSG_DONTWAIT);

		n += more > 0 ? (size_t)more : 0;
		borrower_expect(d->b, "");
	}
	assert_int_equal(n, length);
	assert_memory_equal(heard, octets, length);
}

void detour_say(int fd, const void *octets, size_t length)
{
	assert_int_equal(send(fd, octets, length, MSG_NOSIGNAL), length);
}

void detour_close(struct detour *d)
{
	int i;

	for (i = 1; i <= d->b->asked; i++)
		(void)poe_keepalive_deallocate(d->b->ka, d->b->ids[i]);
	borrower_end(d->b);
}

void detour_expect(struct detour *d, const char *what)
{
	char words[64];

	snprintf(words, sizeof words, "%d%s", d->b->asked, what);
	borrower_expect(d->b, words);
}

size_t detour_length(const struct detour_turn *turn)
{
	size_t n = 0;

	for (; turn->heard != NULL; turn++)
		n += turn->said_length;
	return n;
}

void detour_play(struct detour *d, int fd, const struct detour_turn *turn, size_t octets)
{
	for (; octets > 0; turn++) {
		size_t n = octets < turn->said_length ? octets : turn->said_length;

		detour_hear(d, fd, turn->heard, turn->heard_length);
		detour_say(fd, turn->said, n);
		octets -= n;
	}
}
