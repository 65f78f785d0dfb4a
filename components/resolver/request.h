#ifndef RESOLVER_REQUEST_H
#define RESOLVER_REQUEST_H

#include "endpoints.h"

#include <poe/alarm.h>
#include <poe/session.h>

struct resolver_lookup;
struct resolver_response;
struct resolver_slot;

/*
 * One request, from its asking to its answer.  The asker owns it, so that it
 * ends with the asker; until then it keeps the asker alive.  Its one alarm is
 * what answers it: set to the deadline, and moved to now once the answer is
 * known.  So answering allocates nothing and cannot fail.
 */
struct resolver_request {
	struct poe_owned owned;             /* first; the asker's */
	struct resolver_requests *all;
	struct resolver_response *response; /* owned */
	struct resolver_lookup *lookup;     /* what it waits for; NULL: nothing, any more */
	struct resolver_request *next, *prev; /* the look-up's waiters */
	struct resolver_answer answer;      /* once settled */
	poe_resolve_id id;
	poe_alarm_id alarm;                 /* the resolver session's; zero: not armed */
	poe_sid asker;
	const char *event;                  /* interned */
	int port;
	int family;
	double timeout;                     /* seconds; 0: the resolver's */
	int settled;                        /* the answer is known */
	int held;                           /* the asker is kept alive */
};

/* All requests of one resolver, found by id in a fixed time. */
struct resolver_requests {
	struct poe_kernel *kernel;
	poe_sid session;             /* the resolver's */
	struct resolver_slot *slots;
	uint32_t size, vacant;       /* slots; the first free one's number, `size` when there is none */
	uint32_t generation;         /* first of a new slot: far from another resolver's */
};

void resolver_requests_init(struct resolver_requests *all, struct poe_kernel *k, uint64_t seed);
void resolver_requests_free(struct resolver_requests *all); /* there must be none left */

/* The request of that id, or NULL; and one request after the other, by numbers from 0, NULL for a gap. */
struct resolver_request *resolver_request_find(const struct resolver_requests *all, poe_resolve_id id);
struct resolver_request *resolver_request_at(const struct resolver_requests *all, uint32_t number);

/* Makes a request for the current session.  The plan's context goes with it, also on failure.
   NULL with ENOMEM, EMSGSIZE. */
struct resolver_request *resolver_request_new(struct resolver_requests *all,
					      const struct poe_resolve_request *plan);

/* The rest runs in the resolver's own session, whose alarms they are. */

/* Sets the deadline and binds the asker.  0, or -1 with ENOMEM. */
int resolver_request_arm(struct resolver_request *request, double seconds);

/* Copies the answer; it will be delivered in the next round. */
void resolver_request_settle(struct resolver_request *request, const struct resolver_answer *answer);

/* Gives the settled answer to the asker now, or posts it; the request is gone before anybody hears of it. */
void resolver_request_deliver(struct resolver_request *request);
void resolver_request_post(struct resolver_request *request);

/* Ends a request without an answer; it must wait for no look-up. */
void resolver_request_free(struct resolver_request *request);

#endif
