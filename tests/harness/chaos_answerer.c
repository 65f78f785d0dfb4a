/* See chaos.h. */
#include "chaos.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

void chaos_request(int number, char text[CHAOS_REQUEST + 1])
{
	int length = snprintf(text, CHAOS_REQUEST + 1, "GET /%04d HTTP/1.1\r\nHost: chaos\r\nAccept: */*\r\n\r\n", number);

	assert_int_equal(length, CHAOS_REQUEST);
}

void chaos_answer(int number, char text[CHAOS_ANSWER + 1])
{
	int length = snprintf(text, CHAOS_ANSWER + 1, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
			      "Connection: keep-alive\r\nContent-Length: 4\r\n\r\n%04d", number);

	assert_int_equal(length, CHAOS_ANSWER);
}

void chaos_answerer_open(struct chaos_wire *w, struct poe_tls *tls)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
	w->back = ends[0];
	w->answerer = ends[1];
	w->driver = tls ? poe_tls_server(tls, w->answerer) : poe_driver_socket(w->answerer);
	assert_non_null(w->driver);
}

void chaos_answerer_free(struct chaos_wire *w)
{
	poe_driver_free(w->driver);
	w->driver = NULL;
	if (w->answerer >= 0)
		close(w->answerer);
	w->answerer = -1;
}

static void answer(struct chaos_wire *w)
{
	char text[CHAOS_ANSWER + 1];
	struct iovec octets = { text, CHAOS_ANSWER };

	chaos_answer(atoi(w->heard + strlen("GET /")), text);
	(void)w->driver->ops->write(w->driver, &octets, 1);
	w->answered++;
	w->length = 0;
}

bool chaos_answerer_turn(struct chaos_wire *w)
{
	ssize_t n;

	if (w->driver == NULL)
		return false;
	n = w->driver->ops->read(w->driver, w->heard + w->length, sizeof w->heard - w->length);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		chaos_answerer_free(w);
		return true;
	}
	w->length += (size_t)n;
	if (w->length == sizeof w->heard)
		answer(w);
	return true;
}
