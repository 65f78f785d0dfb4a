/*
 * A session, and what keeps it alive.  `refs` counts the reasons: each event
 * queued to or from it, each alarm, watch, child, alias, tag, awaited process.
 * At zero it is marked; the sweep at the end of a round stops what is still
 * marked, the last marked first, as POE does.
 */
#ifndef SESSION_H
#define SESSION_H

#include "kernel.h"

struct shelf;
struct tag;

/* A bit each. */
enum session_option { SESSION_TRACE = 1, SESSION_DEFAULT = 2, SESSION_DEBUG = 4 };

enum session_stage { SESSION_STARTING, SESSION_LIVING, SESSION_STOPPING, SESSION_GONE };

struct session {
	uint64_t id; /* first: the slab's */
	const struct class *class;
	struct rows *own_rows; /* states set at run time; a NULL handler hides the class's; or NULL */
	void *heap;
	void (*free_heap)(void *heap);
	struct poe_owned *owned; /* the youngest first */
	struct link mark;
	uint32_t parent, first_child, next_sibling, prev_sibling; /* places in the slab; 0: none */
	uint32_t tag, tag_count; /* the first tag in place: its name and count */
	struct tag *more_tags;
	struct shelf *alarms; /* among what it owns; NULL before its first one */
	uint32_t refs;
	uint16_t busy; /* handlers of it that run now */
	uint8_t stage; /* enum session_stage */
	uint8_t options; /* of enum session_option */
};

static inline struct session *session_find(const struct poe_kernel *k, poe_sid id)
{
	return slab_find(&k->sessions, id.v);
}

static inline poe_sid session_id(const struct session *s)
{
	return (poe_sid){ s->id };
}

static inline struct session *session_at(const struct poe_kernel *k, uint32_t place)
{
	return (struct session *)slab_at(&k->sessions, place);
}

static inline uint32_t session_place(const struct session *s)
{
	return (uint32_t)(s->id & ((1U << SLAB_PLACE_BITS) - 1));
}

static inline void session_hold(struct session *s)
{
	if (s->refs++ == 0)
		link_remove(&s->mark);
}

static inline void session_drop(struct poe_kernel *k, struct session *s)
{
	if (--s->refs == 0)
		link_before(&k->marked, &s->mark);
}

/* The session whose handler runs, or NULL with ESRCH. */
struct session *session_current(const struct poe_kernel *k);

/* Stops all sessions that nothing keeps alive.  Not while a handler runs. */
void session_sweep(struct poe_kernel *k);

/* Stops a session now, whatever keeps it alive: _stop, the family told, everything released. */
void session_stop(struct poe_kernel *k, struct session *s);

/* Frees a session that is gone, once no handler of it runs any more. */
void session_reclaim(struct poe_kernel *k, struct session *s);

/*
 * Runs a handler the kernel itself calls (_stop, _child, _parent) with these
 * values; objects among them belong to the call.  What it returns is the
 * caller's to release, or nobody's.
 */
struct poe_value session_ask(struct poe_kernel *k, struct session *s, const char *name,
			     const struct poe_value *values);
void session_tell(struct poe_kernel *k, struct session *s, const char *name, const struct poe_value *values);

#endif
