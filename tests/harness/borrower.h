/*
 * A session that borrows connections from a manager, on a kernel of its own
 * with the virtual clock.  Requests are numbered from 1 as they are made; what
 * becomes of them is written down, in words:
 *
 *     1=new 2=immediate 3=deferred 4!connect/ECONNREFUSED 5!connect/ETIMEDOUT@queue
 *     in1:a line                 what a wheel on connection 1 got
 *     err1:read/0                its end
 *
 * Time stands still but for borrower_pass.
 */
#ifndef BORROWER_H
#define BORROWER_H

#include "dns_server.h"
#include "tcp_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poe.h>

enum { BORROWER_MOST = 1200 };

struct borrower;
typedef void borrower_step(struct borrower *b, int number);

struct borrower {
	struct poe_kernel *kernel;
	struct poe_keepalive *ka;    /* NULL once the test has freed it */
	poe_sid session;             /* kept alive by the test, until borrower_stop */
	struct poe_connection *held[BORROWER_MOST];
	poe_request_id ids[BORROWER_MOST];
	int asked;
	borrower_step *on_response;  /* inside the handler, once the response is written down and taken */
	char error[64];              /* error_str of the last response */
	const char *why;             /* why_not_reused of the last response */
	int leaves;                  /* not 0: responses are looked at, and their connections left in them */
	char log[16384];
	void *own;                   /* the test's */
	struct poe_keepalive_request question; /* these are the harness' own */
	int result;
	double span;
	int span_over;
	struct dns_server *names;    /* NULL without */
	struct tcp_server *servers[8];
	int open_before;             /* descriptors */
};

/* The plan's zeros are the manager's own defaults. */
struct borrower *borrower_new(const struct poe_keepalive_plan *plan);

/* The same with a resolver of its own, which knows nothing but what b->names is told. */
struct borrower *borrower_new_with_names(const struct poe_keepalive_plan *plan);

/* The borrower owns the server from here on. */
struct tcp_server *borrower_meet(struct borrower *b, struct tcp_server *s);

/*
 * Gives everything back, asserts that the manager's books are in order, ends
 * all, and asserts that nothing is left: session, watch, alarm, descriptor.
 */
void borrower_end(struct borrower *b);

/* Asks by message for 127.0.0.1, that server's port; the request's number.  The other takes any request. */
int borrower_ask(struct borrower *b, const struct tcp_server *s);
int borrower_request(struct borrower *b, struct poe_keepalive_request request);

/* The call: 0 or its errno.  A connection that comes at once is written down as "1=called". */
int borrower_call(struct borrower *b, struct poe_keepalive_request request);

/* A request for that server, to be changed at will. */
struct poe_keepalive_request borrower_for(const struct tcp_server *s);

/* Gives connection n back. */
void borrower_free(struct borrower *b, int number);

/* A Line wheel on connection n; its input and errors are written down. */
struct poe_readwrite *borrower_start(struct borrower *b, int number);
void borrower_start_in_session(struct borrower *b, int number); /* a step */

/* Does something in the session's handler. */
void borrower_do(struct borrower *b, borrower_step *step, int number);

/* Runs until the words have come, and for a while on: they must be all.  Forgets them. */
void borrower_expect(struct borrower *b, const char *words);

/* Runs until that many connections are idle. */
void borrower_expect_idle(struct borrower *b, size_t idle);

/* Lets time pass, with all that comes due on the way. */
void borrower_pass(struct borrower *b, double seconds);

/* Lets the session go: it ends when nothing else keeps it. */
void borrower_stop(struct borrower *b);

/* The manager's numbers; asserts that its books are in order. */
struct poe_keepalive_stats borrower_stats(const struct borrower *b);

#endif
