/*
 * The harness but for what needs a second process or a second standard error,
 * which is in capture.c.
 */
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A recording session's heap. */
struct actor {
	struct harness *harness;
	char prefix[24];
};

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

poe_sid harness_session(struct harness *h, const char *name, const struct poe_state *states)
{
	struct actor *actor = calloc(1, sizeof *actor);
	poe_sid id;

	assert_non_null(actor);
	actor->harness = h;
	if (name != NULL)
		snprintf(actor->prefix, sizeof actor->prefix, "%s:", name);
	id = poe_session_create(h->kernel, &(struct poe_session_plan){
		.states = states, .heap = actor, .free_heap = free });
	assert_int_not_equal(id.v, 0);
	return id;
}

struct harness *harness_of(const struct poe_event *ev)
{
	const struct actor *me = ev->heap;

	return me->harness;
}

static void append(struct harness *h, const char *prefix, const char *format, va_list args)
{
	size_t used = strlen(h->text);

	used += (size_t)snprintf(h->text + used, sizeof h->text - used, "%s%s", used ? " " : "", prefix);
	assert_true(used < sizeof h->text);
	vsnprintf(h->text + used, sizeof h->text - used, format, args);
}

void harness_say(struct harness *h, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(h, "", format, args);
	va_end(args);
}

void harness_tell(const struct poe_event *ev, const char *format, ...)
{
	const struct actor *me = ev->heap;
	va_list args;

	va_start(args, format);
	append(me->harness, me->prefix, format, args);
	va_end(args);
}

void harness_pipe(struct harness *h)
{
	assert_int_equal(pipe2(h->pipe, O_NONBLOCK | O_CLOEXEC), 0);
}

void harness_run(struct harness *h)
{
	assert_int_equal(poe_run(h->kernel), 0);
}
