/* ReadLine without a terminal, and its history's files. */
#include "readline/console.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* A wheel on two pipes: in[1] is typed into, out[0] is read. */
struct plain {
	struct poe_kernel *kernel;
	poe_sid session;
	struct poe_readline *wheel;
	struct poe_readline_plan plan;
	int in[2], out[2];
	int wanted; /* lines to ask for, each in the event of the last */
	char log[256];
	char file[64];
};

static void on_input(struct poe_event *ev)
{
	struct plain *me = ev->heap;
	size_t length = strlen(me->log);

	snprintf(me->log + length, sizeof me->log - length, "%s:%.20s ", poe_arg_str(ev, 1), poe_arg_str(ev, 0));
	if (--me->wanted > 0)
		assert_int_equal(poe_readline_get(me->wheel, "not shown>"), 0);
}

static void on_start(struct poe_event *ev)
{
	struct plain *me = ev->heap;

	me->session = ev->session;
	me->wheel = poe_readline_new(ev->kernel, &me->plan);
	assert_non_null(me->wheel);
	assert_int_equal(poe_readline_get(me->wheel, "not shown>"), 0);
}

static const struct poe_state states[] = { { "_start", on_start }, { "input(ssi)", on_input }, { 0 } };

static int setup(void **state)
{
	struct plain *p = calloc(1, sizeof *p);

	*state = p;
	p->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .trace = "" });
	if (pipe2(p->in, O_CLOEXEC) < 0 || pipe2(p->out, O_CLOEXEC) < 0)
		return -1;
	p->plan = (struct poe_readline_plan){ .input_event = "input", .in = p->in[0], .out = p->out[1] };
	p->wanted = 1;
	strcpy(p->file, "/tmp/libpoe-history-XXXXXX");
	close(mkstemp(p->file));
	return 0;
}

static int teardown(void **state)
{
	struct plain *p = *state;

	poe_kernel_free(p->kernel);
	for (int i = 0; i < 2; i++) {
		close(p->in[i]);
		close(p->out[i]);
	}
	unlink(p->file);
	free(p);
	return 0;
}

static void say(struct plain *p, const char *text)
{
	assert_int_equal(write(p->in[1], text, strlen(text)), strlen(text));
}

/* The session ends when nothing is asked for any more, as nothing else keeps it. */
static void run(struct plain *p)
{
	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = states, .heap = p });
	assert_int_equal(poe_run(p->kernel), 0);
}

static void hold(struct poe_event *ev)
{
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static const struct poe_state other_states[] = { { "_start", hold }, { 0 } };

static void a_wheel_that_is_not_asked_keeps_nothing(void **state)
{
	struct plain *p = *state;
	struct poe_kernel_stats stats = { .sessions = 2 };

	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = other_states });
	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = states, .heap = p });
	say(p, "one\n");
	for (int i = 0; i < 10 && stats.sessions == 2; i++) {
		poe_run_one_timeslice(p->kernel);
		poe_kernel_stats(p->kernel, &stats);
	}
	assert_string_equal(p->log, ":one ");
	assert_int_equal(stats.sessions, 1);
	assert_int_equal(stats.watches + stats.owned, 0);
}

static void end_input(struct plain *p)
{
	close(p->in[1]);
	p->in[1] = -1;
}

static void lines_of_a_pipe_are_input_events(void **state)
{
	struct plain *p = *state;

	say(p, "one\ntwo\r\n\nthree\n");
	p->wanted = 3;
	run(p);
	assert_string_equal(p->log, ":one :two : ");
}

static void the_end_comes_after_a_line_without_a_newline_and_again_when_asked_again(void **state)
{
	struct plain *p = *state;

	say(p, "one\nlast");
	end_input(p);
	p->wanted = 4;
	run(p);
	assert_string_equal(p->log, ":one :last eot: eot: ");
}

static void a_long_line_comes_in_pieces(void **state)
{
	struct plain *p = *state;
	static char text[65536 + 10];
	FILE *file = fopen(p->file, "w");

	memset(text, 'x', sizeof text);
	fwrite(text, 1, sizeof text, file);
	fclose(file);
	close(p->in[0]);
	p->in[0] = p->plan.in = open(p->file, O_RDONLY | O_CLOEXEC);
	p->wanted = 3;
	run(p);
	assert_string_equal(p->log, ":xxxxxxxxxxxxxxxxxxxx :xxxxxxxxxx eot: ");
}

static void put_in_start(struct poe_event *ev)
{
	struct plain *me = ev->heap;
	char text[64];
	ssize_t n;

	on_start(ev);
	assert_int_equal(poe_readline_put(me->wheel, poe_str("one"), poe_bytes("two", 3)), 0);
	n = read(me->out[0], text, sizeof text);
	assert_int_equal(n, 8);
	assert_memory_equal(text, "one\ntwo\n", 8);
	assert_int_equal(poe_readline_put(me->wheel, poe_str("one"), poe_int(2)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_readline_terminal_size(me->wheel, &(int){ 0 }, &(int){ 0 }), -1);
	assert_int_equal(errno, ENOTTY);
	poe_readline_free(me->wheel);
	assert_int_equal(fcntl(me->in[0], F_GETFL) & O_NONBLOCK, 0);
}

static const struct poe_state put_states[] = { { "_start", put_in_start }, { "input(ssi)", on_input }, { 0 } };

static void lines_are_put_as_they_are_and_no_prompt(void **state)
{
	struct plain *p = *state;

	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = put_states, .heap = p });
	assert_int_equal(poe_run(p->kernel), 0);
	assert_string_equal(p->log, "");
}

static void expect_no_wheel(struct poe_event *ev, const struct poe_readline_plan *plan, int error_num)
{
	assert_null(poe_readline_new(ev->kernel, plan));
	assert_int_equal(errno, error_num);
}

static void try_bad_plans(struct poe_event *ev)
{
	expect_no_wheel(ev, &(struct poe_readline_plan){ .in = 0 }, EINVAL);
	expect_no_wheel(ev, &(struct poe_readline_plan){ .input_event = "input", .in = -1 }, EINVAL);
	expect_no_wheel(ev, &(struct poe_readline_plan){ .input_event = "input", .in = 999 }, EBADF);
	expect_no_wheel(ev, &(struct poe_readline_plan){ .input_event = "input", .out = 999 }, EBADF);
}

static const struct poe_state bad_states[] = { { "_start", try_bad_plans }, { 0 } };

static void a_bad_plan_makes_no_wheel(void **state)
{
	struct plain *p = *state;

	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = bad_states });
	assert_null(poe_readline_new(p->kernel, &p->plan));
	assert_int_equal(errno, ESRCH);
}

static void assert_history(const struct poe_readline *w, const char *expected)
{
	struct poe_array *lines = poe_readline_get_history(w);
	char text[256] = "";

	assert_non_null(lines);
	for (size_t i = 0; i < lines->count; i++)
		strcat(strcat(text, lines->values[i].as.s), " ");
	assert_string_equal(text, expected);
	poe_array_free(lines);
}

static void use_history(struct poe_event *ev)
{
	struct plain *me = ev->heap;

	on_start(ev);
	assert_history(me->wheel, "");
	poe_readline_add_history(me->wheel, "one");
	poe_readline_add_history(me->wheel, "two");
	poe_readline_add_history(me->wheel, "three");
	assert_int_equal(poe_readline_write_history(me->wheel, me->file), 0);
	assert_int_equal(poe_readline_read_history(me->wheel, me->file, 1, 1), 0);
	assert_history(me->wheel, "one two three two ");
	assert_int_equal(poe_readline_truncate_history(me->file, 2), 0);
	assert_int_equal(poe_readline_read_history(me->wheel, me->file, 0, -1), 0);
	assert_history(me->wheel, "one two three two two three ");
	assert_int_equal(poe_readline_truncate_history(me->file, 0), 0);
	assert_int_equal(poe_readline_read_history(me->wheel, me->file, 0, -1), 0);
	assert_history(me->wheel, "one two three two two three ");
	assert_int_equal(poe_readline_read_history(me->wheel, "/nowhere/at/all", 0, -1), -1);
	assert_int_equal(errno, ENOENT);
	poe_readline_free(me->wheel);
}

static const struct poe_state history_states[] = { { "_start", use_history }, { "input(ssi)", on_input }, { 0 } };

static void history_goes_to_a_file_and_comes_back(void **state)
{
	struct plain *p = *state;

	poe_session_create(p->kernel, &(struct poe_session_plan){ .states = history_states, .heap = p });
	assert_int_equal(poe_run(p->kernel), 0);
}

static void history_is_in_the_home_folder_unless_named(void **state)
{
	struct stat found;
	char folder[] = "/tmp/libpoe-home-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("HOME", folder, 1);
	snprintf(path, sizeof path, "%s/.history", folder);
	fclose(fopen(path, "w"));
	assert_int_equal(truncate(path, 10), 0);
	assert_int_equal(poe_readline_truncate_history(NULL, 0), 0);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_size, 0);
	unlink(path);
	rmdir(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_of_a_pipe_are_input_events),
		TEST(a_wheel_that_is_not_asked_keeps_nothing),
		TEST(the_end_comes_after_a_line_without_a_newline_and_again_when_asked_again),
		TEST(a_long_line_comes_in_pieces),
		TEST(lines_are_put_as_they_are_and_no_prompt),
		TEST(a_bad_plan_makes_no_wheel),
		TEST(history_goes_to_a_file_and_comes_back),
		cmocka_unit_test(history_is_in_the_home_folder_unless_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
