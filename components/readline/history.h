/*
 * Lines that were entered, and the files they are kept in.
 */
#ifndef READLINE_HISTORY_H
#define READLINE_HISTORY_H

#include <histedit.h>

struct poe_array;

History *readline_history_new(void); /* NULL with ENOMEM; history_end frees it */
int readline_history_add(History *h, const char *line); /* 0, or -1 with ENOMEM */
struct poe_array *readline_history_get(History *h);     /* NULL with ENOMEM */

/* See poe/readline.h. */
int readline_history_read(History *h, const char *file, long first, long last);
int readline_history_write(History *h, const char *file);
int readline_history_truncate(const char *file, long lines);

#endif
