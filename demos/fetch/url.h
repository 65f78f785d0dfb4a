/*
 * URLs of the one kind this program fetches: http://host[:port][/path].
 */
#ifndef URL_H
#define URL_H

struct url {
	char *text;       /* as given; owned */
	char host[254];   /* a name, or a numeric address without its brackets */
	int port;
	int authority;    /* octets of host[:port] in the text, from URL_SCHEME_LENGTH on: the Host header */
	const char *path; /* in the text; "" is asked for as "/" */
};

enum { URL_SCHEME_LENGTH = sizeof "http://" - 1 };

/* Reads a URL.  0; -1 with EINVAL (anything at all is odd), ENOMEM, and *url is not to be freed. */
int url_read(struct url *url, const char *text);
void url_free(struct url *url);

/* Writes the head of a GET for it.  0, or -1 with EMSGSIZE. */
int url_request(const struct url *url, char *request, int room);

#endif
