/*
 * Reading URLs, strictly: what is not exactly of the form that url.h names is
 * refused, so nothing odd gets into a request.  No user, no fragment, no
 * percent-decoding; the path is sent as it was given.
 */
#include "url.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits[] = "0123456789";

/* Copies `length` octets of host, if each is one that may be there.  Returns what follows them, or NULL. */
static const char *copy_host(struct url *url, const char *host, size_t length, const char *others)
{
	if (length == 0 || length >= sizeof url->host)
		return NULL;
	for (size_t i = 0; i < length; i++)
		if (!strchr(letters, host[i]) && !strchr(digits, host[i]) && !strchr(others, host[i]))
			return NULL;
	memcpy(url->host, host, length);
	url->host[length] = '\0';
	return host + length;
}

static const char *read_host(struct url *url, const char *from)
{
	const char *rest;

	if (*from != '[')
		return copy_host(url, from, strcspn(from, ":/"), ".-_");
	rest = copy_host(url, from + 1, strcspn(from + 1, "]"), ":.");
	return rest != NULL && *rest == ']' ? rest + 1 : NULL;
}

/* The port is the scheme's own until another is named. */
static const char *read_scheme(struct url *url, const char *from)
{
	static const struct {
		const char *name, *prefix;
		int port;
	} schemes[] = { { "http", "http://", 80 }, { "https", "https://", 443 } };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t length = strlen(schemes[i].prefix);

		if (strncmp(from, schemes[i].prefix, length) != 0)
			continue;
		url->scheme = schemes[i].name;
		url->port = schemes[i].port;
		return from + length;
	}
	return NULL;
}

static const char *read_port(struct url *url, const char *from)
{
	size_t length;

	if (*from != ':')
		return from;
	length = strspn(++from, digits);
	if (length == 0 || length > 5)
		return NULL;
	url->port = atoi(from);
	return url->port >= 1 && url->port <= 65535 ? from + length : NULL;
}

/* Printable ASCII only: no blank and no newline that would end the request's line. */
static int is_path(const char *path)
{
	if (*path != '/' && *path != '\0')
		return 0;
	for (; *path != '\0'; path++)
		if (*path <= ' ' || *path > '~' || *path == '#')
			return 0;
	return 1;
}

static int read_parts(struct url *url)
{
	const char *rest;

	url->authority = read_scheme(url, url->text);
	if (url->authority == NULL)
		return -1;
	rest = read_host(url, url->authority);
	if (rest != NULL)
		rest = read_port(url, rest);
	if (rest == NULL || !is_path(rest))
		return -1;
	url->authority_length = (int)(rest - url->authority);
	url->path = rest;
	return 0;
}

int url_read(struct url *url, const char *text)
{
	url->text = strdup(text);
	if (url->text == NULL)
		return -1;
	if (read_parts(url) == 0)
		return 0;
	url_free(url);
	errno = EINVAL;
	return -1;
}

void url_free(struct url *url)
{
	free(url->text);
	url->text = NULL;
}

int url_request(const struct url *url, char *request, int room)
{
	int length = snprintf(request, (size_t)room, "GET %s HTTP/1.1\r\nHost: %.*s\r\nAccept: */*\r\n\r\n",
			      *url->path != '\0' ? url->path : "/", url->authority_length,
			      url->authority);

	if (length > 0 && length < room)
		return 0;
	errno = EMSGSIZE;
	return -1;
}
