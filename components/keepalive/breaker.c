/*
 * Breaker: a key whose dials fail one after the other is left alone for a
 * while, and who asks for it is told at once.  What is idle stays of use.
 */
#include "parts.h"
#include <errno.h>

static const struct pool_failure is_open = { .function = "breaker", .error_num = EHOSTDOWN };

bool pool_breaker_trips(const struct pool *pool, const struct pool_care *care)
{
	return care->breaker == BREAKER_HALF_OPEN || care->failures >= pool->plan.breaker_after;
}

/* Dials that are under way go on: one that succeeds closes the breaker.  Full jitter, so that not all come back at once. */
void pool_breaker_open(struct pool *pool, struct pool_care *care)
{
	if (care->breaker == BREAKER_OPEN)
		return;
	care->breaker = BREAKER_OPEN;
	pool->broken++;
	pool_care_pause(pool, care, pool_care_some_of(pool, pool->plan.breaker_base, pool->plan.breaker_most,
						      care->openings++));
	pool_fail_all(pool, care->key, &is_open);
}

void pool_breaker_half_open(struct pool *pool, struct pool_care *care)
{
	care->breaker = BREAKER_HALF_OPEN;
	pool_care_pause(pool, care, pool->plan.breaker_most);
	pool_touch(pool, care->key);
}

/* The timer may be late: the clock decides. */
static bool is_open_now(struct pool *pool, struct pool_care *care)
{
	if (care->breaker == BREAKER_OPEN && care->pause.at <= pool->world->now(pool))
		pool_breaker_half_open(pool, care);
	return care->breaker == BREAKER_OPEN;
}

bool pool_breaker_refuses(struct pool *pool, struct pool_request *r, struct pool_key *key)
{
	struct pool_care *care = key->care;

	if (care->breaker == BREAKER_CLOSED)
		return false;
	if (!is_open_now(pool, care) && key->dialing == 0 && key->waiting == 0)
		return false;
	pool_fail(pool, r, ENDED_FAILED, &is_open);
	return true;
}
