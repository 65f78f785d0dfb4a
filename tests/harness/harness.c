/*
 * A kernel before each test, and a look at what is left after it.  Recording
 * sessions are in record.c, standard error and second processes in capture.c.
 */
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = -1;

	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static int setup(void **state, enum poe_clock clock)
{
	struct harness *h = calloc(1, sizeof *h);

	if (h == NULL)
		return -1;
	h->open_before = open_descriptors();
	h->pipe[0] = h->pipe[1] = -1;
	h->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = clock, .trace = "" });
	*state = h;
	return h->kernel ? 0 : -1;
}

int harness_setup(void **state)
{
	return setup(state, POE_CLOCK_VIRTUAL);
}

int harness_setup_real(void **state)
{
	return setup(state, POE_CLOCK_REAL);
}

struct poe_kernel_stats harness_stats(const struct harness *h)
{
	struct poe_kernel_stats stats;

	poe_kernel_stats(h->kernel, &stats);
	return stats;
}

static int count_left(const struct harness *h)
{
	struct poe_kernel_stats left = harness_stats(h);

	if (left.sessions + left.queued + left.alarms + left.watches + left.owned == 0)
		return 0;
	print_error("left behind: %zu sessions, %zu events, %zu alarms, %zu watches, %zu owned things\n",
		    left.sessions, left.queued, left.alarms, left.watches, left.owned);
	return -1;
}

int harness_teardown(void **state)
{
	struct harness *h = *state;
	int result = h->kernel ? count_left(h) : 0;
	int leaked;

	poe_kernel_free(h->kernel);
	for (int i = 0; i < 2; i++)
		if (h->pipe[i] != -1)
			close(h->pipe[i]);
	leaked = open_descriptors() - h->open_before;
	if (leaked != 0)
		print_error("%d descriptors more than before the test\n", leaked);
	free(h);
	return leaked != 0 ? -1 : result;
}

void harness_pipe(struct harness *h)
{
	assert_int_equal(pipe2(h->pipe, O_NONBLOCK | O_CLOEXEC), 0);
}

void harness_run(struct harness *h)
{
	assert_int_equal(poe_run(h->kernel), 0);
}
