/*
 * NFA: a session whose state table changes as it goes.
 *
 * A machine is in one of its states at a time, and only that state's handlers
 * take events; what else comes is an error, not silence: an exception as by
 * poe_die, with ENOSYS.  (Only _child, _parent and _stop are let pass; POE
 * takes the first two for errors as well.)  States that wheels or poe_state_set have added stand in every
 * state.  ev->heap is POE's RUNSTATE, ev->session its MACHINE.  After POE::NFA.
 */
#ifndef POE_NFA_H
#define POE_NFA_H

#include <poe/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One state of a machine: a name, and a table of what it does with which
 * event.  "leave" is run when the machine leaves the state; "_default" takes
 * what has no row.  A list of states ends with { 0 }.
 */
struct poe_nfa_state {
	const char *name;
	const struct poe_state *events;
};

struct poe_nfa_plan {
	const struct poe_nfa_state *states; /* required; must outlive the kernel unchanged, tables too */
	const char *state;                  /* required: the one it begins in */
	const char *event;                  /* run on entry, at once; NULL: none */
	const struct poe_value *args;       /* of that event */
	void *heap;                         /* RUNSTATE; belongs to the machine if free_heap is set */
	void (*free_heap)(void *heap);      /* also when spawn fails */
	const char *alias;
	int immediate;                      /* not 0: poe_nfa_goto_state and its kin act within the call */
};

/*
 * Makes a machine, as a child of the current session, and has it enter its
 * first state: after the parent's _child "create".  Its address; on failure
 * zero with EINVAL (no such state, a row that cannot be read), or as
 * poe_session_create, and no session is left.
 */
#define poe_nfa_spawn(k, ...) poe_nfa_spawnv(k, POE_HERE, __VA_ARGS__)
poe_sid poe_nfa_spawnv(struct poe_kernel *k, const char *from, const struct poe_nfa_plan *plan);

/*
 * Has the current machine go to another state: it leaves the one it is in
 * ("leave"), enters the other, and runs `event` there, if not NULL, with these
 * values.  It is queued as an event is, behind what is queued already.
 * poe_nfa_goto_state(k, "reading", "enter", poe_int(1)).
 * Returns 0; -1 with ESRCH (the current session is no machine), EINVAL (no
 * such state), EMSGSIZE, ENOMEM.  If the new state has no such event that is
 * an exception, as any event's.
 */
#define poe_nfa_goto_state(k, state, ...) \
	poe_nfa_goto_statev(k, state, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_nfa_goto_statev(struct poe_kernel *k, const char *state, const char *event, const char *from,
			const struct poe_value *args);

/* A state to be visited, and the event that comes to the state it is called from on return. */
struct poe_nfa_call {
	const char *state, *event;    /* as of poe_nfa_goto_state */
	const struct poe_value *args;
	const char *return_event;     /* NULL: none */
};

/* Goes to a state to come back from, at any depth.  As poe_nfa_goto_state: the calling state is left, too. */
#define poe_nfa_call_state(k, ...) poe_nfa_call_statev(k, POE_HERE, __VA_ARGS__)
int poe_nfa_call_statev(struct poe_kernel *k, const char *from, const struct poe_nfa_call *call);

/*
 * Goes back to the state that called, whose return event gets these values.
 * Where nobody called when it comes to that, it is an exception (EINVAL).
 */
#define poe_nfa_return_state(...) \
	poe_nfa_return_statev(POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_nfa_return_statev(struct poe_kernel *k, const char *from, const struct poe_value *args);

/* Stops the current machine, by an event: what is queued before that still comes.  0; -1 as poe_yield. */
int poe_nfa_stop(struct poe_kernel *k);

/* The name of the state that a machine is in; POE: STATE, get_current_state.  NULL with ESRCH (no machine). */
const char *poe_nfa_current_state(const struct poe_kernel *k, poe_sid machine);

#ifdef __cplusplus
}
#endif
#endif
