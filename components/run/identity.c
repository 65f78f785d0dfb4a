/*
 * Accounts.  The parent looks them up, as a forked child may not; the child
 * gives up the supplementary groups first and the user last, while it still may.
 */
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORD_ROOM = 16 * 1024 }; /* an account's texts, a group's members */

static int failed(const char **function, const char *what, int error_num)
{
	*function = what;
	errno = error_num;
	return -1;
}

/* 0 if it is no number; the greatest one stands for "unchanged" and is none. */
static int read_number(const char *text, unsigned *number)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value >= UINT32_MAX)
		return 0;
	*number = (unsigned)value;
	return 1;
}

/* A name goes first, as with chown: it may read as a number.  *found is NULL for a number without an account. */
static int find_user(const char *text, struct passwd *account, char *room, struct passwd **found,
		     const char **function)
{
	unsigned number;
	int error_num = getpwnam_r(text, account, room, RECORD_ROOM, found);

	if (*found != NULL)
		return 0;
	if (!read_number(text, &number))
		return failed(function, "getpwnam", error_num != 0 ? error_num : ENOENT);
	getpwuid_r(number, account, room, RECORD_ROOM, found);
	account->pw_uid = number;
	return 0;
}

static int find_group(const char *text, gid_t *group, const char **function)
{
	char room[RECORD_ROOM];
	struct group record, *found;
	unsigned number;
	int error_num = getgrnam_r(text, &record, room, sizeof room, &found);

	if (found != NULL) {
		*group = found->gr_gid;
		return 0;
	}
	if (!read_number(text, &number))
		return failed(function, "getgrnam", error_num != 0 ? error_num : ENOENT);
	*group = number;
	return 0;
}

static int read_user(struct run_identity *identity, const char *user, const char *group, const char **function)
{
	char room[RECORD_ROOM];
	struct passwd account, *found;

	if (find_user(user, &account, room, &found, function) < 0)
		return -1;
	identity->user = account.pw_uid;
	if (found == NULL)
		return group != NULL ? 0 : failed(function, "getpwuid", ENOENT);
	if (group == NULL)
		identity->group = account.pw_gid;
	identity->count = RUN_IDENTITY_GROUPS;
	if (getgrouplist(account.pw_name, identity->group, identity->groups, &identity->count) < 0)
		return failed(function, "getgrouplist", E2BIG);
	return 0;
}

int run_identity_read(struct run_identity *identity, const char *user, const char *group,
		      const char **function)
{
	identity->user = (uid_t)-1;
	if (group != NULL && find_group(group, &identity->group, function) < 0)
		return -1;
	identity->groups[0] = identity->group;
	identity->count = 1;
	return user != NULL ? read_user(identity, user, group, function) : 0;
}

/* Then nothing need be allowed either. */
static int is_already(const struct run_identity *identity)
{
	uid_t user = identity->user == (uid_t)-1 ? getuid() : identity->user;

	return user == getuid() && user == geteuid() && identity->group == getgid() &&
	       identity->group == getegid();
}

const char *run_identity_take(const struct run_identity *identity)
{
	if (is_already(identity))
		return NULL;
	if (setgroups((size_t)identity->count, identity->groups) < 0)
		return "setgroups";
	if (setresgid(identity->group, identity->group, identity->group) < 0)
		return "setgid";
	if (setresuid(identity->user, identity->user, identity->user) < 0)
		return "setuid";
	return NULL;
}
