/*
 * Back-off: twice as long each time, up to a limit, less a random part of up to
 * a half.  A server that accepts and closes at once is no success, so only a
 * connection that lasts begins it anew.
 */
#include "backoff.h"

#include <math.h>

static const double usual_max = 60;

bool tcp_backoff_init(struct tcp_backoff *b, double min, double max, uint64_t seed)
{
	*b = (struct tcp_backoff){ .min = min, .max = max, .random = seed | 1 };
	if (max == 0)
		b->max = fmax(min, usual_max);
	/* Written so that NaN is refused too. */
	return min >= 0 && b->max >= min && isfinite(b->max);
}

/* xorshift64: between 0 and 1. */
static double next_random(struct tcp_backoff *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return (double)(b->random >> 11) / (double)(UINT64_C(1) << 53);
}

double tcp_backoff_next(struct tcp_backoff *b)
{
	b->wait = b->wait > 0 ? fmin(2 * b->wait, b->max) : b->min;
	return b->wait * (1 - next_random(b) / 2);
}

void tcp_backoff_lasted(struct tcp_backoff *b, double seconds)
{
	if (seconds >= b->max)
		b->wait = 0;
}
