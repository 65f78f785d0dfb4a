/*
 * A mark that a fork wipes: how the kernel notices that it runs in a child,
 * without asking for its pid before each poll.
 */
#ifndef FORK_MARK_H
#define FORK_MARK_H

#include <stdbool.h>

struct fork_mark; /* a page of its own, which reads as zeros in a child */

struct fork_mark *fork_mark_new(void); /* NULL with ENOMEM, or EINVAL before Linux 4.14 */
void fork_mark_free(struct fork_mark *mark); /* NULL is nothing */

/* Whether the process has forked since; says so once in each child. */
bool fork_mark_is_wiped(struct fork_mark *mark);

#endif
