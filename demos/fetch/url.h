/*
 * URLs of the kinds this program fetches: http://host[:port][/path], and https.
 */
#ifndef URL_H
#define URL_H

struct url {
	char *text;       /* as given; owned */
	const char *scheme; /* "http", "https" */
	char host[254];   /* a name, or a numeric address without its brackets */
	int port;
	const char *authority; /* host[:port] in the text: the Host header; and its octets */
	int authority_length;
	const char *path; /* in the text; "" is asked for as "/" */
};

/* Reads a URL.  0; -1 with EINVAL (anything at all is odd), ENOMEM, and *url is not to be freed. */
int url_read(struct url *url, const char *text);
void url_free(struct url *url);

/* Writes the head of a GET for it.  0, or -1 with EMSGSIZE. */
int url_request(const struct url *url, char *request, int room);

#endif
