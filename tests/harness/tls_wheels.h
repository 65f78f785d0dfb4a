/*
 * Two ReadWrite wheels that talk TLS over a socket pair, each with a session of
 * its own.  What they tell is written down, as "client:input:hello
 * server:error:read:0 ".
 */
#ifndef TLS_WHEELS_H
#define TLS_WHEELS_H

#include "tls_pair.h"

#include <poe.h>

struct tls_wheels;
struct tls_end;
typedef void tls_step(struct tls_end *end);

struct tls_end {
	struct tls_wheels *both;
	const char *name;            /* "client", "server" */
	struct tls_end *other;
	poe_sid session;
	struct poe_readwrite *wheel; /* NULL: none, or freed */
	struct poe_readwrite_plan plan;
	struct poe_driver *driver;   /* until the wheel has it */
	struct poe_driver *later;    /* the test's, for a wheel that was made without */
	int fd;                      /* as well; -1 then */
	int is_counting;             /* not 0: input is counted, and checked against the pattern, not written down */
	size_t octets;
	tls_step *step;
};

struct tls_wheels {
	struct poe_kernel *kernel;
	struct tls_pair *pair;
	struct tls_end client, server;
	char log[4096];
	const char *hook_event;      /* when this is told, as "client:input"... */
	tls_step *hook;              /* ...do this with that end */
	int quiet;
};

/* A virtual clock; sockets and drivers, but no wheels yet.  The plans have all events but the marks'. */
struct tls_wheels *tls_wheels_new(void);

/* Frees all; asserts that nothing is left. */
void tls_wheels_free(struct tls_wheels *w);

/* Connects by drivers, as tls_pair_open; makes an end's wheel. */
void tls_wheels_connect(struct tls_wheels *w);
void tls_wheels_start(struct tls_end *end);

/* All three. */
struct tls_wheels *tls_wheels_started(void);

void tls_wheels_do(struct tls_end *end, tls_step *step); /* in a handler of the end's session */
void tls_wheels_settle(struct tls_wheels *w);            /* until nothing happens: time stands still before */
void tls_wheels_assert_told(struct tls_wheels *w, const char *expected);

/* The same with wheels that talk in clear, their drivers kept for later. */
struct tls_wheels *tls_wheels_started_in_clear(void);

/* Steps: frees the wheel; gives it its driver. */
void tls_wheels_free_wheel(struct tls_end *end);
void tls_wheels_set_driver(struct tls_end *end);

/* Octets that show where they belong. */
char *tls_wheels_pattern(size_t length);

#endif
