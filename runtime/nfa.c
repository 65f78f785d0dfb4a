/*
 * A machine is a session whose class is another one in each state.  All of
 * them stand over one base, with what moves the machine, and with a _default
 * that refuses what a state has no row for.
 */
#include "dispatch.h"

#include <errno.h>
#include <poe/nfa.h>
#include <stdlib.h>
#include <string.h>

/* A state that waits for a return. */
struct visit {
	struct visit *up;
	const struct poe_nfa_state *state;
	const char *return_event; /* interned; "": none */
};

struct machine {
	struct poe_owned owned; /* by its session */
	const struct poe_nfa_state *states, *current; /* current: NULL before the first */
	const struct poe_state *base; /* under every state */
	struct visit *callers;  /* the last one first; owned */
	int immediate;
};

static void release(struct poe_owned *owned)
{
	struct machine *m = CONTAINER(owned, struct machine, owned);

	while (m->callers != NULL) {
		struct visit *last = m->callers;

		m->callers = last->up;
		free(last);
	}
	free(m);
}

static const struct poe_owned_kind machine_kind = { "nfa", release };

static struct machine *machine_of(const struct session *s)
{
	for (struct poe_owned *owned = s ? s->owned : NULL; owned != NULL; owned = owned->next)
		if (owned->kind == &machine_kind)
			return CONTAINER(owned, struct machine, owned);
	errno = ESRCH;
	return NULL;
}

static const struct poe_nfa_state *state_of(const struct poe_nfa_state *states, const char *name)
{
	for (; name != NULL && states->name != NULL; states++)
		if (strcmp(states->name, name) == 0)
			return states;
	errno = EINVAL;
	return NULL;
}

/* Moves the values of an event from `first` on to a list of their own: objects are gone from the event then. */
static void move_values(struct poe_event *ev, size_t first, struct poe_value *list)
{
	struct frame *frame = frame_of(ev);
	size_t n = 0;

	for (size_t i = first; i < frame->count; i++) {
		list[n++] = frame->values[i];
		if (frame->values[i].kind == POE_OBJ)
			frame->values[i] = poe_none();
	}
	list[n] = poe_none();
}

static bool leaves(const struct poe_kernel *k, const struct session *s)
{
	const struct name *leave = names_find(&k->names, "leave");

	return leave != NULL && rows_find(s->class->rows, leave->id) != NULL;
}

/* As in POE, the old state is left before the new one is entered, and may post but not prevent it. */
static void enter(struct poe_event *ev, const struct poe_nfa_state *state, const char *event,
		  const struct poe_value *args)
{
	struct poe_kernel *k = ev->kernel;
	struct session *s = session_find(k, ev->session);
	struct machine *m = machine_of(s);

	if (leaves(k, s))
		poe_call(k, ev->session, "leave");
	if (session_find(k, ev->session) == NULL) {
		values_drop(args);
		return;
	}
	m->current = state;
	s->class = classes_get(&k->classes, &k->names, state->events, m->base);
	if (event[0] != '\0')
		poe_callv(k, ev->session, event, ev->from, args);
	else
		values_drop(args);
}

static void go(struct poe_event *ev)
{
	const struct poe_nfa_state *state = poe_arg_ptr(ev, 0);
	const char *event = poe_arg_str(ev, 1);
	struct poe_value args[MESSAGE_MAX_VALUES + 1];

	move_values(ev, 2, args);
	enter(ev, state, event, args);
}

static void call(struct poe_event *ev)
{
	const struct poe_nfa_state *state = poe_arg_ptr(ev, 0);
	const char *event = poe_arg_str(ev, 1), *return_event = poe_arg_ptr(ev, 2);
	struct machine *m = machine_of(session_find(ev->kernel, ev->session));
	struct visit *visit = malloc(sizeof *visit);
	struct poe_value args[MESSAGE_MAX_VALUES + 1];

	if (visit == NULL) {
		poe_die(ev, ENOMEM, "no memory to call a state");
		return;
	}
	*visit = (struct visit){ .up = m->callers, .state = m->current, .return_event = return_event };
	m->callers = visit;
	move_values(ev, 3, args);
	enter(ev, state, event, args);
}

static void come_back(struct poe_event *ev)
{
	struct machine *m = machine_of(session_find(ev->kernel, ev->session));
	struct poe_value args[MESSAGE_MAX_VALUES + 1];
	struct visit last;

	if (m->callers == NULL) {
		poe_die(ev, EINVAL, "a state returned that nobody had called");
		return;
	}
	last = *m->callers;
	free(m->callers);
	m->callers = last.up;
	move_values(ev, 0, args);
	enter(ev, last.state, last.return_event, args);
}

static void stop(struct poe_event *ev)
{
	session_stop(ev->kernel, session_find(ev->kernel, ev->session));
}

/* The family's news are for those who want them. */
static void refuse(struct poe_event *ev)
{
	const char *event = poe_arg_str(ev, 0), *state = poe_nfa_current_state(ev->kernel, ev->session);
	char text[200];

	if (event[0] == '_')
		return;
	snprintf(text, sizeof text, "event %s has no handler in state %s", event, state);
	poe_die(ev, ENOSYS, text);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state base[] = {
	{ "_start", ignore },
	{ "_stop", ignore },
	{ "_default", refuse },
	{ "poe.nfa.goto(ps*)", go },
	{ "poe.nfa.call(psp*)", call },
	{ "poe.nfa.return(*)", come_back },
	{ "poe.nfa.stop", stop },
	{ 0 },
};

/* Whether a machine can be made of a plan; every state's class is compiled then, so that no move can fail. */
static int check_plan(struct poe_kernel *k, const struct poe_nfa_plan *plan)
{
	if (plan->states == NULL || state_of(plan->states, plan->state) == NULL) {
		errno = EINVAL;
		return -1;
	}
	for (const struct poe_nfa_state *state = plan->states; state->name != NULL; state++) {
		if (state->events == NULL) {
			errno = EINVAL;
			return -1;
		}
		if (classes_get(&k->classes, &k->names, state->events, base) == NULL)
			return -1;
	}
	return 0;
}

/* Nothing of it will be: what the plan gave goes. */
static poe_sid give_up(const struct poe_nfa_plan *plan, const struct poe_value *args)
{
	int error = errno;

	values_drop(args);
	if (plan->free_heap != NULL)
		plan->free_heap(plan->heap);
	errno = error;
	return (poe_sid){ 0 };
}

poe_sid poe_nfa_spawnv(struct poe_kernel *k, const char *from, const struct poe_nfa_plan *plan)
{
	static const struct poe_state nothing[] = { { 0 } };
	const struct poe_session_plan session = { .states = nothing, .base = base, .heap = plan->heap,
						  .free_heap = plan->free_heap, .alias = plan->alias };
	struct poe_value values[MESSAGE_MAX_VALUES + 1];
	struct machine *m;
	poe_sid id;

	if (check_plan(k, plan) == -1)
		return give_up(plan, plan->args);
	if (values_join(values, poe_list(poe_ptr((void *)state_of(plan->states, plan->state)), poe_str(plan->event)),
			 plan->args) == -1)
		return give_up(plan, NULL);
	m = malloc(sizeof *m);
	if (m == NULL)
		return give_up(plan, plan->args);
	*m = (struct machine){ .states = plan->states, .base = base, .immediate = plan->immediate };
	id = poe_session_createv(k, from, &session);
	if (id.v == 0 || poe_own(k, id, &m->owned, &machine_kind) == -1) {
		free(m);
		values_drop(plan->args);
		return (poe_sid){ 0 };
	}
	poe_callv(k, id, "poe.nfa.goto", from, values);
	return id;
}

/* Moves the current machine, now or by the queue. */
static int move(struct poe_kernel *k, const char *how, const char *from, const struct poe_value *values)
{
	const struct machine *m = machine_of(session_current(k));

	if (!m->immediate)
		return poe_yieldv(k, how, from, values);
	poe_callv(k, poe_session_current(k), how, from, values);
	return 0;
}

int poe_nfa_goto_statev(struct poe_kernel *k, const char *state, const char *event, const char *from,
			const struct poe_value *args)
{
	const struct machine *m = machine_of(session_current(k));
	const struct poe_nfa_state *next = m ? state_of(m->states, state) : NULL;
	struct poe_value values[MESSAGE_MAX_VALUES + 1];

	if (next == NULL) {
		values_drop(args);
		return -1;
	}
	if (values_join(values, poe_list(poe_ptr((void *)next), poe_str(event)), args) == -1)
		return -1;
	return move(k, "poe.nfa.goto", from, values);
}

int poe_nfa_call_statev(struct poe_kernel *k, const char *from, const struct poe_nfa_call *plan)
{
	const struct machine *m = machine_of(session_current(k));
	const struct poe_nfa_state *next = m ? state_of(m->states, plan->state) : NULL;
	const char *back = next && plan->return_event ? poe_intern(k, plan->return_event) : "";
	struct poe_value values[MESSAGE_MAX_VALUES + 1];

	if (next == NULL || back == NULL) {
		values_drop(plan->args);
		return -1;
	}
	if (values_join(values, poe_list(poe_ptr((void *)next), poe_str(plan->event), poe_ptr((void *)back)),
			 plan->args) == -1)
		return -1;
	return move(k, "poe.nfa.call", from, values);
}

int poe_nfa_return_statev(struct poe_kernel *k, const char *from, const struct poe_value *args)
{
	if (machine_of(session_current(k)) == NULL) {
		values_drop(args);
		return -1;
	}
	return move(k, "poe.nfa.return", from, args);
}

int poe_nfa_stop(struct poe_kernel *k)
{
	return machine_of(session_current(k)) ? poe_yield(k, "poe.nfa.stop") : -1;
}

const char *poe_nfa_current_state(const struct poe_kernel *k, poe_sid machine)
{
	const struct machine *m = machine_of(session_find(k, machine));

	return m ? m->current->name : NULL;
}
