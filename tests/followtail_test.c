#include "trail.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* The log holds this already, and a wheel follows it. */
static struct trail *following(const char *text)
{
	struct trail *t = trail_new();

	if (text != NULL)
		trail_append(t, text);
	trail_start(t);
	return t;
}

static struct trail *following_from(enum poe_seek seek, int64_t offset, const char *text)
{
	struct trail *t = trail_new();

	trail_append(t, text);
	t->plan.seek = seek;
	t->plan.offset = offset;
	trail_start(t);
	return t;
}

static void only_new_records_come(void **state)
{
	struct trail *t = following("old\nolder\n");

	(void)state;
	trail_assert_told(t, "");
	trail_append(t, "new\n");
	trail_settle(t);
	trail_assert_told(t, "input:new ");
	trail_append(t, "two\nthree\n");
	trail_settle(t);
	trail_assert_told(t, "input:two input:three ");
	trail_free(t);
}

static void a_record_begun_before_comes_whole(void **state)
{
	struct trail *t = following("old\nbeg");

	(void)state;
	assert_int_equal(poe_followtail_tell(t->wheel), 4);
	trail_append(t, "un\n");
	trail_settle(t);
	trail_assert_told(t, "input:begun ");
	trail_free(t);
}

static void a_partial_line_waits_for_its_end(void **state)
{
	struct trail *t = following("");

	(void)state;
	trail_append(t, "one\nha");
	trail_settle(t);
	trail_assert_told(t, "input:one ");
	trail_append(t, "lf\n");
	trail_settle(t);
	trail_assert_told(t, "input:half ");
	trail_free(t);
}

static void seek_begins_so_many_octets_from_the_beginning(void **state)
{
	struct trail *t = following_from(POE_SEEK_START, 0, "one\ntwo\n");

	(void)state;
	trail_assert_told(t, "input:one input:two ");
	trail_free(t);
	t = following_from(POE_SEEK_START, 4, "one\ntwo\n");
	trail_assert_told(t, "input:two ");
	trail_free(t);
}

static void seek_back_begins_so_many_octets_before_the_end(void **state)
{
	struct trail *t = following_from(POE_SEEK_BACK, 6, "one\ntwo\nthree\n");

	(void)state;
	trail_assert_told(t, "input:three ");
	trail_free(t);
	t = following_from(POE_SEEK_BACK, 600, "one\ntwo\n");
	trail_assert_told(t, "input:one input:two ");
	trail_free(t);
	t = following_from(POE_SEEK_BACK, 0, "one\nha");
	trail_append(t, "lf\n");
	trail_settle(t);
	trail_assert_told(t, "input:lf ");
	trail_free(t);
}

static void a_seek_beyond_the_end_finds_another_file(void **state)
{
	struct trail *t = following_from(POE_SEEK_START, 100, "one\n");

	(void)state;
	trail_assert_told(t, "reset input:one ");
	trail_free(t);
}

static void a_missing_file_is_waited_for_and_read_from_its_beginning(void **state)
{
	struct trail *t = following(NULL);

	(void)state;
	assert_int_equal(poe_followtail_tell(t->wheel), 0);
	trail_poll(t);
	trail_assert_told(t, "");
	trail_append(t, "one\n");
	trail_settle(t);
	trail_assert_told(t, "reset input:one ");
	trail_free(t);
}

static void a_missing_folder_is_waited_for_by_polling(void **state)
{
	struct trail *t = trail_new();
	const char *sub = trail_path(t, "sub");

	(void)state;
	t->plan.filename = trail_path(t, "sub/log");
	trail_start(t);
	assert_int_equal(mkdir(sub, 0700), 0);
	trail_append_to(t, "sub/log", "one\n");
	trail_poll(t);
	trail_assert_told(t, "reset input:one ");
	trail_append_to(t, "sub/log", "two\n");
	trail_settle(t);
	trail_assert_told(t, "input:two ");
	trail_remove(t, "sub/log");
	trail_free(t);
}

static void an_empty_file_has_no_records(void **state)
{
	struct trail *t = following("");

	(void)state;
	trail_poll(t);
	trail_assert_told(t, "");
	assert_int_equal(poe_followtail_tell(t->wheel), 0);
	trail_append(t, "\n");
	trail_settle(t);
	trail_assert_told(t, "input: ");
	trail_free(t);
}

static void idle_comes_after_each_burst_and_after_each_poll_that_finds_nothing(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	t->plan.idle_event = "idle";
	trail_start(t);
	trail_assert_told(t, "idle ");
	trail_append(t, "one\ntwo\n");
	trail_settle(t);
	trail_assert_told(t, "reset input:one input:two idle ");
	trail_settle(t);
	trail_assert_told(t, "");
	trail_poll(t);
	trail_assert_told(t, "idle ");
	trail_remove(t, "log");
	trail_poll(t);
	trail_assert_told(t, "idle ");
	trail_free(t);
}

static void a_descriptor_is_followed_and_closed(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_append(t, "old\n");
	t->plan.filename = NULL;
	t->plan.fd = open(t->path, O_RDONLY | O_CLOEXEC);
	trail_start(t);
	trail_rename(t, "log", "log.1");
	trail_append_to(t, "log.1", "new\n");
	trail_settle(t);
	trail_assert_told(t, "input:new ");
	trail_do(t, trail_free_wheel);
	assert_int_equal(fcntl(t->plan.fd, F_GETFD), -1);
	trail_free(t);
}

static void make_and_expect(struct trail *t, int error_num)
{
	errno = 0;
	assert_null(poe_followtail_new(t->kernel, &t->plan));
	assert_int_equal(errno, error_num);
}

static void try_bad_plans(struct trail *t)
{
	const struct poe_followtail_plan good = t->plan;

	t->plan.fd = 1;
	make_and_expect(t, EINVAL);
	t->plan = good;
	t->plan.filename = NULL;
	make_and_expect(t, EINVAL);
	t->plan.fd = 9999;
	make_and_expect(t, EBADF);
	t->plan = good;
	t->plan.input_event = NULL;
	make_and_expect(t, EINVAL);
	t->plan = good;
	t->plan.offset = 1;
	make_and_expect(t, EINVAL);
	t->plan.seek = POE_SEEK_BACK;
	t->plan.offset = -1;
	make_and_expect(t, EINVAL);
	t->plan = good;
	t->plan.poll_interval = -1;
	make_and_expect(t, EINVAL);
	t->plan = good;
}

static void a_bad_plan_makes_no_wheel(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_do(t, try_bad_plans);
	make_and_expect(t, ESRCH);
	trail_free(t);
}

static void try_folder(struct trail *t)
{
	make_and_expect(t, EISDIR);
}

static void a_descriptor_that_makes_no_wheel_stays_the_callers(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	t->plan.filename = NULL;
	t->plan.fd = open(t->folder, O_RDONLY | O_CLOEXEC);
	trail_do(t, try_folder);
	assert_int_equal(close(t->plan.fd), 0);
	trail_free(t);
}

static void a_name_that_is_a_folder_is_told_once_and_tried_again(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	assert_int_equal(mkdir(t->path, 0700), 0);
	trail_start(t);
	trail_assert_told(t, "error:open:EISDIR ");
	trail_poll(t);
	trail_assert_told(t, "");
	assert_int_equal(rmdir(t->path), 0);
	trail_append(t, "one\n");
	trail_settle(t);
	trail_assert_told(t, "reset input:one ");
	trail_free(t);
}

static void a_file_without_permission_is_told_and_read_when_it_may_be(void **state)
{
	struct trail *t;

	(void)state;
	if (geteuid() == 0 && seteuid(65534) != 0)
		skip();
	t = trail_new();
	trail_append(t, "one\n");
	assert_int_equal(chmod(t->path, 0), 0);
	trail_start(t);
	trail_assert_told(t, "error:open:EACCES ");
	assert_int_equal(chmod(t->path, 0600), 0);
	trail_settle(t);
	trail_assert_told(t, "reset input:one ");
	trail_free(t);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void start_again_where_it_stopped(struct trail *t)
{
	t->plan.seek = POE_SEEK_START;
	t->plan.offset = poe_followtail_tell(t->wheel);
	trail_free_wheel(t);
}

static void tell_is_where_to_go_on_to_the_octet(void **state)
{
	struct trail *t = following_from(POE_SEEK_START, 0, "one\ntwo\nthree\nfo");

	(void)state;
	trail_assert_told(t, "input:one input:two input:three ");
	trail_do(t, start_again_where_it_stopped);
	assert_int_equal(t->plan.offset, 14);
	trail_append(t, "ur\n");
	trail_start(t);
	trail_assert_told(t, "input:four ");
	trail_free(t);
}

static void tell_in_a_handler_counts_its_own_record(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_append(t, "one\ntwo\n");
	t->plan.seek = POE_SEEK_START;
	t->hook_event = "input";
	t->hook = start_again_where_it_stopped;
	trail_start(t);
	trail_assert_told(t, "input:one ");
	assert_int_equal(t->plan.offset, 4);
	t->hook_event = NULL;
	trail_start(t);
	trail_assert_told(t, "input:two ");
	trail_free(t);
}

static void pause_wheel(struct trail *t)
{
	poe_followtail_pause(t->wheel);
}

static void resume_wheel(struct trail *t)
{
	poe_followtail_resume(t->wheel);
	trail_assert_told(t, "");
}

static void pause_holds_back_the_rest_of_a_read_until_resume(void **state)
{
	struct trail *t = following("");

	(void)state;
	t->hook_event = "input";
	t->hook = pause_wheel;
	trail_append(t, "1\n2\n3\nhal");
	trail_settle(t);
	trail_assert_told(t, "input:1 ");
	assert_int_equal(poe_followtail_tell(t->wheel), 2);
	trail_poll(t);
	trail_assert_told(t, "");
	t->hook_event = NULL;
	trail_append(t, "f\n");
	trail_do(t, resume_wheel);
	trail_settle(t);
	trail_assert_told(t, "input:2 input:3 input:half ");
	trail_free(t);
}

static void switch_to_blocks(struct trail *t)
{
	t->hook_event = NULL;
	poe_followtail_set_filter(t->wheel, poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 }));
}

static void a_new_filter_frames_what_is_pending(void **state)
{
	struct trail *t = following("");

	(void)state;
	t->hook_event = "input";
	t->hook = switch_to_blocks;
	trail_append(t, "line\n123456");
	trail_settle(t);
	trail_assert_told(t, "input:line input:123 input:456 ");
	trail_free(t);
}

static void limit_lines(struct trail *t)
{
	t->plan.filter = poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 4 });
}

static void a_filter_that_fails_is_told_and_another_goes_on(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	limit_lines(t);
	trail_append(t, "");
	trail_start(t);
	trail_append(t, "1\n12345678\n");
	trail_settle(t);
	trail_assert_told(t, "input:1 error:filter:EMSGSIZE ");
	trail_append(t, "x\n");
	trail_poll(t);
	trail_assert_told(t, "");
	trail_do(t, switch_to_blocks);
	trail_settle(t);
	trail_assert_told(t, "input:123 input:456 input:78\n ");
	trail_free(t);
}

static void a_filter_that_fails_goes_on_at_the_next_reset(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	limit_lines(t);
	trail_append(t, "");
	trail_start(t);
	trail_append(t, "12345678\n");
	trail_settle(t);
	trail_assert_told(t, "error:filter:EMSGSIZE ");
	assert_int_equal(truncate(t->path, 0), 0);
	trail_append(t, "1\n");
	trail_settle(t);
	trail_assert_told(t, "reset input:1 ");
	trail_free(t);
}

static void retarget(struct trail *t)
{
	assert_int_equal(poe_followtail_event(t->wheel, "input", "other"), 0);
	assert_int_equal(poe_followtail_event(t->wheel, "reset", NULL), 0);
	assert_int_equal(poe_followtail_event(t->wheel, "input", NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_followtail_event(t->wheel, "output", "other"), -1);
	assert_int_equal(errno, EINVAL);
	t->hook_event = "other";
	t->hook = pause_wheel;
}

static void events_can_be_retargeted(void **state)
{
	struct trail *t = following("a line or two\n");

	(void)state;
	trail_do(t, retarget);
	assert_int_equal(truncate(t->path, 0), 0);
	trail_append(t, "one\ntwo\n");
	trail_settle(t);
	trail_assert_told(t, "input:one ");
	trail_free(t);
}

static void free_twice_over(struct trail *t)
{
	trail_free_wheel(t);
	poe_followtail_free(NULL);
}

static void a_wheel_may_be_freed_in_each_of_its_events(void **state)
{
	static const char *const events[] = { "input", "reset", "idle", "error" };
	struct trail *t;

	(void)state;
	for (int i = 0; i < 4; i++) {
		t = trail_new();
		t->plan.idle_event = "idle";
		limit_lines(t);
		trail_append(t, "");
		trail_start(t);
		t->hook_event = events[i];
		t->hook = free_twice_over;
		trail_append(t, "1\n12345\n");
		trail_settle(t);
		trail_assert_told(t, i == 0 ? "idle input:1 " : i == 3 ? "idle input:1 error:filter:EMSGSIZE " :
					   "idle input:1 error:filter:EMSGSIZE idle ");
		assert_int_equal(truncate(t->path, 0), 0);
		trail_settle(t);
		trail_assert_told(t, i == 1 ? "reset " : "");
		trail_free(t);
	}
}

static void stop_kernel(struct trail *t)
{
	t->wheel = NULL;
	poe_kernel_stop(t->kernel);
}

static void the_kernel_may_be_stopped_in_its_event(void **state)
{
	struct trail *t = following("");

	(void)state;
	t->hook_event = "input";
	t->hook = stop_kernel;
	trail_append(t, "1\n2\n");
	assert_int_equal(poe_run(t->kernel), 0);
	trail_assert_told(t, "input:1 ");
	poe_kernel_free(t->kernel);
	trail_remove(t, "log");
	assert_int_equal(rmdir(t->folder), 0);
	free(t);
}

static void read_and_write_on(struct trail *t)
{
	static const char line[] = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456\n";

	t->log[0] = '\0';
	if (++t->quiet < 3000)
		trail_append(t, line);
}

/* Each record read brings another one. */
static void a_file_that_grows_while_it_is_read_is_read_on(void **state)
{
	struct trail *t = following("");

	(void)state;
	t->hook_event = "input";
	t->hook = read_and_write_on;
	read_and_write_on(t);
	t->quiet = 0;
	while (t->quiet < 3000)
		assert_int_equal(poe_run_one_timeslice(t->kernel), 1);
	assert_int_equal(poe_followtail_tell(t->wheel), 3000 * 98);
	trail_free(t);
}

/* The first record posts an event; how many records came before its handler ran is noted. */
static int records, records_before_event, records_before_idle;

static void note_idle(struct poe_event *ev)
{
	(void)ev;
	if (records_before_idle == 0)
		records_before_idle = records;
}

static void count_record(struct trail *t)
{
	t->log[0] = '\0';
	if (records++ == 0)
		poe_yield(t->kernel, "quiet");
	if (t->quiet == 0)
		records_before_event = records;
}

static void write_much(const struct trail *t, size_t lines)
{
	FILE *file = fopen(t->path, "w");

	for (size_t i = 0; i < lines; i++)
		fprintf(file, "%063zu\n", i);
	fclose(file);
}

static void start_reading(struct trail *t)
{
	poe_state_set(t->kernel, "idle", note_idle, NULL);
	t->wheel = poe_followtail_new(t->kernel, &t->plan);
}

static void other_events_come_between_the_slices_of_a_large_file(void **state)
{
	struct trail *t = trail_new();
	double start = poe_now(t->kernel);

	(void)state;
	records = records_before_idle = 0;
	t->plan.seek = POE_SEEK_START;
	t->plan.idle_event = "idle";
	t->hook_event = "input";
	t->hook = count_record;
	write_much(t, 4096);
	trail_do(t, start_reading);
	while (records < 4096)
		assert_int_equal(poe_run_one_timeslice(t->kernel), 1);
	assert_in_range(records_before_event, 1000, 1024);
	trail_settle(t);
	assert_int_equal(records_before_idle, 4096);
	assert_true(poe_now(t->kernel) < start + 1);
	assert_int_equal(poe_followtail_tell(t->wheel), 4096 * 64);
	trail_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_new_records_come),
		cmocka_unit_test(a_record_begun_before_comes_whole),
		cmocka_unit_test(a_partial_line_waits_for_its_end),
		cmocka_unit_test(seek_begins_so_many_octets_from_the_beginning),
		cmocka_unit_test(seek_back_begins_so_many_octets_before_the_end),
		cmocka_unit_test(a_seek_beyond_the_end_finds_another_file),
		cmocka_unit_test(a_missing_file_is_waited_for_and_read_from_its_beginning),
		cmocka_unit_test(a_missing_folder_is_waited_for_by_polling),
		cmocka_unit_test(an_empty_file_has_no_records),
		cmocka_unit_test(idle_comes_after_each_burst_and_after_each_poll_that_finds_nothing),
		cmocka_unit_test(a_descriptor_is_followed_and_closed),
		cmocka_unit_test(a_bad_plan_makes_no_wheel),
		cmocka_unit_test(a_descriptor_that_makes_no_wheel_stays_the_callers),
		cmocka_unit_test(a_name_that_is_a_folder_is_told_once_and_tried_again),
		cmocka_unit_test(a_file_without_permission_is_told_and_read_when_it_may_be),
		cmocka_unit_test(tell_is_where_to_go_on_to_the_octet),
		cmocka_unit_test(tell_in_a_handler_counts_its_own_record),
		cmocka_unit_test(pause_holds_back_the_rest_of_a_read_until_resume),
		cmocka_unit_test(a_new_filter_frames_what_is_pending),
		cmocka_unit_test(a_filter_that_fails_is_told_and_another_goes_on),
		cmocka_unit_test(a_filter_that_fails_goes_on_at_the_next_reset),
		cmocka_unit_test(events_can_be_retargeted),
		cmocka_unit_test(a_wheel_may_be_freed_in_each_of_its_events),
		cmocka_unit_test(the_kernel_may_be_stopped_in_its_event),
		cmocka_unit_test(a_file_that_grows_while_it_is_read_is_read_on),
		cmocka_unit_test(other_events_come_between_the_slices_of_a_large_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
