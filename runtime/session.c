#include "session.h"

#include "alias.h"
#include "dispatch.h"
#include "family.h"
#include "post.h"
#include "reference.h"
#include "trace.h"

#include <errno.h>
#include <poe/session.h>
#include <stdlib.h>
#include <string.h>

struct session *session_current(const struct poe_kernel *k)
{
	struct session *s = k->frame ? k->frame->session : NULL;

	if (s != NULL && s->stage != SESSION_GONE)
		return s;
	errno = ESRCH;
	return NULL;
}

poe_sid poe_session_current(const struct poe_kernel *k)
{
	return k->frame ? k->frame->ev.session : (poe_sid){ 0 };
}

void *poe_session_heap(const struct poe_kernel *k, poe_sid session)
{
	const struct session *s = session_find(k, session);

	if (s != NULL)
		return s->heap;
	errno = ESRCH;
	return NULL;
}

static struct poe_value run_own(struct poe_kernel *k, struct session *s, const struct name *name,
				const struct poe_value *values)
{
	struct poe_value lent[MESSAGE_MAX_VALUES];
	struct frame frame = { .values = lent, .name = name, .ev.sender = session_id(k->self) };
	int count = values_lend(lent, values);

	if (count > 0)
		frame.count = (size_t)count;
	dispatch(k, s, &frame);
	values_let_go(lent, frame.count);
	return frame.result;
}

/* Most sessions have no such state: they are spared the rest. */
struct poe_value session_ask(struct poe_kernel *k, struct session *s, const char *text,
			     const struct poe_value *values)
{
	const struct name *name = names_intern(&k->names, text);

	if (s->stage != SESSION_GONE && name != NULL && dispatch_finds(k, s, name))
		return run_own(k, s, name, values);
	values_drop(values);
	return poe_none();
}

void session_tell(struct poe_kernel *k, struct session *s, const char *text, const struct poe_value *values)
{
	struct poe_value result = session_ask(k, s, text, values);

	poe_value_release(&result);
}

/* Tells the parent of a birth or a loss, with what the child's handler returned, and is done with that. */
static void tell_parent(struct poe_kernel *k, const struct session *s, const char *what, struct poe_value result)
{
	session_tell(k, family_parent(k, s), "_child", poe_list(poe_str(what), poe_address(session_id(s)), result));
	if (result.kind != POE_OBJ)
		poe_value_release(&result);
}

/* An id with this bit is nobody's: what a session has from its stop until its memory is free. */
static const uint64_t gone_bit = UINT64_C(1) << 63;

/* The heap goes first: its destructor may free wheels itself, which takes them off the list. */
void session_reclaim(struct poe_kernel *k, struct session *s)
{
	if (s->free_heap != NULL)
		s->free_heap(s->heap);
	while (s->owned != NULL) {
		struct poe_owned *owned = s->owned;

		poe_disown(owned);
		owned->kind->release(owned);
	}
	reference_clear(k, s);
	free(s->own_rows);
	link_remove(&s->mark);
	s->id ^= gone_bit;
	slab_give(&k->sessions, s);
}

/* As in POE: the parent gains each child before the child hears of it. */
static void give_children_away(struct poe_kernel *k, struct session *s)
{
	while (family_first_child(k, s) != NULL) {
		struct session *child = family_first_child(k, s);
		struct session *parent = family_parent(k, s);
		poe_sid id = session_id(child);

		family_leave(k, child);
		family_join(k, parent, child);
		session_tell(k, parent, "_child", poe_list(poe_str("gain"), poe_address(id)));
		child = session_find(k, id);
		if (child != NULL)
			session_tell(k, child, "_parent",
				     poe_list(poe_address(session_id(s)), poe_address(session_id(parent))));
	}
}

/* With the alias it is created with, if any. */
static void trace_session(struct poe_kernel *k, const struct session *s, enum poe_trace_kind kind, const char *alias)
{
	struct poe_trace_record record;

	if (k->trace == NULL)
		return;
	record = (struct poe_trace_record){ .kind = kind, .session = s->id, .cause = k->frame ? k->frame->id : 0,
					    .other = session_id(family_parent(k, s)).v };
	if (alias != NULL)
		strncat(record.text, alias, sizeof record.text - 1);
	trace_add(k, record);
}

void session_stop(struct poe_kernel *k, struct session *s)
{
	if (s->stage >= SESSION_STOPPING)
		return;
	s->stage = SESSION_STOPPING;
	give_children_away(k, s);
	tell_parent(k, s, "lose", session_ask(k, s, "_stop", NULL));
	trace_session(k, s, POE_TRACE_SESSION_STOP, NULL);
	/* A child born in _stop itself has nobody else to go to. */
	give_children_away(k, s);
	family_leave(k, s);
	s->stage = SESSION_GONE;
	s->id ^= gone_bit;
	if (s->busy == 0)
		session_reclaim(k, s);
}

void session_sweep(struct poe_kernel *k)
{
	struct link todo;

	link_init(&todo);
	while (!link_alone(&k->marked)) {
		link_move_all(&todo, &k->marked);
		while (!link_alone(&todo)) {
			struct session *s = CONTAINER(todo.prev, struct session, mark);

			link_remove(&s->mark);
			session_stop(k, s);
		}
	}
}

static struct session *session_new(struct poe_kernel *k, const struct poe_session_plan *plan)
{
	const struct class *class;
	const struct name *start = names_intern(&k->names, "_start");
	struct session *s;

	if (start == NULL)
		return NULL;
	class = plan->states ? classes_get(&k->classes, &k->names, plan->states, plan->base) : NULL;
	if (plan->states == NULL || (class != NULL && (class->rows == NULL || rows_find(class->rows, start->id) == NULL))) {
		errno = EINVAL;
		return NULL;
	}
	s = class ? slab_take(&k->sessions) : NULL;
	if (s == NULL)
		return NULL;
	link_init(&s->mark);
	s->class = class;
	s->heap = plan->heap;
	s->free_heap = plan->free_heap;
	family_join(k, post_sender(k), s);
	return s;
}

/* Keeps a newborn until the next round, so that others can post to it. */
static void keep_newborn(struct poe_kernel *k, struct session *s)
{
	struct message message = { .name = k->default_name, .flags = RECORD_NEWBORN };

	session_hold(s);
	post_message(k, s, s, NULL, &message);
	session_drop(k, s);
}

/* The parent is told after _start, unless the child has gone by then. */
static void announce(struct poe_kernel *k, poe_sid id, struct poe_value result)
{
	struct session *s = session_find(k, id);

	if (s == NULL) {
		poe_value_release(&result);
		return;
	}
	if (s->stage == SESSION_STARTING)
		s->stage = SESSION_LIVING;
	tell_parent(k, s, "create", result);
	s = session_find(k, id);
	if (s != NULL)
		keep_newborn(k, s);
}

/* Nobody has been told of the session yet: it goes without a word, and what the plan gave goes with it. */
static poe_sid session_abort(struct poe_kernel *k, struct session *s, struct frame *start)
{
	int error = errno;

	values_let_go(start->values, start->count);
	family_leave(k, s);
	s->stage = SESSION_GONE;
	s->id ^= gone_bit;
	session_reclaim(k, s);
	errno = error;
	return (poe_sid){ 0 };
}

/* There is not even a session. */
static poe_sid refuse(const struct poe_session_plan *plan, struct frame *start)
{
	int error = errno;

	values_let_go(start->values, start->count);
	if (plan->free_heap != NULL)
		plan->free_heap(plan->heap);
	errno = error;
	return (poe_sid){ 0 };
}

poe_sid poe_session_createv(struct poe_kernel *k, const char *from, const struct poe_session_plan *plan)
{
	struct poe_value values[MESSAGE_MAX_VALUES];
	struct frame start = { .values = values, .ev.from = from };
	int count = values_lend(values, plan->args);
	struct session *s = count >= 0 ? session_new(k, plan) : NULL;
	poe_sid id;

	start.count = count > 0 ? (size_t)count : 0;
	if (s == NULL)
		return refuse(plan, &start);
	id = session_id(s);
	if (plan->alias != NULL && alias_add(k, s, plan->alias) == -1)
		return session_abort(k, s, &start);
	trace_session(k, s, POE_TRACE_SESSION_CREATE, plan->alias);
	/* It is there: session_new has looked it up. */
	start.name = names_intern(&k->names, "_start");
	start.ev.sender = session_id(family_parent(k, s));
	if (dispatch(k, s, &start) == -1)
		return session_abort(k, s, &start);
	values_let_go(values, start.count);
	announce(k, id, start.result);
	return id;
}
