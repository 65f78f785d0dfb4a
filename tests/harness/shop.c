/* See shop.h.  The shop itself; who comes there is in shopper.c. */
#include "shop.h"
#include "shopper.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static double wall_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void shop_assert(const struct shop *s, bool holds, const char *what)
{
	static const char *const ends[SHOPPER_ENDS] = { "waits", "served", "wronged", "broken", "late", "refused", "left" };
	char text[96];
	int i;

	if (holds)
		return;
	chaos_describe(&s->chaos->plan, text);
	print_error("%s: %s (%s; %d connections)\n", text, what, s->chaos->acted ? "done" : "not done", s->chaos->count);
	for (i = 0; i < s->count; i++)
		print_error("  %d: %s, %d responses, %s %s %s %s\n", i + 1, ends[s->shoppers[i].end],
			    s->shoppers[i].responses, s->shoppers[i].from_cache, s->shoppers[i].function,
			    s->shoppers[i].phase, strerrorname_np(s->shoppers[i].error_num));
	fail();
}

struct shop *shop_open(const struct chaos_plan *wrong, struct poe_tls *trust, int max_per_host)
{
	struct shop *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->open_before = open_descriptors();
	s->chaos = chaos_new(wrong);
	s->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	assert_non_null(s->kernel);
	s->ka = poe_keepalive_new(s->kernel, &(struct poe_keepalive_plan){
		.max_per_host = max_per_host, .timeout = SHOP_DEADLINE, .keep_alive = 600 });
	assert_non_null(s->ka);
	s->trust = trust;
	s->address = "127.0.0.1";
	s->port = s->chaos->port;
	return s;
}

/* The event, to whoever is there, keeps time from passing. */
static bool turn(struct shop *s)
{
	bool moved = chaos_turn(s->chaos, s->now = poe_now(s->kernel));

	(void)poe_post(s->kernel, poe_keepalive_address(s->ka), "turn");
	(void)poe_run_one_timeslice(s->kernel);
	return moved;
}

void shop_turns(struct shop *s, int turns)
{
	while (turns-- > 0)
		(void)turn(s);
}

/* A second goes by. */
static void pass(struct shop *s)
{
	poe_sid clock = shopper_clock(s);
	double end = poe_now(s->kernel) + 1;

	assert_true(clock.v != 0);
	while (poe_now(s->kernel) < end)
		(void)poe_run_one_timeslice(s->kernel);
}

enum { QUIET = 12 };

void shop_serve(struct shop *s)
{
	double end = wall_clock() + 20;
	int quiet = 0;

	while (s->waiting > 0) {
		int waiting = s->waiting;

		quiet = turn(s) || s->waiting != waiting ? 0 : quiet + 1;
		if (quiet < QUIET)
			continue;
		shop_assert(s, wall_clock() < end, "nothing happens any more");
		if (s->may_pass && (s->chaos->acted || s->chaos->plan.action == CHAOS_NOTHING))
			pass(s);
		quiet = 0;
	}
	shop_turns(s, 2);
}

int shop_count(const struct shop *s, enum shopper_end end)
{
	int i, n = 0;

	for (i = 0; i < s->count; i++)
		n += s->shoppers[i].end == end;
	return n;
}

static void check_books(const struct shop *s)
{
	const char *wrong = poe_keepalive_check(s->ka);
	struct poe_keepalive_stats stats;
	int i;

	shop_assert(s, wrong == NULL, wrong);
	poe_keepalive_stats(s->ka, &stats);
	shop_assert(s, stats.used + stats.waiting + stats.dialing == 0, "somebody is still busy");
	shop_assert(s, stats.allocated == (uint64_t)s->count, "not as many requests as shoppers");
	for (i = 0; i < s->count; i++) {
		const struct shopper *one = &s->shoppers[i];

		shop_assert(s, one->responses == 1 || (one->responses == 0 && one->end == SHOPPER_LEFT),
			    "not one response each");
		shop_assert(s, one->responses == 0 || one->answered - one->asked <= SHOP_DEADLINE + 1,
			    "an answer after its deadline");
		shop_assert(s, one->error_num != ETIMEDOUT || *one->phase != '\0', "a deadline without its phase");
	}
}

static void check_rest(const struct shop *s)
{
	struct poe_kernel_stats left;

	poe_kernel_stats(s->kernel, &left);
	shop_assert(s, left.sessions + left.queued + left.alarms + left.watches + left.owned == 0,
		    "something is left in the kernel");
}

/* A dial that nobody waits for any more goes on until its own time is up. */
static void outlast_dials(struct shop *s)
{
	struct poe_keepalive_stats stats;
	int seconds;

	for (seconds = 0; s->may_pass && seconds <= SHOP_DEADLINE; seconds++) {
		poe_keepalive_stats(s->ka, &stats);
		if (stats.dialing == 0)
			return;
		pass(s);
	}
}

void shop_close(struct shop *s)
{
	int before = s->open_before;

	outlast_dials(s);
	check_books(s);
	poe_keepalive_free(s->ka);
	assert_int_equal(poe_run(s->kernel), 0);
	check_rest(s);
	poe_kernel_free(s->kernel);
	chaos_free(s->chaos);
	free(s);
	assert_int_equal(open_descriptors(), before);
}
