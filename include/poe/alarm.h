/*
 * Alarms and delays: events at a time.
 *
 * An alarm is set by the wall clock, a delay by seconds from now; both fire on
 * the monotonic clock.  They belong to the current session and are gone when
 * it stops.  Due events come in order of their times, equal times in the order
 * they were set.  A time in the past, like a negative delay, is due at once;
 * infinity never comes; NaN is EINVAL.  After POE::Kernel's time methods.
 *
 * All of these return -1 (or a zero id) with errno: EINVAL (no name, NaN),
 * ENOMEM, EMSGSIZE, ESRCH (outside a handler).  Values behave as in poe_post.
 */
#ifndef POE_ALARM_H
#define POE_ALARM_H

#include <poe/event.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
	uint64_t v;
} poe_alarm_id; /* never used twice in a kernel's life; zero is none */

/* By id, POE's newer style.  epoch: seconds since 1970, as poe_time; seconds: from now. */
#define poe_alarm_set(k, name, ...) \
	poe_alarm_setv(k, name, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
#define poe_delay_set(k, name, ...) \
	poe_delay_setv(k, name, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
poe_alarm_id poe_alarm_setv(struct poe_kernel *k, const char *name, double epoch, const char *from,
			    const struct poe_value *args);
poe_alarm_id poe_delay_setv(struct poe_kernel *k, const char *name, double seconds,
			    const char *from, const struct poe_value *args);

/*
 * By name, the older style: the current session's pending alarms of that name,
 * however they were set, are removed, then one is set.  The _add forms remove none.
 */
#define poe_alarm(k, name, ...) \
	poe_alarmv(k, name, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
#define poe_delay(k, name, ...) \
	poe_delayv(k, name, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_alarmv(struct poe_kernel *k, const char *name, double epoch, const char *from,
	       const struct poe_value *args);
int poe_delayv(struct poe_kernel *k, const char *name, double seconds, const char *from,
	       const struct poe_value *args);
#define poe_alarm_add(...) (poe_alarm_set(__VA_ARGS__).v ? 0 : -1)
#define poe_delay_add(...) (poe_delay_set(__VA_ARGS__).v ? 0 : -1)

/* Removes the current session's alarms of that name; returns how many.  POE: delay($name). */
int poe_alarm_clear(struct poe_kernel *k, const char *name);

/*
 * Moves a pending alarm by `delta` seconds, or to `seconds` from now; among
 * equal times it comes last.  Returns the new time (as poe_time).  On failure
 * NaN and nothing moved: ESRCH (fired or removed), EPERM (another session's), EINVAL.
 */
double poe_alarm_adjust(struct poe_kernel *k, poe_alarm_id id, double delta);
double poe_delay_adjust(struct poe_kernel *k, poe_alarm_id id, double seconds);

/* 0; -1 with ESRCH (fired or removed already) or EPERM (another session's). */
int poe_alarm_remove(struct poe_kernel *k, poe_alarm_id id);

/*
 * Removes all alarms of the current session, of either style; returns how many.
 * Those that wheels have set on its behalf stay: names that begin with "poe."
 * are theirs.
 */
int poe_alarm_remove_all(struct poe_kernel *k);

/*
 * Makes a pending alarm weak: it keeps neither its session alive nor the
 * program running.  For housekeeping.  0; -1 as poe_alarm_remove.
 */
int poe_alarm_weaken(struct poe_kernel *k, poe_alarm_id id);

#ifdef __cplusplus
}
#endif
#endif
