/*
 * A world for the pool without sockets and without time: dials end when the
 * test says so, the clock stands where the test puts it, and everything the
 * pool asks for is written down, as "dial a, grant 1 new, close a".
 */
#ifndef FAKE_WORLD_H
#define FAKE_WORLD_H

#include "keepalive/pool.h"

struct fake_request {
	struct pool_request request;
	struct pool_slot *slot; /* granted */
	int number;             /* from 1, in the order they were made */
	int error_num;
	unsigned answers;
};

struct fake_world {
	struct pool pool;
	double now, wake;
	char log[2048], seen[2048];
	enum pool_health health;      /* what the next probes show */
	int dial_error;               /* not 0: dials fail with it while they are being started */
	int ping_result;              /* of the next pings, as pool.h says */
	unsigned dials;               /* started and not over */
	int quiet;                    /* not 0: nothing is written down, and any request will do */
	struct fake_request requests[64];
	int asked;
};

/* A world with these limits; keep_alive is 15, a request's timeout 10. */
struct fake_world *fake_world_new(unsigned max_per_host, unsigned max_open);

/* Checks the pool's books, shuts it down with all that is used given back, and frees. */
void fake_world_free(struct fake_world *w);

/* The same as a test's state, and cmocka's teardown for it. */
struct fake_world *fake_world_for(void **state, unsigned max_per_host, unsigned max_open);
int fake_world_end(void **state);

/* A request for the host of that one-letter name, with the usual timeout, or with one. */
struct fake_request *fake_ask(struct fake_world *w, const char *host);
struct fake_request *fake_ask_within(struct fake_world *w, const char *host, double seconds);

/* The oldest dial of that host comes to something, or to nothing. */
void fake_connect(struct fake_world *w, const char *host);
void fake_refuse(struct fake_world *w, const char *host);
void fake_no_such_name(struct fake_world *w, const char *host);

/* The request's connection comes back clean. */
void fake_release(struct fake_world *w, struct fake_request *r);

/* Moves the clock, and runs the timer if it has come. */
void fake_pass(struct fake_world *w, double seconds);

/* The log since the last look, until the next one; checks the books too. */
const char *fake_log(struct fake_world *w);

uint64_t fake_id(const struct fake_world *w, const struct fake_request *r);

#endif
