/* What happens to log files while FollowTail follows them. */
#include "trail.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct trail *following(const char *text)
{
	struct trail *t = trail_new();

	trail_append(t, text);
	trail_start(t);
	trail_assert_told(t, "");
	return t;
}

static void settle_and_expect(struct trail *t, const char *expected)
{
	trail_settle(t);
	trail_assert_told(t, expected);
}

/* Writes over what is there, in place. */
static void overwrite(const struct trail *t, const char *text)
{
	int fd = open(t->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void a_renamed_file_is_read_to_its_end_before_the_new_one(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\n");
	trail_rename(t, "log", "log.1");
	trail_append_to(t, "log.1", "2\n");
	trail_append(t, "3\n");
	settle_and_expect(t, "input:1 input:2 reset input:3 ");
	trail_append(t, "4\n");
	settle_and_expect(t, "input:4 ");
	trail_free(t);
}

static void a_renamed_file_is_followed_until_the_new_one_has_something_in_it(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_rename(t, "log", "log.1");
	settle_and_expect(t, "");
	trail_append_to(t, "log.1", "1\n");
	settle_and_expect(t, "input:1 ");
	trail_append(t, "");
	settle_and_expect(t, "");
	trail_append_to(t, "log.1", "2\n");
	trail_append(t, "3\n");
	settle_and_expect(t, "input:2 reset input:3 ");
	trail_append_to(t, "log.1", "nobody's\n");
	settle_and_expect(t, "");
	trail_free(t);
}

static void a_deleted_file_that_reappears_is_read_from_its_beginning(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\n");
	trail_remove(t, "log");
	settle_and_expect(t, "input:1 ");
	trail_poll(t);
	trail_assert_told(t, "");
	trail_append(t, "2\n");
	settle_and_expect(t, "reset input:2 ");
	trail_free(t);
}

static void a_file_moved_over_it_replaces_it(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append_to(t, "new", "1\n");
	trail_rename(t, "new", "log");
	settle_and_expect(t, "reset input:1 ");
	trail_free(t);
}

static void a_renamed_file_that_comes_back_is_the_same_file(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_rename(t, "log", "log.1");
	trail_append(t, "");
	settle_and_expect(t, "");
	trail_rename(t, "log.1", "log");
	settle_and_expect(t, "");
	trail_append(t, "1\n");
	settle_and_expect(t, "input:1 ");
	trail_free(t);
}

static void a_truncated_file_is_read_from_its_beginning(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\nhalf a li");
	settle_and_expect(t, "input:1 ");
	assert_int_equal(truncate(t->path, 0), 0);
	settle_and_expect(t, "reset ");
	assert_int_equal(poe_followtail_tell(t->wheel), 0);
	trail_append(t, "2\n");
	settle_and_expect(t, "input:2 ");
	trail_free(t);
}

static void a_file_copied_and_truncated_loses_nothing_that_was_told_of(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\n");
	settle_and_expect(t, "input:1 ");
	for (int i = 0; i < 3; i++) {
		trail_append_to(t, "log.1", "a copy\n");
		assert_int_equal(truncate(t->path, 0), 0);
		trail_append(t, i % 2 == 0 ? "2\n" : "3\n");
		settle_and_expect(t, i % 2 == 0 ? "reset input:2 " : "reset input:3 ");
	}
	trail_free(t);
}

static void a_file_truncated_to_less_is_read_from_its_beginning(void **state)
{
	struct trail *t = following("one\ntwo\nthree\n");

	(void)state;
	assert_int_equal(truncate(t->path, 8), 0);
	settle_and_expect(t, "reset input:one input:two ");
	trail_free(t);
}

static void a_long_file_truncated_to_less_is_read_from_its_beginning(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	for (int i = 0; i < 40; i++)
		trail_append(t, "a line\n");
	trail_start(t);
	assert_int_equal(truncate(t->path, 77), 0);
	settle_and_expect(t, "reset input:a line input:a line input:a line input:a line input:a line input:a line "
			     "input:a line input:a line input:a line input:a line input:a line ");
	trail_free(t);
}

static void a_file_of_the_same_size_with_other_content_is_noticed(void **state)
{
	struct trail *t = following("one\ntwo\n");

	(void)state;
	overwrite(t, "six\nten\n");
	settle_and_expect(t, "reset input:six input:ten ");
	trail_free(t);
}

static void a_file_that_is_longer_and_other_is_noticed(void **state)
{
	struct trail *t = following("one\ntwo\n");

	(void)state;
	overwrite(t, "eleven\ntwelve\n");
	settle_and_expect(t, "reset input:eleven input:twelve ");
	trail_free(t);
}

static void write_before_end(const struct trail *t, const char *text, off_t back)
{
	int fd = open(t->path, O_WRONLY | O_CLOEXEC);

	lseek(fd, -back, SEEK_END);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* As of a list whose closing bracket makes room for the next item. */
static void an_end_written_over_is_no_other_file(void **state)
{
	struct trail *t = following("[\n1 long enough to be past what is kept of the beginning of a file\n]\n");

	(void)state;
	write_before_end(t, ",2\n]\n", 2);
	settle_and_expect(t, "input: input:] ");
	trail_free(t);
}

static void a_touched_file_is_the_same(void **state)
{
	struct trail *t = following("one\n");

	(void)state;
	assert_int_equal(utimensat(AT_FDCWD, t->path, NULL, 0), 0);
	settle_and_expect(t, "");
	trail_free(t);
}

static void another_link_to_it_changes_nothing(void **state)
{
	struct trail *t = following("one\n");

	(void)state;
	assert_int_equal(link(t->path, trail_path(t, "log.2")), 0);
	trail_poll(t);
	trail_assert_told(t, "");
	trail_free(t);
}

static void a_symbolic_link_that_is_switched_leads_to_another_file(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_append_to(t, "monday", "old\n");
	trail_append_to(t, "tuesday", "1\n");
	assert_int_equal(symlink("monday", t->path), 0);
	trail_start(t);
	trail_append_to(t, "monday", "late\n");
	assert_int_equal(symlink("tuesday", trail_path(t, "next")), 0);
	trail_rename(t, "next", "log");
	settle_and_expect(t, "input:late reset input:1 ");
	trail_append_to(t, "tuesday", "2\n");
	settle_and_expect(t, "input:2 ");
	trail_free(t);
}

static void a_partial_line_of_a_file_that_went_is_not_the_next_ones(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "half");
	settle_and_expect(t, "");
	trail_rename(t, "log", "log.1");
	trail_append(t, "whole\n");
	settle_and_expect(t, "reset input:whole ");
	trail_free(t);
}

/* A carriage return at the end of one file is no half of a newline in the next. */
static void a_filter_begins_anew_with_each_file(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_append(t, "1\r");
	settle_and_expect(t, "input:1 ");
	trail_rename(t, "log", "log.1");
	trail_append(t, "\n2\n");
	settle_and_expect(t, "reset input: input:2 ");
	trail_free(t);
}

static void a_folder_in_its_place_is_told_and_the_file_followed_on(void **state)
{
	struct trail *t = following("old\n");

	(void)state;
	trail_rename(t, "log", "log.1");
	assert_int_equal(mkdir(t->path, 0700), 0);
	trail_append_to(t, "log.1", "1\n");
	settle_and_expect(t, "input:1 error:open:EISDIR ");
	trail_append_to(t, "log.1", "2\n");
	settle_and_expect(t, "input:2 ");
	trail_free(t);
}

static void start_second(struct trail *t)
{
	struct poe_followtail_plan plan = t->plan;

	plan.input_event = "quiet";
	assert_non_null(poe_followtail_new(t->kernel, &plan));
}

static void two_wheels_follow_one_file_and_one_goes_on_alone(void **state)
{
	struct trail *t = following("old\n");
	double start;

	(void)state;
	trail_do(t, start_second);
	trail_settle(t);
	trail_do(t, trail_free_wheel);
	trail_settle(t);
	t->quiet = 0;
	start = poe_now(t->kernel);
	trail_append(t, "1\n");
	while (t->quiet == 0)
		poe_run_one_timeslice(t->kernel);
	assert_true(poe_now(t->kernel) < start + 1);
	poe_kernel_stop(t->kernel);
	poe_kernel_free(t->kernel);
	trail_remove(t, "log");
	assert_int_equal(rmdir(t->folder), 0);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renamed_file_is_read_to_its_end_before_the_new_one),
		cmocka_unit_test(a_renamed_file_is_followed_until_the_new_one_has_something_in_it),
		cmocka_unit_test(a_deleted_file_that_reappears_is_read_from_its_beginning),
		cmocka_unit_test(a_file_moved_over_it_replaces_it),
		cmocka_unit_test(a_renamed_file_that_comes_back_is_the_same_file),
		cmocka_unit_test(a_truncated_file_is_read_from_its_beginning),
		cmocka_unit_test(a_file_copied_and_truncated_loses_nothing_that_was_told_of),
		cmocka_unit_test(a_file_truncated_to_less_is_read_from_its_beginning),
		cmocka_unit_test(a_long_file_truncated_to_less_is_read_from_its_beginning),
		cmocka_unit_test(a_file_of_the_same_size_with_other_content_is_noticed),
		cmocka_unit_test(a_file_that_is_longer_and_other_is_noticed),
		cmocka_unit_test(an_end_written_over_is_no_other_file),
		cmocka_unit_test(a_touched_file_is_the_same),
		cmocka_unit_test(another_link_to_it_changes_nothing),
		cmocka_unit_test(a_symbolic_link_that_is_switched_leads_to_another_file),
		cmocka_unit_test(a_partial_line_of_a_file_that_went_is_not_the_next_ones),
		cmocka_unit_test(a_filter_begins_anew_with_each_file),
		cmocka_unit_test(a_folder_in_its_place_is_told_and_the_file_followed_on),
		cmocka_unit_test(two_wheels_follow_one_file_and_one_goes_on_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
