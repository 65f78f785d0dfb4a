/*
 * Sessions: a table of named states, a heap, and a place in a family.
 *
 * A session lives as long as something can still happen to it: an event to or
 * from it is queued, an alarm is set, it watches a descriptor or a child
 * process, it has children, an alias, or somebody holds a reference.  When
 * nothing of that is left it gets _stop and is freed.  After POE::Session.
 */
#ifndef POE_SESSION_H
#define POE_SESSION_H

#include <poe/event.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One state: { "name", handler } or { "name(types)", handler }.  Each letter
 * declares one argument that must be there and of its type, or the event is
 * undeliverable and the handler does not run; arguments beyond those declared
 * are not looked at.
 *     i int   d double (an int will do)   s string   b bytes (a string will do)
 *     a session address   p pointer   o object   * the rest, whatever it is
 * What follows ')' is kept for marks of later versions; anything there now is
 * EINVAL.  A table ends with { 0 }.
 *
 * The kernel calls these by itself, with poe_return's value where one is named:
 *     _start   the plan's .args; returns to the parent's _child "create"
 *     _stop    nothing; returns to the parent's _child "lose".  It may still post and call.
 *     _child   "create", "gain" or "lose"; the child's address; what it returned
 *     _parent  the old and the new parent's address
 *     _default any event without a state: its name, then its arguments
 */
struct poe_state {
	const char *name;
	poe_handler *handler;
};

/* What poe_session_create needs to know.  Zero means none. */
struct poe_session_plan {
	const struct poe_state *states; /* required; must outlive the kernel unchanged (a static const);
					   sessions made from one table share it */
	void *heap;                     /* HEAP, belongs to the session if free_heap is set */
	void (*free_heap)(void *heap);  /* called once, after _stop; also when create fails */
	const char *alias;              /* set before _start runs; copied */
	const struct poe_value *args;   /* _start's arguments: poe_list(...) */
	const struct poe_state *base;   /* more states, which those of `states` override: how a component
					   lends its user a session.  As `states` */
};

/*
 * Creates a session as a child of the current one (outside handlers: of the
 * kernel).  _start runs before this returns, then the parent's _child.
 * Returns its address, also when it has ended by then (poe_kernel_stop).  On failure zero: ENOMEM, EEXIST (alias taken), EINVAL
 * (no states, no _start, or a row that cannot be read), and no session is left.
 */
#define poe_session_create(k, ...) poe_session_createv(k, POE_HERE, __VA_ARGS__)
poe_sid poe_session_createv(struct poe_kernel *k, const char *from,
			    const struct poe_session_plan *plan);

/*
 * Adds or replaces a state of the current session at run time; the object
 * comes to the handler as ev->object and stays the caller's.  `name` may
 * declare arguments as a row does.  Returns 0, or -1 with EINVAL, ENOMEM, or
 * ESRCH outside a handler, and nothing is changed.  POE: state().
 */
int poe_state_set(struct poe_kernel *k, const char *name, poe_handler *handler, void *object);

/*
 * An option of a living session, POE's three: "trace" reports each of its
 * events, "default" those it has no state for, "debug" a state that is set
 * over one that is there.  value 1: on, 0: off, -1: as it is.  Returns what it
 * was; -1 with ESRCH or EINVAL (no such option, another value).
 */
int poe_session_option(struct poe_kernel *k, poe_sid session, const char *option, int value);

/* Removes a state of the current session.  0, or -1 with ESRCH (none such). */
int poe_state_remove(struct poe_kernel *k, const char *name);

/* The current session: zero outside handlers.  POE: get_active_session. */
poe_sid poe_session_current(const struct poe_kernel *k);

/* A living session's parent (the kernel's address at the top), or zero with ESRCH. */
poe_sid poe_session_parent(const struct poe_kernel *k, poe_sid session);

/* A living session's heap; NULL with ESRCH when it has gone. */
void *poe_session_heap(const struct poe_kernel *k, poe_sid session);

/* Makes the current session a child of the kernel.  -1/EPERM if it is one already. */
int poe_detach_myself(struct poe_kernel *k);

/* The same for a child of the current session.  -1/ESRCH unknown, EPERM not my child. */
int poe_detach_child(struct poe_kernel *k, poe_sid child);

/*
 * Gives the current session a name that others can resolve.  An alias keeps
 * its session alive, but not the program: when only aliases are left, IDLE
 * comes.  0; -1 with EEXIST (another session has it), EINVAL, ENOMEM, ESRCH.
 */
int poe_alias_set(struct poe_kernel *k, const char *alias);

/* 0; -1 with ESRCH (no such alias) or EPERM (not the current session's). */
int poe_alias_remove(struct poe_kernel *k, const char *alias);

/* The session that has this alias; zero with ESRCH if none. */
poe_sid poe_alias_resolve(const struct poe_kernel *k, const char *alias);

/*
 * Fills in a session's aliases, in order of the alphabet, as many as there is
 * room for; they live as long as the kernel.  Returns how many it has; -1 with ESRCH.
 */
int poe_alias_list(const struct poe_kernel *k, poe_sid session, const char **names, int room);

/*
 * Keeps a session alive, and the program with it, until as many decrements
 * with the same tag.  Any session may do it for any.  Returns the tag's new
 * count; -1 with ESRCH, EINVAL or ENOMEM.
 */
int poe_refcount_increment(struct poe_kernel *k, poe_sid session, const char *tag);

/* The new count; -1 with ESRCH (no session) or EINVAL (the tag's count is zero already). */
int poe_refcount_decrement(struct poe_kernel *k, poe_sid session, const char *tag);

/*
 * A postback: a thing that anyone may fire, any number of times, to post an
 * event to the session that made it.  The event carries the values given here,
 * then those given when fired.  Until freed it keeps that session alive and
 * the program running, unless weakened.
 * NULL with EINVAL (an object among the values: it could not be sent twice),
 * ENOMEM, EMSGSIZE, or ESRCH outside a handler.  Firing fails as poe_post does.
 */
struct poe_postback;
#define poe_postback_new(k, ...) \
	poe_postback_newv(k, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
struct poe_postback *poe_postback_newv(struct poe_kernel *k, const char *name,
				       const struct poe_value *args);
#define poe_postback_fire(...) \
	poe_postback_firev(POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_postback_firev(struct poe_postback *p, const char *from, const struct poe_value *args);

/* The same at once, as poe_call, and with what the handler returned.  POE: callback. */
#define poe_postback_call(...) \
	poe_postback_callv(POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
struct poe_value poe_postback_callv(struct poe_postback *p, const char *from, const struct poe_value *args);
void poe_postback_weaken(struct poe_postback *p);
void poe_postback_free(struct poe_postback *p); /* NULL is nothing; legal after the session's end, not after the kernel's */

/*
 * What a session owns besides its heap.  A component embeds one in each thing
 * it makes on a session's behalf; when the session stops, what it still owns
 * is released, the youngest first.
 */
struct poe_owned {
	struct poe_owned *next, **link; /* private; link is NULL while it is nobody's */
	const struct poe_owned_kind *kind;
};
struct poe_owned_kind {
	const char *name; /* "readwrite": poe_kernel_dump prints it */
	void (*release)(struct poe_owned *owned); /* must free the thing and post nothing to its session */
};

/* Makes a thing a session's.  -1/ESRCH when the session has gone. */
int poe_own(struct poe_kernel *k, poe_sid session, struct poe_owned *owned,
	    const struct poe_owned_kind *kind);

/* Takes it from whoever owns it; nothing if nobody does. */
void poe_disown(struct poe_owned *owned);

#ifdef __cplusplus
}
#endif
#endif
