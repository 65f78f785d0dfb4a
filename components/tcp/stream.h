/*
 * What a component's connections are made with: filters, marks, TLS.
 */
#ifndef TCP_STREAM_H
#define TCP_STREAM_H

#include <poe/filter.h>
#include <poe/tls.h>
#include <stdbool.h>

struct tcp_stream {
	struct poe_filter *filter;        /* owned; NULL: Line */
	struct poe_filter *output_filter; /* owned; NULL: the same */
	size_t high_mark, low_mark;       /* 0: none */
	struct poe_tls *tls;              /* a reference; NULL: none */
};

/* Whom a connection is to; for a server's client NULL. */
struct tcp_remote {
	const char *host;    /* as it was asked for */
	const char *address; /* numeric: TLS sessions are kept by it */
};

/* True if the marks are such as ReadWrite takes. */
bool tcp_stream_is_good(const struct tcp_stream *s);

/* A driver for a connection of this kind in *driver; NULL for one without TLS.  0, or -1 with errno. */
int tcp_stream_driver(const struct tcp_stream *s, int fd, const struct tcp_remote *remote, struct poe_driver **driver);

/* Frees the filters, and lets go of TLS. */
void tcp_stream_clear(struct tcp_stream *s);

#endif
