/* FollowTail where the system tells of nothing: polling alone. */
#include "trail.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <cmocka.h>

/* In place of the C library's. */
int inotify_init1(int flags)
{
	(void)flags;
	errno = EMFILE;
	return -1;
}

static struct trail *following(const char *text)
{
	struct trail *t = trail_new();

	trail_append(t, text);
	trail_start(t);
	trail_assert_told(t, "");
	return t;
}

static void poll_and_expect(struct trail *t, const char *expected)
{
	trail_settle(t);
	trail_assert_told(t, "");
	trail_poll(t);
	trail_assert_told(t, expected);
}

static void what_is_written_comes_at_the_next_poll(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\n");
	poll_and_expect(t, "input:1 ");
	trail_append(t, "2\n");
	poll_and_expect(t, "input:2 ");
	trail_free(t);
}

static void a_file_appears_at_the_next_poll(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_start(t);
	trail_append(t, "1\n");
	poll_and_expect(t, "reset input:1 ");
	trail_free(t);
}

static void rotation_is_seen_at_the_next_poll(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\n");
	trail_rename(t, "log", "log.1");
	trail_append(t, "2\n");
	poll_and_expect(t, "input:1 reset input:2 ");
	trail_remove(t, "log");
	trail_append(t, "3\n");
	poll_and_expect(t, "reset input:3 ");
	trail_free(t);
}

static void truncation_is_seen_at_the_next_poll(void **state)
{
	struct trail *t = following("old\nolder\n");

	(void)state;
	assert_int_equal(truncate(t->path, 0), 0);
	trail_append(t, "1\n");
	poll_and_expect(t, "reset input:1 ");
	trail_free(t);
}

static void the_interval_is_one_second_unless_asked_otherwise(void **state)
{
	struct trail *t = trail_new();
	double start;

	(void)state;
	trail_append(t, "old\n");
	t->plan.poll_interval = 0;
	trail_start(t);
	start = poe_now(t->kernel);
	trail_append(t, "1\n");
	while (t->log[0] == '\0')
		poe_run_one_timeslice(t->kernel);
	assert_true(poe_now(t->kernel) - start > 0.49 && poe_now(t->kernel) - start < 0.51);
	trail_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_comes_at_the_next_poll),
		cmocka_unit_test(a_file_appears_at_the_next_poll),
		cmocka_unit_test(rotation_is_seen_at_the_next_poll),
		cmocka_unit_test(truncation_is_seen_at_the_next_poll),
		cmocka_unit_test(the_interval_is_one_second_unless_asked_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
