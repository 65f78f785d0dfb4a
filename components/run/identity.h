/*
 * Whom a child process runs as.
 */
#ifndef RUN_IDENTITY_H
#define RUN_IDENTITY_H

#include <sys/types.h>

enum { RUN_IDENTITY_GROUPS = 1024 };

struct run_identity {
	uid_t user; /* (uid_t)-1: as now */
	gid_t group;
	gid_t groups[RUN_IDENTITY_GROUPS]; /* the supplementary ones */
	int count;
};

/*
 * Looks a user and a group up, names or numbers; one of them may be NULL.
 * 0, or -1 with errno and what has failed in *function.
 */
int run_identity_read(struct run_identity *identity, const char *user, const char *group,
		      const char **function);

/* In the child, after the fork: becomes it.  NULL, or what has failed, with errno. */
const char *run_identity_take(const struct run_identity *identity);

#endif
