/*
 * Response: how an answer gets from the pool to the asker's handler.
 */
#ifndef KEEPALIVE_RESPONSE_H
#define KEEPALIVE_RESPONSE_H

#include "manager.h"

/* The pool's answer goes to the outbox. */
void ka_respond(struct poe_keepalive *ka, struct ask *ask, const struct pool_answer *answer);

/* Refuses a message that the pool never saw: an answer like the others. */
void ka_refuse(struct poe_keepalive *ka, struct ask *ask, int error_num);

/* Posts what is in the outbox; what memory does not allow stays there. */
void ka_post_answers(struct poe_keepalive *ka);

/* Nobody will post them any more. */
void ka_drop_answers(struct poe_keepalive *ka);

/* The asker is kept alive, and its end ends the request; until let go.  -1 with ESRCH, ENOMEM. */
int ka_hold_asker(struct ask *ask);

/* Ends a request that the pool has cancelled. */
void ka_cancelled(struct ask *ask);

#endif
