/*
 * A proxy on the loopback, played by hand: a borrower asks by it for far.test,
 * and the test hears what the proxy hears, and says what it says.
 */
#ifndef DETOUR_H
#define DETOUR_H

#include "borrower.h"

struct detour {
	struct borrower *b;
	struct tcp_server *proxy;
	struct poe_keepalive_request request; /* for far.test:80 */
	char url[100];
	int asked;                            /* connections of the proxy that a test has seen */
};

/* scheme "http://" or "socks5://", with user and password or without. */
void detour_open(struct detour *d, const char *scheme);

/* Takes back what has not been answered, and ends all. */
void detour_close(struct detour *d);

/* Asks, and waits until the proxy is connected; the proxy's end. */
int detour_ask(struct detour *d);

/* The proxy hears exactly this, and says this. */
void detour_hear(struct detour *d, int fd, const void *octets, size_t length);
void detour_say(int fd, const void *octets, size_t length);

/* The last request comes to this, as "=new". */
void detour_expect(struct detour *d, const char *what);

/* What a proxy says, in turns with what it hears; NULL heard ends it. */
struct detour_turn {
	const char *heard;
	size_t heard_length;
	const char *said;
	size_t said_length;
};

#define DETOUR_TURN(heard, said) { heard, sizeof(heard) - 1, said, sizeof(said) - 1 }

#define DETOUR_CONNECT "CONNECT far.test:80 HTTP/1.1\r\nHost: far.test:80\r\n"
#define DETOUR_FAR "\x05\x01\x00\x03\x08" "far.test\x00\x50"

size_t detour_length(const struct detour_turn *turn);

/* Plays until so many octets have been said. */
void detour_play(struct detour *d, int fd, const struct detour_turn *turn, size_t octets);

#endif
