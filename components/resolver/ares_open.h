#ifndef RESOLVER_ARES_OPEN_H
#define RESOLVER_ARES_OPEN_H

#include <ares.h>
#include <sys/stat.h>

/* What a c-ares channel is opened with. */
struct resolver_ares_plan {
	const char *servers;       /* NULL: the system's own */
	double timeout;            /* seconds, for all tries of a look-up */
	ares_sock_state_cb on_state;
	void *object;              /* on_state's first argument */
};

struct resolver_ares {
	ares_channel channel;
	struct stat settings;      /* resolv.conf's state when it was read; zeros: not looked at */
	int try_ms;                /* milliseconds of the first try; later ones wait longer */
};

/* 0; -1 with ENOMEM, EINVAL (servers) or EIO (the system's settings), and *ares is unchanged. */
int resolver_ares_open(struct resolver_ares *ares, const struct resolver_ares_plan *plan);

/* Whether the system's settings have changed since.  Never, with servers of one's own. */
int resolver_ares_is_outdated(const struct resolver_ares *ares, const struct resolver_ares_plan *plan);

#endif
