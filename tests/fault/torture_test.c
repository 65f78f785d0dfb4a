/*
 * Each allocation of each scenario fails: once, and then again as the first of
 * a thousand in a row.  With many allocations in a scenario a sample is taken.
 * libev alone is left out: it aborts when it finds no memory.
 */
#include "attempt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST_POINTS = 300, MOST_FAILURES = 3, USUAL_OUTAGE = 1000, MOST_TESTS = 128 };

static bool point(const struct scenario *s, unsigned first, unsigned count)
{
	return attempt_make(&(struct attempt){
		.scenario = s, .error_num = ENOMEM,
		.plan = { .function = INJECT_MEMORY, .first = first, .count = count, .error_num = ENOMEM } });
}

static void survives(void **state)
{
	const struct scenario *s = *state;
	unsigned points, step, done = 0, failures = 0;

	assert_true(attempt_none(s));
	points = inject_calls(INJECT_MEMORY);
	step = points / MOST_POINTS + 1;
	for (unsigned n = 1; n <= points && failures < MOST_FAILURES; n += step) {
		failures += !point(s, n, 1);
		failures += !point(s, n, s->outage ? s->outage : USUAL_OUTAGE);
		done++;
	}
	print_message("%u of %u allocations failed in turn\n", done, points);
	assert_int_equal(failures, 0);
}

static size_t add(struct CMUnitTest *tests, size_t count, const struct scenario *s)
{
	for (; s->name != NULL && count < MOST_TESTS; s++)
		tests[count++] = (struct CMUnitTest){ .name = s->name, .test_func = survives,
						      .initial_state = (void *)(uintptr_t)s };
	return count;
}

int main(void)
{
	static const struct scenario *const all[] = {
		scenarios_kernel, scenarios_session, scenarios_family, scenarios_event, scenarios_alarm, scenarios_signal,
		scenarios_watch, scenarios_trace, scenarios_filter, scenarios_readwrite, scenarios_socketfactory,
		scenarios_resolver, scenarios_keepalive,
	};
	struct CMUnitTest tests[MOST_TESTS];
	size_t count = 0;

	if (!inject_into_ares())
		return 1;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		count = add(tests, count, all[i]);
	return _cmocka_run_group_tests("torture", tests, count, NULL, NULL);
}
