/*
 * Histogram: how many durations were about how long, each twice the one before.
 */
#ifndef KEEPALIVE_HISTOGRAM_H
#define KEEPALIVE_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 32 };

/* [0]: under a microsecond; [i]: from 2^(i-1) microseconds to 2^i; the last: all that are longer too. */
struct histogram {
	uint64_t count[HISTOGRAM_BUCKETS];
};

static inline void pool_histogram_add(struct histogram *h, double seconds)
{
	uint64_t us = seconds > 0 ? (seconds < 1e9 ? (uint64_t)(seconds * 1e6) : UINT64_MAX) : 0;
	int i = us ? 64 - __builtin_clzll(us) : 0;

	h->count[i < HISTOGRAM_BUCKETS ? i : HISTOGRAM_BUCKETS - 1]++;
}

#endif
