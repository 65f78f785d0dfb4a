/* References: tags by which anybody keeps a session, and the program, going. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "session.h"

struct tag {
	struct tag *next;
	uint32_t name, count;
};

/* Drops all of a session's tags, without dropping what they held: it is going anyway. */
void reference_clear(struct poe_kernel *k, struct session *s);

#endif
