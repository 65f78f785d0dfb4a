/* See server_process.h. */
#include "server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIES = 10, LOOKS = 500, LOOK_MS = 10, STOP_MS = 2000, MOST_ARGUMENTS = 15 };

struct server_process {
	const struct server_plan *plan;
	char directory[32];
	char program[64];
	int port;
	pid_t pid; /* and its process group; 0: not running */
};

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Free a moment ago; if somebody else is quicker, the server ends and another port is tried. */
static int free_port(void)
{
	struct sockaddr_in own = loopback(0);
	socklen_t length = sizeof own;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&own, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
	close(fd);
	return ntohs(own.sin_port);
}

static int find_program(struct server_process *s, const char *name)
{
	static const char *const places[] = { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(s->program, sizeof s->program, "%s/%s", places[i], name);
		if (access(s->program, X_OK) == 0)
			return 0;
	}
	return -1;
}

/* The text with its stand-ins replaced; the caller's to free. */
static char *fill_in(const struct server_process *s, const char *text)
{
	static const char port[] = "@PORT@", directory[] = "@DIR@";
	char *filled = NULL;
	size_t length;
	FILE *out = open_memstream(&filled, &length);

	while (*text != '\0') {
		if (strncmp(text, port, strlen(port)) == 0) {
			fprintf(out, "%d", s->port);
			text += strlen(port);
		} else if (strncmp(text, directory, strlen(directory)) == 0) {
			fprintf(out, "%s", s->directory);
			text += strlen(directory);
		} else {
			fputc(*text++, out);
		}
	}
	fclose(out);
	assert_non_null(filled);
	return filled;
}

static void write_config(const struct server_process *s)
{
	char path[64], *text = fill_in(s, s->plan->config);
	FILE *out;

	snprintf(path, sizeof path, "%s/config", s->directory);
	out = fopen(path, "we");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	free(text);
}

/* In the child: it goes when the test does, and its words go to a file. */
static void become_server(const struct server_process *s)
{
	char *arguments[MOST_ARGUMENTS + 2] = { strdup(s->program) }, path[64];
	int out;

	for (int i = 0; i < MOST_ARGUMENTS && s->plan->arguments[i] != NULL; i++)
		arguments[i + 1] = fill_in(s, s->plan->arguments[i]);
	snprintf(path, sizeof path, "%s/output", s->directory);
	out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	execv(s->program, arguments);
	_exit(127);
}

static int accepts(int port)
{
	struct sockaddr_in server = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result = connect(fd, (const struct sockaddr *)&server, sizeof server);

	close(fd);
	return result == 0;
}

/* True once it accepts connections; false if it ends before, or takes too long. */
static int is_ready(const struct server_process *s)
{
	struct pollfd process = { .fd = (int)syscall(SYS_pidfd_open, s->pid, 0), .events = POLLIN };
	int ready = 0, ended = 0;

	for (int i = 0; i < LOOKS && !ready && !ended; i++) {
		ended = poll(&process, 1, LOOK_MS) != 0;
		ready = !ended && accepts(s->port);
	}
	close(process.fd);
	return ready;
}

static int launch(struct server_process *s)
{
	write_config(s);
	fflush(NULL);
	s->pid = fork();
	assert_int_not_equal(s->pid, -1);
	if (s->pid == 0)
		become_server(s);
	setpgid(s->pid, s->pid);
	if (is_ready(s))
		return 1;
	server_process_kill(s);
	return 0;
}

static void print_output(const struct server_process *s)
{
	char path[64], line[256];
	FILE *in;

	snprintf(path, sizeof path, "%s/output", s->directory);
	in = fopen(path, "re");
	while (in != NULL && fgets(line, sizeof line, in) != NULL)
		print_error("%s: %s", s->program, line);
	if (in != NULL)
		fclose(in);
}

struct server_process *server_process_start(const struct server_plan *plan)
{
	struct server_process *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->plan = plan;
	if (find_program(s, plan->program) < 0) {
		free(s);
		return NULL;
	}
	strcpy(s->directory, "/tmp/poe-server-XXXXXX");
	assert_non_null(mkdtemp(s->directory));
	for (int i = 0; i < TRIES; i++) {
		s->port = free_port();
		if (launch(s))
			return s;
	}
	print_output(s);
	server_process_free(s);
	fail_msg("%s does not start", plan->program);
	return NULL;
}

int server_process_port(const struct server_process *s)
{
	return s->port;
}

void server_process_signal(const struct server_process *s, int signal)
{
	assert_int_equal(kill(s->pid, signal), 0);
}

void server_process_kill(struct server_process *s)
{
	if (s->pid == 0)
		return;
	kill(-s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

void server_process_restart(struct server_process *s)
{
	server_process_kill(s);
	assert_true(launch(s));
}

static int remove_one(const char *path, const struct stat *state, int type, struct FTW *where)
{
	(void)state;
	(void)type;
	(void)where;
	return remove(path);
}

/* Asked to, it ends those it has started and waits for them; if it does not, it is killed. */
static void stop(struct server_process *s)
{
	struct pollfd process = { .fd = (int)syscall(SYS_pidfd_open, s->pid, 0), .events = POLLIN };

	if (process.fd != -1 && kill(s->pid, SIGTERM) == 0)
		poll(&process, 1, STOP_MS);
	close(process.fd);
	server_process_kill(s);
}

void server_process_free(struct server_process *s)
{
	if (s == NULL)
		return;
	if (s->pid != 0)
		stop(s);
	nftw(s->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(s);
}
