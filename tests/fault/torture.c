/* See torture.h. */
#include "torture.h"

#include "attempt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
enum { MOST_POINTS = 50 }; /* ten times as slow */
#else
enum { MOST_POINTS = 300 };
#endif

enum { MOST_FAILURES = 3, USUAL_OUTAGE = 1000, MOST_TESTS = 64 };

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

int torture(const struct scenario *const *all)
{
	struct CMUnitTest tests[MOST_TESTS];
	size_t count = 0;

	if (!inject_into_ares())
		return 1;
	for (; *all != NULL; all++)
		count = add(tests, count, *all);
	return _cmocka_run_group_tests("torture", tests, count, NULL, NULL);
}
