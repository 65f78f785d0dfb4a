/*
 * soak: SOAK_CONNECTIONS (10000) kept connections between two processes, under
 * load for SOAK_SECONDS (600), of which 10 are enough to see whether it works.
 * Exits with 0 if there was no fault.
 */
#include "soak.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PER_KEY = 10,
	PER_USER = 5,      /* connections for each user */
	OTHERS = 100,      /* descriptors that are no connections */
	GRACE = 300        /* seconds until a soak that hangs is ended */
};

static long number_of(const char *variable, long otherwise)
{
	const char *text = getenv(variable);
	long number = text != NULL ? atol(text) : 0;

	return number > 0 ? number : otherwise;
}

/* Each process needs a fifth more than are kept, for what is on loan and what is being made. */
static long connections(void)
{
	long wanted = number_of("SOAK_CONNECTIONS", 10000), room = (usage_raise_descriptors() - OTHERS) * 5 / 6;

	if (wanted > room) {
		printf("%ld connections instead of %ld: the descriptors reach no further\n", room, wanted);
		wanted = room;
	}
	return wanted / PER_KEY * PER_KEY;
}

static int read_ports(struct task *task, FILE *answers)
{
	for (int i = 0; i < SERVERS; i++)
		if (fscanf(answers, "%d", &task->ports[i]) != 1 || task->ports[i] <= 0)
			return -1;
	return 0;
}

static int client(struct task *task, int orders, int answers)
{
	FILE *ports = fdopen(answers, "r");
	int status = 1;

	task->to_server = orders;
	if (ports == NULL || read_ports(task, ports) < 0)
		fprintf(stderr, "soak: the server does not listen\n");
	else
		status = client_run(task);
	if (ports != NULL)
		fclose(ports);
	close(orders);
	return status;
}

/* Status of the server's process. */
static int wait_for(pid_t server)
{
	int status;

	if (waitpid(server, &status, 0) < 0 || !WIFEXITED(status)) {
		fprintf(stderr, "soak: the server has crashed\n");
		return 1;
	}
	return WEXITSTATUS(status);
}

int main(void)
{
	long kept = connections();
	struct task task = { .seconds = (double)number_of("SOAK_SECONDS", 600), .per_key = PER_KEY,
			     .keys = (int)kept / PER_KEY, .users = (int)kept / PER_USER };
	int orders[2], answers[2], status;
	pid_t server;

	fflush(stdout);
	if (pipe(orders) < 0 || pipe(answers) < 0 || (server = fork()) < 0) {
		perror("soak");
		return 1;
	}
	alarm((unsigned)task.seconds + GRACE);
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(orders[1]);
		close(answers[0]);
		return server_run(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	status = client(&task, orders[1], answers[0]);
	status |= wait_for(server);
	printf("%s\n", status == 0 ? "no fault" : "FAULTS");
	return status;
}
