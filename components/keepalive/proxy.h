/*
 * Proxy: whom to ask for a way to somebody else, as a URL names him.
 */
#ifndef KEEPALIVE_PROXY_H
#define KEEPALIVE_PROXY_H

#include <stdint.h>

enum proxy_kind { PROXY_HTTP, PROXY_SOCKS5 };

enum { PROXY_TEXT = 256 }; /* 255 octets, as SOCKS counts them in one, and a NUL */

struct proxy {
	enum proxy_kind kind;
	int port;
	char host[PROXY_TEXT];
	char user[PROXY_TEXT], password[PROXY_TEXT]; /* decoded; user "": none */
};

/* "http://user:password@host:port", "socks5://[::1]:1080".  0, or EINVAL. */
int ka_proxy_read(struct proxy *proxy, const char *url);

#endif
