/* A session's options. */
#include "session.h"

#include <errno.h>
#include <poe/session.h>
#include <string.h>

static int bit_of(const char *option)
{
	static const struct {
		const char *name;
		int bit;
	} options[] = { { "trace", SESSION_TRACE }, { "default", SESSION_DEFAULT }, { "debug", SESSION_DEBUG } };

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(options[i].name, option) == 0)
			return options[i].bit;
	return 0;
}

int poe_session_option(struct poe_kernel *k, poe_sid session, const char *option, int value)
{
	struct session *s = session_find(k, session);
	int bit = bit_of(option), was;

	if (s == NULL) {
		errno = ESRCH;
		return -1;
	}
	if (bit == 0 || value < -1 || value > 1) {
		errno = EINVAL;
		return -1;
	}
	was = (s->options & bit) != 0;
	if (value != -1)
		s->options = (uint8_t)(value ? s->options | bit : s->options & ~bit);
	return was;
}
