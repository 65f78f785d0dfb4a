#ifndef RESOLVER_ARES_CHANNEL_H
#define RESOLVER_ARES_CHANNEL_H

#include "endpoints.h"

struct resolver_channel;
struct resolver_query;

/*
 * A c-ares channel whose descriptors and retries are the session's weak
 * watches and alarms.  Everything but new runs in the resolver's session.
 * servers: as in the plan, copied.  timeout: seconds, within which all tries of
 * a look-up are over.  NULL with ENOMEM, EINVAL (servers), EIO (the system's own settings).
 */
struct resolver_channel *resolver_channel_new(struct poe_kernel *k, const char *servers,
					      double timeout);

/* Answers ECANCELED to what is still asked.  NULL is nothing. */
void resolver_channel_free(struct resolver_channel *channel);

/* The retry alarm has come. */
void resolver_channel_tick(struct resolver_channel *channel);

/* Called once a query, from inside c-ares: it may post and set alarms, not ask.  The answer is lent. */
typedef void resolver_answered(void *object, const struct resolver_answer *answer, double ttl);

/* A query in two steps, because it may be answered, and gone, within send.  NULL with ENOMEM. */
struct resolver_query *resolver_query_new(struct resolver_channel *channel, resolver_answered *answered,
					  void *object);
void resolver_query_send(struct resolver_query *query, const char *name, int family);

/* Nobody wants the answer any more: it will be thrown away when it comes. */
void resolver_query_drop(struct resolver_query *query);

#endif
