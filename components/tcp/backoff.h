/*
 * Back-off: how long to wait before trying again.
 */
#ifndef TCP_BACKOFF_H
#define TCP_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_backoff {
	double min, max; /* seconds; min 0: there is no trying again */
	double wait;     /* the last one, before its random part; 0: none since the last success */
	uint64_t random; /* not zero */
};

/* Reads the plan's times; max 0: 60, or min if that is more.  False if they make no sense. */
bool tcp_backoff_init(struct tcp_backoff *b, double min, double max, uint64_t seed);

/* The next wait, in seconds. */
double tcp_backoff_next(struct tcp_backoff *b);

/* A connection has lasted so long. */
void tcp_backoff_lasted(struct tcp_backoff *b, double seconds);

#endif
