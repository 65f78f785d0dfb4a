/*
 * HTTPD: the filter of a server that speaks HTTP/1.
 *
 * Records in are requests, one object each; records out are responses.  A
 * request that cannot be served is a record too, with the status to answer it
 * with.  Where two readers could take a request in two ways (a length given
 * twice, or beside chunks; a bare CR or LF; a folded line; a space before a
 * colon) it is refused and never guessed at.  After POE::Filter::HTTPD, which
 * knows no chunks and hands over HTTP::Request and HTTP::Response.
 */
#ifndef POE_HTTPD_H
#define POE_HTTPD_H

#include <poe/event.h>
#include <poe/filter.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A connection holds at most max_head + max_content octets, and a request made of them. */
struct poe_filter_httpd_plan {
	size_t max_head;    /* octets of request line and headers; 0: 64 KiB.  More is status 414 or 431 */
	size_t max_headers; /* 0: 100.  More is status 431 */
	size_t max_content; /* octets of a body as it is sent; 0: 1 MiB.  More is status 413.  Not for streaming */
	int streaming;      /* not 0: bodies are not collected, but come piece by piece */
};

/*
 * Makes the filter.  NULL with ENOMEM; NULL plan: defaults.
 *
 * In: one request a record, when its body is there too.  With .streaming the
 * request comes as soon as its head is there; if body_follows, bytes come
 * next, piece by piece, and empty bytes end them.  After a request with a
 * status other than 0 the stream cannot be read further: EPROTO, unless
 * another filter is set (a Stream filter, to read on to the end while the
 * answer goes out).  After CONNECT nothing more is framed: the rest waits for
 * the next filter.  With an Upgrade header set that filter, or pause the
 * input, in the handler of the request.
 *
 * Out: responses (poe_http_response_value), and after one that leaves its
 * body for later the body's pieces, bytes or strings; empty bytes end it.
 * Put such a response, and each piece, by a poe_put of its own: the filter
 * does not forget what a put that failed further on has said.
 */
struct poe_filter *poe_filter_httpd(const struct poe_filter_httpd_plan *plan);

struct poe_http_header {
	const char *name, *value;
};

/* A request.  Its strings live as long as it does. */
struct poe_http_request {
	struct poe_object object;
	int status;         /* 0; or it cannot be served: answer with this status, and close */
	int version;        /* 10 or 11, for HTTP/1.0 and HTTP/1.1; 0 if it was refused unread */
	const char *method; /* "GET"; "" if it was refused unread, as the target */
	const char *target; /* as sent: "/path?query" mostly */
	const struct poe_http_header *headers; /* as sent, in that order; names keep their case */
	size_t header_count;
	const char *body;   /* chunks are joined; a NUL follows that is not counted; NULL: none */
	size_t body_length;
	int body_follows;   /* streaming only: not 0 if pieces of a body come next */
};

/* The typed reader of argument 0; lent until the handler returns.  When streaming, look first
   whether poe_arg(ev, 0).kind is POE_OBJ. */
struct poe_http_request *poe_http_request(const struct poe_event *ev);

/* Takes the request out of argument 0: it is the caller's until freed. */
struct poe_http_request *poe_http_request_take(struct poe_event *ev);
void poe_http_request_free(struct poe_http_request *r); /* NULL is nothing */

/* The value of the first header of that name, in whichever case; NULL if there is none. */
const char *poe_http_request_header(const struct poe_http_request *r, const char *name);

/* Not 0 if the client will send more on this connection, so that the response need not say .close. */
int poe_http_request_keeps_alive(const struct poe_http_request *r);

/*
 * Not 0 if the client waits for a response with status 100 before it sends
 * its body.  Worth asking when streaming; without, the body is there already,
 * since clients wait for a moment only.
 */
int poe_http_request_expects_continue(const struct poe_http_request *r);

/* How a response's body comes. */
enum poe_http_body {
	POE_HTTP_WHOLE,   /* in .body */
	POE_HTTP_CHUNKED, /* later, each piece a chunk: for clients of HTTP/1.1 only */
	POE_HTTP_UNTIL_CLOSE, /* later, and the end of the connection is its end: implies .close */
	POE_HTTP_TUNNEL   /* none, nor a length: another protocol follows, as CONNECT was granted */
};

struct poe_http_response {
	struct poe_object object;  /* poe_http_response_value fills this in */
	int status;                /* 100 to 599 */
	const char *reason;        /* NULL: poe_http_reason */
	const struct poe_http_header *headers; /* up to a row of zeros; NULL: none */
	const void *body;          /* NULL: only the head goes out, with .length in it, as HEAD wants it */
	size_t length;             /* octets of the body */
	enum poe_http_body framing;
	int close;                 /* not 0: adds "Connection: close" */
};

/*
 * The response as a record for poe_put.  It is lent, and stays the caller's,
 * with all it points to: it may be gone when poe_put is back.
 *
 * Content-Length is added unless .headers have it or the body comes later; with
 * status 1xx, 204 and 304 it never is.  No Date, no Server.  poe_put fails
 * with EINVAL for a status out of range, a name that is no token, a reason or
 * value with control characters in it (CR and LF are), a Transfer-Encoding, a
 * Content-Length that is not true, a body where the status allows none, and
 * while an earlier response's body is not ended.
 */
struct poe_value poe_http_response_value(struct poe_http_response *r);

/* "Not Found" for 404; "Unknown" for what has no name. */
const char *poe_http_reason(int status);

#ifdef __cplusplus
}
#endif
#endif
