/*
 * Care: made when there is something to keep in mind, forgotten when there is
 * not, and what a dial's end teaches.
 */
#include "parts.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Seconds until a failed dial that nobody asked for is tried again: at first, and at most. */
static const double first_pause = 1, longest_pause = 60;

struct pool_care *pool_care_get(struct pool *pool, struct pool_key *key)
{
	struct pool_care *care = key->care;

	if (care != NULL)
		return care;
	care = calloc(1, sizeof *care);
	if (care == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	care->key = key;
	list_init(&care->in_low);
	pool_deadline_init(&care->pause);
	list_append(&pool->cared, &care->in_pool);
	key->care = care;
	return care;
}

void pool_care_drop(struct pool *pool, struct pool_care *care)
{
	struct pool_key *key = care->key;

	list_remove(&care->in_pool);
	list_remove(&care->in_low);
	pool_deadline_clear(&pool->pauses, &care->pause);
	free(care);
	key->care = NULL;
	pool_touch(pool, key);
}

void pool_care_tidy(struct pool *pool, struct pool_key *key)
{
	struct pool_care *care = key->care;

	if (care != NULL && care->floor == 0 && care->failures == 0)
		pool_care_drop(pool, care);
}

void pool_care_forget(struct pool *pool, struct pool_care *care)
{
	care->failures = care->openings = 0;
	care->breaker = BREAKER_CLOSED;
	pool_deadline_clear(&pool->pauses, &care->pause);
	pool_touch(pool, care->key);
	pool_care_tidy(pool, care->key);
}

/* Without memory for it there is a pause after the next failure; meanwhile only another event tries again. */
void pool_care_pause(struct pool *pool, struct pool_care *care, double seconds)
{
	if (pool_deadline_set(&pool->pauses, &care->pause, pool->world->now(pool), seconds) == 0)
		pool_wake_at(pool, care->pause.at);
}

double pool_care_some_of(struct pool *pool, double base, double most, unsigned doublings)
{
	return fmin(most, ldexp(base, doublings < 30 ? (int)doublings : 30)) * (1 - pool_chance(pool));
}

/* Reasons that lie on this side say nothing of the peer. */
static bool is_ours(int error_num)
{
	return error_num == ENOMEM || error_num == EMFILE || error_num == ENFILE || error_num == ENOBUFS ||
	       error_num == EADDRNOTAVAIL || error_num == EACCES || error_num == EPERM || error_num == EINVAL;
}

void pool_care_failed(struct pool *pool, struct pool_key *key, int error_num)
{
	bool counts = pool->plan.breaker_after > 0 && !is_ours(error_num);
	struct pool_care *care = counts ? pool_care_get(pool, key) : key->care;

	if (care == NULL)
		return;
	care->failures++;
	if (counts && pool_breaker_trips(pool, care))
		pool_breaker_open(pool, care);
	else if (care->floor > 0)
		pool_care_pause(pool, care, pool_care_some_of(pool, first_pause, longest_pause, care->failures - 1));
	else
		pool_care_pause(pool, care, pool->plan.breaker_most);
	pool_touch(pool, key);
}

/* What failed once, and was not tried again for as long as the longest pause, is forgotten. */
void pool_care_due(struct pool *pool, struct pool_care *care)
{
	if (care->breaker == BREAKER_OPEN)
		pool_breaker_half_open(pool, care);
	else if (care->breaker == BREAKER_HALF_OPEN || care->floor == 0)
		pool_care_forget(pool, care);
	else
		pool_touch(pool, care->key);
}
