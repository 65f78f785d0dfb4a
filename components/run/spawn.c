/*
 * A child process by posix_spawn: neither memory nor page tables are copied,
 * and what exec says comes back.
 */
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

/* The first terminal that a session's leader opens is its own; the descriptor itself is replaced at once. */
static int add_actions(posix_spawn_file_actions_t *actions, const struct run_order *order)
{
	int error_num = 0;

	if (order->terminal[0] != '\0')
		error_num = posix_spawn_file_actions_addopen(actions, 0, order->terminal, O_RDWR, 0);
	for (int i = 0; i < 3 && error_num == 0; i++)
		if (order->ends[i] >= 0)
			error_num = posix_spawn_file_actions_adddup2(actions, order->ends[i], i);
	if (order->close_rest && error_num == 0)
		error_num = posix_spawn_file_actions_addclosefrom_np(actions, 3);
	return error_num;
}

/* The group, if it is to be a new one, is 0 by default: the child's own. */
static int set_attributes(posix_spawnattr_t *attributes, const struct run_order *order)
{
	int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	sigset_t none, all;

	if (order->new_session)
		flags |= POSIX_SPAWN_SETSID;
	if (order->new_group)
		flags |= POSIX_SPAWN_SETPGROUP;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	return posix_spawnattr_setflags(attributes, (short)flags);
}

/* What it says may come from the new process's every step; these two errors most likely are the first one's. */
static int failed(int error_num, const char **function)
{
	*function = error_num == EAGAIN || error_num == ENOMEM ? "fork" : "exec";
	errno = error_num;
	return -1;
}

int run_spawn(const struct run_order *order, pid_t *pid, const char **function)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error_num;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	error_num = add_actions(&actions, order);
	if (error_num == 0)
		error_num = set_attributes(&attributes, order);
	if (error_num == 0)
		error_num = posix_spawnp(pid, order->program[0], &actions, &attributes,
					 (char *const *)order->program, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error_num == 0 ? 0 : failed(error_num, function);
}
