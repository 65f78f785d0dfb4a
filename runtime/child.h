/* Child processes that sessions wait for. */
#ifndef CHILD_H
#define CHILD_H

#include "kernel.h"

#include <poe/session.h>
#include <sys/types.h>

int children_new(struct poe_kernel *k); /* fills in k->children; 0, or -1 with ENOMEM */
void children_free(struct poe_kernel *k); /* after all sessions have gone */

/* For the dump: if this owned thing waits for a process, its pid; else 0. */
pid_t child_describe(const struct poe_owned *owned);

#endif
