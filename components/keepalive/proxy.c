/*
 * Proxies' URLs.
 */
#include "proxy.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What stands behind the scheme; NULL if it is none of ours. */
static const char *read_scheme(struct proxy *proxy, const char *url)
{
	static const char http[] = "http://", socks[] = "socks5://";

	proxy->kind = PROXY_HTTP;
	if (strncmp(url, http, sizeof http - 1) == 0)
		return url + sizeof http - 1;
	proxy->kind = PROXY_SOCKS5;
	return strncmp(url, socks, sizeof socks - 1) == 0 ? url + sizeof socks - 1 : NULL;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The octet at *at, which moves behind it; -1 if it cannot be one.  No NUL is: it would cut the text short. */
static int next_octet(const char **at, const char *end)
{
	int high, low;

	if (**at != '%')
		return (unsigned char)*(*at)++;
	if (end - *at < 3)
		return -1;
	high = digit((*at)[1]);
	low = digit((*at)[2]);
	*at += 3;
	return high < 0 || low < 0 || high + low == 0 ? -1 : high << 4 | low;
}

static bool decode(char text[PROXY_TEXT], const char *at, const char *end)
{
	size_t n = 0;
	int octet = 0;

	while (at < end && n + 1 < PROXY_TEXT && (octet = next_octet(&at, end)) >= 0)
		text[n++] = (char)octet;
	text[n] = '\0';
	return at == end && octet >= 0;
}

/* A user of Basic, RFC 7617, has no colon in his name. */
static bool read_user(struct proxy *proxy, const char *at, const char *end)
{
	const char *colon = memchr(at, ':', (size_t)(end - at));

	if (!decode(proxy->user, at, colon ? colon : end) || proxy->user[0] == '\0')
		return false;
	if (proxy->kind == PROXY_HTTP && strchr(proxy->user, ':') != NULL)
		return false;
	return colon == NULL || decode(proxy->password, colon + 1, end);
}

static bool read_port(struct proxy *proxy, const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || (text[digits] != '\0' && strcmp(text + digits, "/") != 0))
		return false;
	proxy->port = (int)strtol(text, NULL, 10);
	return proxy->port >= 1 && proxy->port <= 65535;
}

/* In brackets, as IPv6 stands, or up to the colon. */
static bool read_host(struct proxy *proxy, const char *text)
{
	bool is_bracketed = *text == '[';
	const char *end = is_bracketed ? strchr(++text, ']') : strchr(text, ':');
	size_t length = end ? (size_t)(end - text) : 0;

	if (length == 0 || length >= PROXY_TEXT || strcspn(text, "/?#@ ") < length)
		return false;
	memcpy(proxy->host, text, length);
	proxy->host[length] = '\0';
	if (is_bracketed && *++end != ':')
		return false;
	return read_port(proxy, end + 1);
}

int ka_proxy_read(struct proxy *proxy, const char *url)
{
	const char *at = read_scheme(proxy, url), *host;

	if (at == NULL)
		return EINVAL;
	proxy->user[0] = proxy->password[0] = '\0';
	host = strrchr(at, '@');
	if (host != NULL && !read_user(proxy, at, host))
		return EINVAL;
	return read_host(proxy, host ? host + 1 : at) ? 0 : EINVAL;
}
