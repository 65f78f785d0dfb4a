/*
 * What a component's connections are made with: filters and marks.
 */
#ifndef TCP_STREAM_H
#define TCP_STREAM_H

#include <poe/filter.h>
#include <stdbool.h>

struct tcp_stream {
	struct poe_filter *filter;        /* owned; NULL: Line */
	struct poe_filter *output_filter; /* owned; NULL: the same */
	size_t high_mark, low_mark;       /* 0: none */
};

/* True if the marks are such as ReadWrite takes. */
bool tcp_stream_is_good(const struct tcp_stream *s);

/* Frees the filters. */
void tcp_stream_clear(struct tcp_stream *s);

#endif
