/*
 * The C library alone: no loop, nothing is waited for at the same time.
 *
 * run_spawn  Three pipes, posix_spawn of /bin/true on them, reading both outputs
 *            to their end, waitpid.  Counted: each.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_to_end(int fd)
{
	char octets[4096];

	while (read(fd, octets, sizeof octets) > 0)
		;
	close(fd);
}

static pid_t start(int pipes[3][2])
{
	char *const args[] = { "/bin/true", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int i;

	posix_spawn_file_actions_init(&actions);
	for (i = 0; i < 3; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) != 0)
			peer_die("pipe2");
		posix_spawn_file_actions_adddup2(&actions, pipes[i][i != 0], i);
	}
	if (posix_spawn(&pid, args[0], &actions, NULL, args, environ) != 0)
		peer_die("posix_spawn");
	posix_spawn_file_actions_destroy(&actions);
	for (i = 0; i < 3; i++)
		close(pipes[i][i != 0]);
	return pid;
}

static double run_spawn(double scale)
{
	long count = peer_count(scale, 2000), i;
	double begin = peer_now();

	for (i = 0; i < count; i++) {
		int pipes[3][2];
		pid_t pid = start(pipes);

		read_to_end(pipes[1][0]);
		read_to_end(pipes[2][0]);
		close(pipes[0][1]);
		waitpid(pid, NULL, 0);
	}
	return (peer_now() - begin) / (double)count * 1e6;
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "run_spawn", run_spawn, "us" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "posix_spawn", table);
}
