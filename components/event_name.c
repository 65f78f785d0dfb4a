/*
 * The names of a wheel's events, kept as the kernel's own copies, by which they
 * are told without a look-up.
 */
#include "event_name.h"

#include <errno.h>
#include <poe/event.h>
#include <string.h>

int event_name_set(struct poe_kernel *k, const char **event, const char *name)
{
	const char *interned = name != NULL ? poe_intern(k, name) : NULL;

	if (name != NULL && interned == NULL)
		return -1;
	*event = interned;
	return 0;
}

int event_names_set(struct poe_kernel *k, const char **events, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (event_name_set(k, &events[i], names[i]) < 0)
			return -1;
	return 0;
}

int event_name_place(const char *const *words, int count, const char *word)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	errno = EINVAL;
	return -1;
}
