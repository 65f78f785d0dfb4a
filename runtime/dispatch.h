/*
 * Dispatch: one event to one handler.  A frame lives on the stack while the
 * handler runs; frames of nested calls are linked.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "session.h"

struct kept; /* results of this frame's own calls; freed with it */

struct frame {
	struct poe_event ev; /* first: a handler's event leads back to its frame */
	struct poe_value *values;
	size_t count;
	const struct name *name;
	struct session *session;
	struct frame *up;
	struct kept *kept;
	struct poe_value result; /* kept, by poe_return */
	uint64_t id;             /* of this dispatch; with the trace on */
	uint64_t cause;          /* the event that brought it */
	bool signal_handled;     /* poe_sig_handled was called */
};

static inline struct frame *frame_of(const struct poe_event *ev)
{
	return (struct frame *)ev;
}

/*
 * Runs the session's handler for frame->name.  The caller has filled in name,
 * values, count, cause and ev's sender and from.  0; -1 with ENOSYS (no such
 * state, no _default) or EINVAL (declared types do not match): nothing ran.
 * The result stays in frame->result, the caller's to release or pass on.
 */
int dispatch(struct poe_kernel *k, struct session *s, struct frame *frame);

/* The same for a handler that is known already: an anonymous state. */
void dispatch_handler(struct poe_kernel *k, struct session *s, struct frame *frame,
		      poe_handler *handler);

/* Whether the session has a handler for events of that name, if only its _default. */
bool dispatch_finds(const struct poe_kernel *k, const struct session *s, const struct name *name);

/*
 * Hands a result to the innermost frame, or to the kernel outside handlers, which
 * frees it in time.  Returns it; no value when there is no memory.
 */
struct poe_value dispatch_keep_result(struct poe_kernel *k, struct poe_value result);
void dispatch_forget_results(struct kept **kept);

/* Counts and traces an event that found nobody. */
void dispatch_undeliverable(struct poe_kernel *k, uint64_t session, const char *name, uint64_t event);

#endif
