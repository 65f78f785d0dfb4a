/*
 * Which call is to fail.  It is kept in the one place where a stand-in, whose
 * arguments are not ours, can find it.
 */
#include "inject_plan.h"

#include <errno.h>
#include <string.h>

static struct {
	struct inject_plan plan;
	bool on;
	unsigned calls[INJECT_FUNCTIONS];
} inject;

void inject_begin(const struct inject_plan *plan)
{
	inject.plan = *plan;
	memset(inject.calls, 0, sizeof inject.calls);
	inject.on = true;
}

void inject_end(void)
{
	inject.on = false;
}

unsigned inject_calls(enum inject_function function)
{
	return inject.calls[function];
}

const char *inject_name(enum inject_function function)
{
	static const char *const names[INJECT_FUNCTIONS] = {
		"memory", "socket", "bind", "listen", "connect", "accept4", "recv",
		"sendmsg", "read", "writev", "fcntl", "fstat", "getsockopt", "getsockname",
		"setsockopt", "pidfd_open", "waitid", "waitpid", "sigaction", "fopen", "getrandom",
		"pipe2", "fork", "posix_spawnp", "posix_openpt",
		"open", "pread", "stat", "inotify",
	};

	return names[function];
}

/* Counts a call.  True if the plan means this one. */
static bool is_meant(enum inject_function function)
{
	const struct inject_plan *plan = &inject.plan;
	unsigned call;

	if (!inject.on)
		return false;
	call = ++inject.calls[function];
	return plan->function == function && plan->first != 0 && call >= plan->first &&
	       (plan->count == 0 || call - plan->first < plan->count);
}

bool inject_fails(enum inject_function function)
{
	if (!is_meant(function) || inject.plan.error_num == 0)
		return false;
	errno = inject.plan.error_num;
	return true;
}

ssize_t inject_room(enum inject_function function, size_t length)
{
	if (!is_meant(function))
		return (ssize_t)length;
	errno = inject.plan.error_num;
	if (inject.plan.error_num != 0)
		return -1;
	return (ssize_t)(length < inject.plan.most ? length : inject.plan.most);
}
