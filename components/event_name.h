/*
 * The names of a wheel's events: interned, or NULL for one that is off.
 */
#ifndef EVENT_NAME_H
#define EVENT_NAME_H

struct poe_kernel;

/* Sets a name, or turns the event off by NULL.  0; -1 with EINVAL (empty) or ENOMEM, and it is as it was. */
int event_name_set(struct poe_kernel *k, const char **event, const char *name);

/* The same for `count` of them, all off before.  0, or -1. */
int event_names_set(struct poe_kernel *k, const char **events, const char *const *names, int count);

/* The place of a word, as POE's $wheel->event takes it, or -1 with EINVAL. */
int event_name_place(const char *const *words, int count, const char *word);

#endif
