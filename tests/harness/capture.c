/* Watching what goes to standard error, of this process or of one that is meant to abort. */
#include "harness.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_all(int fd, char *text, size_t room)
{
	ssize_t length = pread(fd, text, room - 1, 0);

	assert_true(length >= 0);
	text[length] = '\0';
}

void harness_listen(struct harness *h, void (*act)(struct harness *h), char *said, size_t room)
{
	int error = dup(STDERR_FILENO), memory = memfd_create("stderr", MFD_CLOEXEC);

	assert_true(error != -1 && memory != -1);
	dup2(memory, STDERR_FILENO);
	act(h);
	dup2(error, STDERR_FILENO);
	read_all(memory, said, room);
	close(memory);
	close(error);
}

void harness_run_listening(struct harness *h, char *said, size_t room)
{
	harness_listen(h, harness_run, said, room);
}

/* In the child: no core file, no handler of cmocka's, and no way back. */
static void act_alone(struct harness *h, void (*act)(struct harness *h), int error)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(SIGABRT, SIG_DFL);
	dup2(error, STDERR_FILENO);
	act(h);
	_exit(0);
}

void harness_assert_fatal(struct harness *h, void (*act)(struct harness *h), const char *line)
{
	int memory = memfd_create("stderr", MFD_CLOEXEC), status;
	char said[1024];
	pid_t pid = fork();

	assert_true(memory != -1 && pid != -1);
	if (pid == 0)
		act_alone(h, act, memory);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	read_all(memory, said, sizeof said);
	close(memory);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(said, line));
	/* One line: its newline is the last octet. */
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}
