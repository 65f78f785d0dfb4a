#ifndef RESOLVER_ARES_ANSWER_H
#define RESOLVER_ARES_ANSWER_H

#include "endpoints.h"

#include <ares.h>

/*
 * What c-ares found, in our terms; the addresses are one reference.  Returns
 * the seconds for which all of it may be believed.  Frees info, which may be NULL.
 */
double resolver_answer_set(struct resolver_answer *answer, int status, struct ares_addrinfo *info);

#endif
