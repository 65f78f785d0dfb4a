#define _GNU_SOURCE
#include "driver.h"
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int driver_start(const char *bench, unsigned port, double scale)
{
	const char *driver = getenv("BENCH_DRIVER");
	char port_text[20], scale_text[40];
	int fds[2];
	pid_t pid;

	if (driver == NULL || pipe(fds) != 0)
		peer_die("BENCH_DRIVER is not set, or pipe");
	snprintf(port_text, sizeof port_text, "%u", port);
	snprintf(scale_text, sizeof scale_text, "%f", scale);
	pid = fork();
	if (pid < 0)
		peer_die("fork");
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(driver, driver, bench, port_text, scale_text, (char *)NULL);
		_exit(1);
	}
	close(fds[1]);
	return fds[0];
}

struct driver_result driver_read(int fd)
{
	struct driver_result result;
	char text[200] = "";

	if (read(fd, text, sizeof text - 1) <= 0 ||
	    sscanf(text, "%lf %lf", &result.rate, &result.total) != 2) {
		fprintf(stderr, "the driver has told nothing\n");
		exit(1);
	}
	return result;
}
