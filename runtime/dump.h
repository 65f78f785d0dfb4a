/* The dump, which knows every kind of thing that keeps a session. */
#ifndef DUMP_H
#define DUMP_H

#include "kernel.h"

/* Components' things that sessions own: all but the runtime's own kinds. */
size_t dump_count_owned(const struct poe_kernel *k);

#endif
