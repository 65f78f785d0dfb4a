/*
 * Events: how sessions talk.
 *
 * poe_post puts an event at the end of the kernel's one queue; poe_call runs
 * the receiver's handler now.  Both name the event by a string and carry
 * tagged values; a handler gets one struct poe_event and reads them with
 * poe_arg_*.  After POE::Kernel's "Asynchronous Messages" and "Synchronous
 * Messages", and POE::Session's @_.
 */
#ifndef POE_EVENT_H
#define POE_EVENT_H

#include <poe/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_kernel;

/* What a handler gets; POE's @_ by name.  Valid until the handler returns. */
struct poe_event {
	struct poe_kernel *kernel; /* KERNEL */
	poe_sid session;           /* SESSION */
	poe_sid sender;            /* SENDER; the kernel's own address for signals and reaped children */
	void *heap;                /* HEAP */
	void *object;              /* OBJECT: what poe_state_set bound to this state, else NULL */
	const char *name;          /* STATE: the event's name; "_default" when that handler stands in */
	const char *from;          /* CALLER_FILE:CALLER_LINE, as "fetch.c:42" */
};

typedef void poe_handler(struct poe_event *ev);

/*
 * Posts an event to a session: poe_post(k, to, "name", values...).
 * Returns 0.  On failure -1, nothing is queued, and errno is ESRCH (no such
 * session), EINVAL (no name), EMSGSIZE (more than 64 values, or a string too
 * long) or ENOMEM.  Strings are copied; objects belong to the event either
 * way and are released on failure.
 *
 * A queued event keeps its receiver alive, and its sender too.  Whether the
 * receiver has a state of that name is found out at dispatch: an event that
 * finds neither a handler nor _default is undeliverable, which is counted
 * (poe_kernel_stats) and traced, and its values are released.
 */
#define poe_post(k, to, ...) \
	poe_postv(k, to, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_postv(struct poe_kernel *k, poe_sid to, const char *name, const char *from,
	      const struct poe_value *args);

/* Posts an event to the current session.  As poe_post; ESRCH outside a handler. */
#define poe_yield(k, ...) \
	poe_yieldv(k, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_yieldv(struct poe_kernel *k, const char *name, const char *from,
	       const struct poe_value *args);

/*
 * Runs a session's handler now, ahead of everything queued, and returns what
 * the handler gave to poe_return.  errno is 0 when it ran; otherwise no value
 * comes back and errno is ESRCH (no such session), ENOSYS (no such state),
 * EINVAL or EMSGSIZE; ENOMEM if it ran and what it returned could not be kept.  Strings are lent for the call, not copied; objects
 * belong to the call.  What is returned stays valid until the caller's own
 * handler returns (outside handlers: until the next poe_call or poe_run).
 * POE hides the "no such state" error; here it is seen.
 */
#define poe_call(k, to, ...) \
	poe_callv(k, to, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
struct poe_value poe_callv(struct poe_kernel *k, poe_sid to, const char *name, const char *from,
			   const struct poe_value *args);

/*
 * Sets what this handler returns: to poe_call, from _start and _stop to the
 * parent's _child, otherwise to nobody.  The last one set counts.  A string is
 * copied; an object belongs to the event.  Returns 0, or -1 with ENOMEM or
 * EMSGSIZE, and the earlier value stays.
 */
int poe_return(struct poe_event *ev, struct poe_value value);

/* The number of arguments. */
int poe_args(const struct poe_event *ev);

/*
 * Argument `index`, from 0.  Each of these stops the program with one line
 * that names session, event, argument and both types when the argument is
 * missing or of another type; a row's declared arguments (see session.h) are
 * checked before its handler runs, so there it cannot happen.
 * Strings, bytes and objects are lent until the handler returns.
 */
struct poe_value poe_arg(const struct poe_event *ev, int index); /* any; missing is POE_NONE */
int64_t poe_arg_int(const struct poe_event *ev, int index);
double poe_arg_double(const struct poe_event *ev, int index); /* takes an int too */
const char *poe_arg_str(const struct poe_event *ev, int index);
const void *poe_arg_bytes(const struct poe_event *ev, int index, size_t *length); /* or a string */
poe_sid poe_arg_address(const struct poe_event *ev, int index);
void *poe_arg_ptr(const struct poe_event *ev, int index);
struct poe_object *poe_arg_obj(const struct poe_event *ev, int index, const struct poe_type *type);

/* The same for an array. */
const struct poe_array *poe_arg_array(const struct poe_event *ev, int index);

/*
 * Takes an object out of the event: from here on it is the caller's, and the
 * argument is no value.  Otherwise as poe_arg_obj.
 */
struct poe_object *poe_arg_take(struct poe_event *ev, int index, const struct poe_type *type);

/*
 * Raises an exception in the current session, in the manner of a Perl die
 * that POE caught: a DIE signal is queued to the session and its ancestors,
 * with the arguments "DIE", error_num, error_str, the session, the event's
 * name and its source position.  A session that watches DIE may call
 * poe_sig_handled; if nobody does, all of them stop, the kernel stops, and
 * poe_run returns -1 with the text in poe_kernel_error.  In _stop, and in a
 * handler of DIE, nobody is asked any more: the others go on, and poe_run
 * returns -1 at its end.  The handler goes on: return right after.  Returns 0,
 * or -1 with ENOMEM.
 */
int poe_die(struct poe_event *ev, int error_num, const char *error_str);

/*
 * The kernel's own copy of a name, for as long as the kernel lives: posting by
 * it skips the look-up.  Wheels do this once with the names they are given.
 * NULL with ENOMEM or EINVAL (empty).  Names are kept until poe_kernel_free.
 */
const char *poe_intern(struct poe_kernel *k, const char *name);

/* The macros' own parts: the first of a list, the rest of it, the source position. */
#define POE_FIRST(first, ...) first
#define POE_REST(first, ...) POE_VALUES(__VA_ARGS__)
#define POE_HERE __FILE__ ":" POE_LINE_TEXT(__LINE__)
#define POE_LINE_TEXT(line) POE_LINE_TEXT_(line)
#define POE_LINE_TEXT_(line) #line

#ifdef __cplusplus
}
#endif
#endif
