/*
 * The trace: what the kernel did, newest last, in one ring of fixed records.
 *
 * Off it costs one branch.  POE_TRACE=1 prints each record as a line;
 * POE_TRACE=name.json writes Chrome trace events that ui.perfetto.dev opens,
 * with an arrow from each post to its dispatch.
 */
#ifndef POE_TRACE_H
#define POE_TRACE_H

#include <poe/event.h>

#ifdef __cplusplus
extern "C" {
#endif

enum poe_trace_kind {
	POE_TRACE_SESSION_CREATE,
	POE_TRACE_SESSION_STOP,
	POE_TRACE_POST,           /* id: the event; cause: the dispatch that posted it */
	POE_TRACE_DISPATCH_BEGIN, /* id: this dispatch; cause: the event that brought it */
	POE_TRACE_DISPATCH_END,   /* id: as in its begin */
	POE_TRACE_UNDELIVERABLE,
	POE_TRACE_ALARM_SET,      /* id: the event it will be; number: microseconds until due */
	POE_TRACE_ALARM_REMOVE,
	POE_TRACE_FD_READY,       /* number: the descriptor */
	POE_TRACE_SIGNAL,
	POE_TRACE_NOTE            /* a component's: name says what, text about which */
};

struct poe_trace_record {
	double time;       /* as poe_now */
	uint64_t id;
	uint64_t cause;
	uint64_t session;  /* where it happened */
	uint64_t other;    /* post: the receiver; dispatch: the sender */
	const char *name;  /* the event's, or what a component did: "allocate" */
	const char *from;  /* source position, or NULL */
	int64_t number;
	uint32_t kind;     /* enum poe_trace_kind */
	char text[28];     /* cut to fit: a component's detail, "http:127.0.0.1:80"; a new session's alias */
};

/* Whether anybody looks: a component asks before it goes to any trouble. */
int poe_trace_on(const struct poe_kernel *k);

/* Records what a component did.  `what` must be a literal or interned; `about` is copied. */
void poe_trace_note(struct poe_kernel *k, const char *what, const char *about, int64_t number);

/* Turns recording on (or off, with 0 records) without any export: for tests and inspectors. */
int poe_trace_keep(struct poe_kernel *k, size_t records);

/*
 * Copies the newest records, oldest first, at most `max`; returns how many.
 * Reading changes nothing.
 */
size_t poe_trace_read(const struct poe_kernel *k, struct poe_trace_record *records, size_t max);

#ifdef __cplusplus
}
#endif
#endif
