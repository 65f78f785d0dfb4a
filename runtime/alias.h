/* Aliases: names by which sessions find each other. */
#ifndef ALIAS_H
#define ALIAS_H

#include "session.h"

/* Gives a session an alias.  0; -1 with EEXIST (another session's), EINVAL, ENOMEM. */
int alias_add(struct poe_kernel *k, struct session *s, const char *text);

/* The next alias among what a session owns, from `owned` on; NULL when there is none left. */
const char *alias_next(const struct poe_owned **owned);

#endif
