/*
 * The rows of a user's table, read once when a component is made.  So a
 * callback that is not there costs nothing, and a _default never sees it.
 */
#include "rows.h"

/* A row's name ends where its types begin. */
static bool is_named(const struct poe_state *state, const char *name)
{
	size_t length = strcspn(state->name, "(");

	return strlen(name) == length && memcmp(state->name, name, length) == 0;
}

static bool has(const struct poe_state *states, const char *name)
{
	for (const struct poe_state *s = states; s != NULL && s->name != NULL; s++)
		if (is_named(s, name))
			return true;
	return false;
}

unsigned tcp_rows(const struct poe_state *states, const char *const *names, int count)
{
	unsigned found = 0;

	for (int i = 0; i < count; i++)
		if (names[i] != NULL && has(states, names[i]))
			found |= 1U << i;
	return found;
}

bool tcp_rows_are_free(const struct poe_state *states, const char *const *taken)
{
	for (const struct poe_state *s = states; s != NULL && s->name != NULL; s++)
		if (strncmp(s->name, "poe.", 4) == 0)
			return false;
	for (; *taken != NULL; taken++)
		if (has(states, *taken))
			return false;
	return true;
}
