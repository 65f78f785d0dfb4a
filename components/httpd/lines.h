/*
 * Lines: a head, or the trailer behind the last chunk, looked at octet by
 * octet as it comes, ahead of llhttp.
 */
#ifndef HTTPD_LINES_H
#define HTTPD_LINES_H

#include <stddef.h>

struct httpd_lines {
	size_t looked; /* octets at the front that have been looked at */
	size_t count;  /* lines among them, the empty one at the end included */
};

enum httpd_look {
	HTTPD_LINES_MORE,  /* not all there */
	HTTPD_LINES_LINE,  /* at the end of a line; call again */
	HTTPD_LINES_WHOLE, /* at the end of the empty line that ends them all */
	HTTPD_LINES_ODD    /* something that readers could take in different ways */
};

/* Looks on from where it was.  The octets begin with a line, and are those of the last call, and more behind them. */
enum httpd_look httpd_lines_next(struct httpd_lines *l, const char *octets, size_t length);

/* Of the first line, its CR LF included: 0 if it is a request line, else the status to refuse it with. */
int httpd_lines_request(const char *line, size_t length);

#endif
