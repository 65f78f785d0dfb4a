/*
 * SOCKS5, RFC 1928, with a user's name and password, RFC 1929.  The proxy
 * resolves names.  Every reply says how long it is, so not an octet is read
 * that may belong to whoever is behind the proxy.
 */
#include "address.h"
#include "tunnel.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { VERSION = 5, USER_VERSION = 1 };
enum method { METHOD_NONE = 0, METHOD_USER = 2 };
enum address_type { TYPE_V4 = 1, TYPE_NAME = 3, TYPE_V6 = 4 };
enum { V4_OCTETS = 4, V6_OCTETS = 16, PORT_OCTETS = 2, REPLY_FIXED = 4 };

static void say_octet(struct tunnel *t, int octet)
{
	unsigned char c = (unsigned char)octet;

	ka_tunnel_say(t, &c, sizeof c);
}

static void say_text(struct tunnel *t, const char *text)
{
	say_octet(t, (int)strlen(text));
	ka_tunnel_say(t, text, strlen(text));
}

static int refuse(struct tunnel *t, int error_num, const char *words)
{
	snprintf(t->text, sizeof t->text, "%s", words);
	errno = error_num;
	return -1;
}

static int reply_octet(const struct tunnel *t, size_t i)
{
	return (unsigned char)t->in[i];
}

/* The next reply is read from its first octet on. */
static void expect(struct tunnel *t, size_t octets, tunnel_taker *take)
{
	t->got = 0;
	t->wants = octets;
	t->take = take;
}

/* True when all that was wanted is there. */
static int collect(struct tunnel *t, const char *octets, size_t length)
{
	memcpy(t->in + t->got, octets, length);
	t->got += length;
	t->wants -= length;
	return t->wants == 0;
}

/* Of the address that the proxy connects from, which nobody asked for; 0: no such type. */
static size_t address_room(const struct tunnel *t)
{
	switch (reply_octet(t, 3)) {
	case TYPE_V4:
		return V4_OCTETS + PORT_OCTETS;
	case TYPE_V6:
		return V6_OCTETS + PORT_OCTETS;
	case TYPE_NAME:
		return 1;
	default:
		return 0;
	}
}

static int take_address(struct tunnel *t, const char *octets, size_t length)
{
	size_t before = t->got;

	if (!collect(t, octets, length))
		return 0;
	if (before + length > REPLY_FIXED + 1 || reply_octet(t, 3) != TYPE_NAME)
		return 1;
	t->wants = (size_t)reply_octet(t, REPLY_FIXED) + PORT_OCTETS;
	return 0;
}

static int refuse_by_code(struct tunnel *t, int code)
{
	static const struct {
		int error_num;
		const char *words;
	} codes[] = {
		{ 0, "" },
		{ ECONNREFUSED, "SOCKS: general failure" },
		{ EACCES, "SOCKS: not allowed by its rules" },
		{ ENETUNREACH, "SOCKS: network unreachable" },
		{ EHOSTUNREACH, "SOCKS: host unreachable" },
		{ ECONNREFUSED, "SOCKS: connection refused" },
		{ ETIMEDOUT, "SOCKS: time to live expired" },
		{ EOPNOTSUPP, "SOCKS: command not supported" },
		{ EAFNOSUPPORT, "SOCKS: address type not supported" },
	};

	if (code >= (int)(sizeof codes / sizeof *codes))
		return refuse(t, EPROTO, "SOCKS: a reply that means nothing");
	return refuse(t, codes[code].error_num, codes[code].words);
}

static int take_reply(struct tunnel *t, const char *octets, size_t length)
{
	if (!collect(t, octets, length))
		return 0;
	if (reply_octet(t, 0) != VERSION || reply_octet(t, 2) != 0)
		return refuse(t, EPROTO, "not a SOCKS5 proxy");
	if (reply_octet(t, 1) != 0)
		return refuse_by_code(t, reply_octet(t, 1));
	t->wants = address_room(t);
	t->take = take_address;
	return t->wants > 0 ? 0 : refuse(t, EPROTO, "SOCKS: an address of no known type");
}

static void say_target(struct tunnel *t)
{
	struct poe_endpoint e;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (ka_address_read(&e, t->host, t->port) != 1) {
		say_octet(t, TYPE_NAME);
		say_text(t, t->host);
	} else if (e.address.ss_family == AF_INET) {
		memcpy(&v4, &e.address, sizeof v4);
		say_octet(t, TYPE_V4);
		ka_tunnel_say(t, &v4.sin_addr, sizeof v4.sin_addr);
	} else {
		memcpy(&v6, &e.address, sizeof v6);
		say_octet(t, TYPE_V6);
		ka_tunnel_say(t, &v6.sin6_addr, sizeof v6.sin6_addr);
	}
	say_octet(t, t->port >> 8);
	say_octet(t, t->port & 0xff);
}

static int ask_for_way(struct tunnel *t)
{
	static const char connect[] = { VERSION, 1, 0 };

	ka_tunnel_say(t, connect, sizeof connect);
	say_target(t);
	expect(t, REPLY_FIXED, take_reply);
	return 0;
}

static int take_welcome(struct tunnel *t, const char *octets, size_t length)
{
	if (!collect(t, octets, length))
		return 0;
	if (reply_octet(t, 0) != USER_VERSION)
		return refuse(t, EPROTO, "not a SOCKS5 proxy");
	if (reply_octet(t, 1) != 0)
		return refuse(t, EACCES, "SOCKS: user or password not accepted");
	return ask_for_way(t);
}

static int log_on(struct tunnel *t)
{
	say_octet(t, USER_VERSION);
	say_text(t, t->proxy.user);
	say_text(t, t->proxy.password);
	expect(t, 2, take_welcome);
	return 0;
}

/* Only what was offered may be chosen. */
static int take_method(struct tunnel *t, const char *octets, size_t length)
{
	if (!collect(t, octets, length))
		return 0;
	if (reply_octet(t, 0) != VERSION)
		return refuse(t, EPROTO, "not a SOCKS5 proxy");
	if (reply_octet(t, 1) == METHOD_NONE)
		return ask_for_way(t);
	if (reply_octet(t, 1) == METHOD_USER && t->proxy.user[0] != '\0')
		return log_on(t);
	return refuse(t, EACCES, "SOCKS: no way to log on that both accept");
}

int ka_tunnel_ask_socks(struct tunnel *t)
{
	static const char alone[] = { VERSION, 1, METHOD_NONE };
	static const char with_user[] = { VERSION, 2, METHOD_NONE, METHOD_USER };

	if (t->host[0] == '\0') {
		errno = EINVAL;
		return -1;
	}
	if (t->proxy.user[0] != '\0')
		ka_tunnel_say(t, with_user, sizeof with_user);
	else
		ka_tunnel_say(t, alone, sizeof alone);
	expect(t, 2, take_method);
	return 0;
}
