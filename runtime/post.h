/* Queueing events: what poe_post, and everything that posts by itself, does. */
#ifndef POST_H
#define POST_H

#include "session.h"

/*
 * Queues a message, which it owns either way.  Holds the receiver, and the
 * sender if another.  `from` must outlive the event.  Returns the event's id;
 * 0 with ENOMEM.
 */
uint64_t post_message(struct poe_kernel *k, struct session *to, struct session *sender, const char *from,
		      struct message *message);

/* Whose handler runs; the kernel itself outside handlers. */
struct session *post_sender(const struct poe_kernel *k);

#endif
