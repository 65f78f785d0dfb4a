/*
 * Parts: what the pool's own files share.
 */
#ifndef KEEPALIVE_PARTS_H
#define KEEPALIVE_PARTS_H

#include "pool.h"

/* pump.c: where a key belongs, by its counts; puts it there, when they have changed. */
enum pool_place pool_place_of(const struct pool *pool, const struct pool_key *key);
void pool_touch(struct pool *pool, struct pool_key *key);

/* pump.c: whether one more may be dialled without giving up another. */
bool pool_has_room(const struct pool *pool);

/* pump.c: makes room in max_open for one that is there already. */
bool pool_open_for_one(struct pool *pool);

/* pump.c: closes or cancels one that nobody uses; false if there is none whose end would help. */
bool pool_evict_one(struct pool *pool);

/* pump.c: starts every dial that somebody wants and the limits allow.  Frees unused keys. */
void pool_settle(struct pool *pool);

/* pump.c: whether a freed connection of this key should rather make room for another key. */
bool pool_must_yield(const struct pool *pool, const struct pool_key *key);

/* pump.c: this key has been served; it, and one that is hungry but has its share, go to the end. */
void pool_rotate(struct pool *pool, struct pool_key *key);

/* slot.c: a slot for a dial, in the books; NULL with ENOMEM. */
struct pool_slot *pool_slot_open(struct pool *pool, struct pool_key *key);

/* slot.c: takes a slot of any state out of the books and frees it; the world has closed or is told to. */
void pool_slot_forget(struct pool *pool, struct pool_slot *slot);
void pool_slot_close(struct pool *pool, struct pool_slot *slot);
void pool_slot_cancel(struct pool *pool, struct pool_slot *slot);

/* slot.c: from a dial or idle to used; from a dial or used to idle. */
void pool_slot_use(struct pool *pool, struct pool_slot *slot);
void pool_slot_rest(struct pool *pool, struct pool_slot *slot);
/* slot.c: from idle to pinging. */
void pool_slot_ping(struct pool *pool, struct pool_slot *slot);

/* Seconds from the beginning of a rest until something is done about it. */
static inline double pool_span(const struct pool *pool)
{
	bool pings = pool->plan.ping_every > 0 && pool->plan.ping_every < pool->plan.keep_alive;

	return pings ? pool->plan.ping_every : pool->plan.keep_alive;
}

/* ping.c: an idle connection has rested for pool_span; its answer has not come. */
void pool_rest_due(struct pool *pool, struct pool_slot *slot, double now);
void pool_ping_failed(struct pool *pool, struct pool_slot *slot);

/* rest.c: nobody of its key waits for it: it becomes idle, if it may, in place of others where there are too many. */
void pool_rest(struct pool *pool, struct pool_slot *slot);

/* rest.c: closes an idle connection for the sake of a limit; closes what is over the limits on idle ones. */
void pool_rest_evict(struct pool *pool, struct pool_slot *slot);
void pool_rest_trim(struct pool *pool, struct pool_key *key);

/* rest.c: closes one whose time is over. */
void pool_rest_expired(struct pool *pool, struct pool_slot *slot);

/* rest.c: whether the time has come, which its peer has named, after which it is not to be used. */
bool pool_rest_is_over(const struct pool_slot *slot, double now);

/* limits.c: with the highest number there is in place of zeros. */
struct pool_plan pool_whole_plan(const struct pool_plan *plan);

/* limits.c: whether the key, or the pool, has more connections than it may, since a limit was lowered. */
bool pool_is_over(const struct pool *pool, const struct pool_key *key);

/* floor.c: puts a key with a floor on pool->low, or off it; dials what is missing there. */
void pool_floor_touch(struct pool *pool, struct pool_key *key);
void pool_refill(struct pool *pool);
/* floor.c: whether an idle connection of this key is one of those that stay. */
bool pool_is_floor(const struct pool_key *key);

/* care.c: what is kept in mind of the key, made at need: NULL with ENOMEM; forgotten when there is nothing. */
struct pool_care *pool_care_get(struct pool *pool, struct pool_key *key);
void pool_care_drop(struct pool *pool, struct pool_care *care);
void pool_care_tidy(struct pool *pool, struct pool_key *key);
void pool_care_forget(struct pool *pool, struct pool_care *care);
/* care.c: pool_care_due is called after so many seconds. */
void pool_care_pause(struct pool *pool, struct pool_care *care, double seconds);
/* care.c: a random part of base * 2^doublings, at most `most`: who lost the same host together shall not come back so. */
double pool_care_some_of(struct pool *pool, double base, double most, unsigned doublings);
/* care.c: a dial of this key has failed. */
void pool_care_failed(struct pool *pool, struct pool_key *key, int error_num);
/* care.c: its pause is over. */
void pool_care_due(struct pool *pool, struct pool_care *care);

/* group.c: finds or makes the key, in its group: NULL with ENOMEM; it is going to be freed. */
struct pool_key *pool_group_key(struct pool *pool, const struct pool_name *name);
void pool_group_leave(struct pool_key *key);
/* pump.c: puts a key that its group lets go in line for a dial. */
void pool_line_up(struct pool *pool, struct pool_key *key);

/* group.c: whether a key that would dial has to wait for the others of its group first. */
bool pool_group_blocks(const struct pool *pool, const struct pool_key *key);
/* group.c: whether the limit of its group is reached; or another one of the group, poorer than this one. */
bool pool_group_is_full(const struct pool *pool, const struct pool_key *key);
bool pool_group_must_yield(const struct pool_key *key);
/* group.c: its turn is over: it goes behind all that the group's limit holds up too. */
void pool_group_rotate(struct pool_key *key);
/* group.c: so many connections more, or less; something else about it has changed. */
void pool_group_count(struct pool *pool, struct pool_key *key, int more);
void pool_group_touch(struct pool *pool, struct pool_group *group);
/* group.c: lets those dial whose groups have room, or idle connections. */
void pool_group_relieve(struct pool *pool);
/* group.c: the pool is shut: nobody waits for room any more. */
void pool_group_unblock(struct pool *pool);

/* breaker.c: whether one failure more is one too many; opens it; lets one through. */
bool pool_breaker_trips(const struct pool *pool, const struct pool_care *care);
void pool_breaker_open(struct pool *pool, struct pool_care *care);
void pool_breaker_half_open(struct pool *pool, struct pool_care *care);
/* breaker.c: true, and the request has failed, if its key, which has care, may not dial now. */
bool pool_breaker_refuses(struct pool *pool, struct pool_request *r, struct pool_key *key);

/* overdue.c: a loan begins, if there is a leak_after; all that are under way do, when there was none. */
void pool_overdue_begin(struct pool *pool, struct pool_slot *slot);
void pool_overdue_begin_all(struct pool *pool);
/* overdue.c: reports the loans that are overdue; one that was has ended; when the next will be, or infinity. */
void pool_overdue_find(struct pool *pool, double now);
void pool_overdue_ended(struct pool *pool, struct pool_slot *slot);
double pool_overdue_next(const struct pool *pool);

/* supply.c: from 0 to 1, 1 not included. */
double pool_chance(struct pool *pool);

/* supply.c: whether its loans or its life are over; the last look before it goes to somebody else. */
bool pool_is_worn(struct pool *pool, const struct pool_slot *slot);
bool pool_is_good(struct pool *pool, struct pool_slot *slot);

/* waiter.c: a request on and off its key's list. */
int pool_wait(struct pool *pool, struct pool_request *r, struct pool_key *key, double timeout);
void pool_grant(struct pool *pool, struct pool_request *r, struct pool_slot *slot, enum pool_ending ending);
void pool_fail(struct pool *pool, struct pool_request *r, enum pool_ending ending,
	       const struct pool_failure *failure);
void pool_withdraw(struct pool *pool, struct pool_request *r);
/* Withdraws a request that gave up: a dial that nobody waits for any longer is not worth finishing. */
void pool_abandon(struct pool *pool, struct pool_request *r);
/* Those that wait now: whoever asks again while these are answered is not among them. */
void pool_fail_all(struct pool *pool, struct pool_key *key, const struct pool_failure *failure);
/* Who is next for a new connection, and for one that was used. */
struct pool_request *pool_oldest(const struct pool_key *key);
struct pool_request *pool_oldest_for_used(const struct pool_key *key);

/* pool.c: a granted slot is the asker's. */
void pool_lease(struct pool_slot *slot);

#endif
