/*
 * A crowd: sessions that send one request after another to a server, all over
 * one connection manager, on a kernel with the real clock.  What becomes of each
 * request is counted.
 */
#ifndef CROWD_H
#define CROWD_H

#include <poe.h>

enum { CROWD_MOST = 2000 };

struct crowd;

struct crowd_plan {
	int members, requests;
	struct poe_keepalive_plan pool;
	const char *scheme;
	int port;
	struct poe_filter *(*filter)(void);
	void (*ask)(int number, char text[128]); /* the octets of a request */

	/* Looks at an answer.  Not 0 if the server will close the connection behind it. */
	int (*read)(struct crowd *c, int number, const struct poe_value *record);

	/* Before each request; and after each answer of the manager that is none but an error.  May be NULL. */
	void (*before)(struct crowd *c, int number);
	void (*refused)(struct crowd *c, const struct poe_keepalive_response *r);
	double pause;      /* seconds of each member between two requests */
	int may_not_repeat; /* a request that was sent and lost stays so; else it is made again */
};

struct crowd {
	const struct crowd_plan *plan;
	void *test;                    /* the test's own, as are the numbers */
	int numbers[4];
	struct poe_kernel *kernel;
	struct poe_keepalive *manager;
	struct poe_keepalive_stats stats; /* at the end */
	int next;                      /* the next request's number */
	int outcomes[CROWD_MOST];      /* of each request: one, or the test fails */
	int asked, heard;              /* questions to the manager, its answers */
	int answered;                  /* requests */
	int refusals;                  /* answers of the manager that were errors; it was asked again */
	int lost_reused, lost_new;     /* connections that ended under a request */
};

/* Runs it to its end; asserts one outcome a request, one answer a question, and books in order. */
void crowd_run(struct crowd *c, const struct crowd_plan *plan);

#endif
