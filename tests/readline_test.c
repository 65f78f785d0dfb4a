/* ReadLine at a terminal. */
#include "readline/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <cmocka.h>

/* The prompt is awaited, as a key that comes before it is echoed by the terminal itself. */
static struct console *asked_on(int columns, const char *prompt, const char *shown)
{
	struct console *c = console_new(columns);

	console_get(c, prompt);
	console_await_row(c, 0, shown);
	return c;
}

static struct console *asked(const char *prompt)
{
	return asked_on(40, prompt, prompt);
}

static void a_line_that_is_typed_is_an_input_event(void **state)
{
	struct console *c = asked("go:");

	(void)state;
	console_type(c, "hello");
	console_await_row(c, 0, "go:hello");
	console_assert_told(c, "");
	console_type(c, "\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:hello ");
	console_free(c);
}

static void a_line_can_be_edited(void **state)
{
	struct console *c = asked(">");

	(void)state;
	console_type(c, "helo\033[D");
	console_type(c, "l\001well, \005!\177?");
	console_await_row(c, 0, ">well, hello?");
	console_type(c, "\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:well, hello? ");
	console_free(c);
}

static void nothing_is_read_until_asked(void **state)
{
	struct console *c = asked(">");
	int unread;

	(void)state;
	console_type(c, "one\rtwo\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:one ");
	console_type(c, "three\r");
	console_run(c, 3);
	assert_int_equal(ioctl(c->slave, FIONREAD, &unread), 0);
	assert_int_equal(unread, 6);
	console_get(c, NULL);
	console_await_inputs(c, 2);
	console_assert_told(c, "line:two ");
	console_free(c);
}

static void get_again(struct console *c)
{
	console_get(c, NULL);
}

static void lines_pasted_at_once_come_one_by_one(void **state)
{
	struct console *c = asked(">");

	(void)state;
	c->hook = get_again;
	console_type(c, "1\r2\r3\r4");
	console_await_inputs(c, 3);
	console_assert_told(c, "line:1 line:2 line:3 ");
	console_await_row(c, 3, ">4");
	console_free(c);
}

static void expect_exception(const char *keys, const char *told)
{
	struct console *c = asked(">");

	console_type(c, keys);
	console_await_inputs(c, 1);
	console_assert_told(c, told);
	console_get(c, "again>");
	console_await_row(c, 1, "again>");
	console_type(c, "ok\r");
	console_await_inputs(c, 2);
	console_assert_told(c, "line:ok ");
	console_free(c);
}

static void control_c_is_an_interrupt(void **state)
{
	(void)state;
	expect_exception("some text\003", "interrupt: ");
	expect_exception("\003", "interrupt: ");
}

static void control_g_is_a_cancel(void **state)
{
	(void)state;
	expect_exception("some text\007", "cancel: ");
}

static void control_d_in_an_empty_line_is_the_end(void **state)
{
	struct console *c = asked(">");

	(void)state;
	console_type(c, "a\004b\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:ab ");
	console_get(c, NULL);
	console_type(c, "\004");
	console_await_inputs(c, 2);
	console_assert_told(c, "eot: ");
	console_free(c);
}

static void an_escape_sequence_may_come_octet_by_octet(void **state)
{
	static const char *const keys[] = { "b", "\033", "[", "D", "a" };
	struct console *c = asked(">");

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		console_type(c, keys[i]);
		console_run(c, 3);
	}
	console_await_row(c, 0, ">ab");
	console_free(c);
}

static void a_character_of_utf_8_may_come_octet_by_octet(void **state)
{
	struct console *c = asked("\xc3\xa4>");

	(void)state;
	console_type(c, "\xe2");
	console_type(c, "x"); /* what was begun was none */
	console_await_row(c, 0, "\xc3\xa4>x");
	console_type(c, "\xe2\x82");
	console_run(c, 3);
	console_type(c, "\xac\xe6\x97\xa5!\033[D\033[D?\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:x\xe2\x82\xac?\xe6\x97\xa5! ");
	console_await_row(c, 0, "\xc3\xa4>x\xe2\x82\xac?\xe6\x97\xa5!");
	console_free(c);
}

static void the_arrow_keys_go_through_the_history(void **state)
{
	struct console *c = asked(">");

	(void)state;
	assert_int_equal(poe_readline_add_history(c->wheel, "first"), 0);
	assert_int_equal(poe_readline_add_history(c->wheel, "second"), 0);
	console_type(c, "\033[A");
	console_await_row(c, 0, ">second");
	console_type(c, "\033[A");
	console_await_row(c, 0, ">first");
	console_type(c, "\033[B");
	console_await_row(c, 0, ">second");
	console_type(c, "\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:second ");
	console_free(c);
}

static void the_history_can_be_searched_key_by_key(void **state)
{
	struct console *c = asked(">");

	(void)state;
	poe_readline_add_history(c->wheel, "make test");
	poe_readline_add_history(c->wheel, "ls");
	console_type(c, "\022");
	console_await_row(c, 1, "bck:");
	console_type(c, "te");
	console_await_row(c, 0, ">make test");
	console_put(c, "meanwhile");
	console_type(c, "\033\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:make test ");
	console_free(c);
}

static void what_is_put_stands_above_the_line(void **state)
{
	struct console *c = asked("prompt>");

	(void)state;
	console_type(c, "text\033[D\033[D");
	console_await_row(c, 0, "prompt>text");
	console_put(c, "news");
	console_await_row(c, 1, "prompt>text");
	assert_string_equal(screen_row(&c->screen, 0), "news");
	console_type(c, "--");
	console_await_row(c, 1, "prompt>te--xt");
	console_type(c, "\r");
	console_await_inputs(c, 1);
	console_put(c, "after");
	console_await_row(c, 2, "after");
	console_assert_told(c, "line:te--xt ");
	console_free(c);
}

static void a_line_of_several_rows_is_wiped_and_drawn_again(void **state)
{
	struct console *c = asked_on(20, "12345>", "12345>");

	(void)state;
	console_type(c, "abcdefghijklmnopqrstuvwxyz0123456789");
	console_await_row(c, 2, "89");
	poe_readline_put(c->wheel, poe_str("one"), poe_str("two"));
	console_await_row(c, 4, "89");
	assert_string_equal(screen_row(&c->screen, 0), "one");
	assert_string_equal(screen_row(&c->screen, 1), "two");
	assert_string_equal(screen_row(&c->screen, 2), "12345>abcdefghijklmn");
	assert_string_equal(screen_row(&c->screen, 3), "opqrstuvwxyz01234567");
	console_free(c);
}

static void a_full_row_is_wiped_and_drawn_again(void **state)
{
	struct console *c = asked_on(20, "12345>", "12345>");

	(void)state;
	console_type(c, "abcdefghijklmn");
	console_await_row(c, 0, "12345>abcdefghijklmn");
	console_put(c, "news");
	console_await_row(c, 1, "12345>abcdefghijklmn");
	assert_string_equal(screen_row(&c->screen, 0), "news");
	console_type(c, "o");
	console_await_row(c, 2, "o");
	console_free(c);
}

static void a_prompt_can_be_changed_while_a_line_is_typed(void **state)
{
	struct console *c = asked("one>");

	(void)state;
	console_type(c, "text");
	console_await_row(c, 0, "one>text");
	console_get(c, "two>>");
	console_await_row(c, 0, "two>>text");
	console_free(c);
}

static void colours_in_a_prompt_take_no_room(void **state)
{
	struct console *c = asked_on(20, "\1\033[1m\1>\1\033[0m\1", ">");

	(void)state;
	console_put(c, "news");
	console_type(c, "abcdefghijklmnopqr");
	console_await_row(c, 1, ">abcdefghijklmnopqr");
	console_put(c, "more");
	console_await_row(c, 2, ">abcdefghijklmnopqr");
	assert_string_equal(screen_row(&c->screen, 0), "news");
	console_free(c);
}

static void a_key_can_be_bound(void **state)
{
	struct console *c = asked(">");

	(void)state;
	assert_int_equal(poe_readline_bind_key(c->wheel, "^X", "ed-delete-prev-word"), 0);
	assert_int_equal(poe_readline_bind_key(c->wheel, "^X", "no-such-command"), -1);
	console_type(c, "one two\030");
	console_await_row(c, 0, ">one");
	console_free(c);
}

static void clear_leaves_the_line_at_the_top(void **state)
{
	struct console *c = asked(">");

	(void)state;
	console_put(c, "news");
	console_type(c, "text");
	console_await_row(c, 1, ">text");
	poe_readline_clear(c->wheel);
	console_await_row(c, 0, ">text");
	assert_string_equal(screen_row(&c->screen, 1), "");
	console_free(c);
}

static void another_size_is_noticed(void **state)
{
	struct winsize size = { .ws_row = 10, .ws_col = 10 };
	struct console *c = asked(">");
	int columns, rows;

	(void)state;
	assert_int_equal(poe_readline_terminal_size(c->wheel, &columns, &rows), 0);
	assert_int_equal(columns, 40);
	assert_int_equal(rows, 24);
	console_type(c, "abcdef");
	console_await_row(c, 0, ">abcdef");
	assert_int_equal(ioctl(c->slave, TIOCSWINSZ, &size), 0);
	c->screen.columns = 10;
	poe_readline_resize(c->wheel);
	console_type(c, "ghijklm\001X");
	console_await_row(c, 1, "ijklm");
	assert_string_equal(screen_row(&c->screen, 0), ">Xabcdefgh");
	console_free(c);
}

static void a_wheel_may_be_freed_in_its_event(void **state)
{
	struct console *c = asked(">");

	(void)state;
	c->hook = console_free_wheel;
	console_type(c, "one\rtwo\r");
	console_await_inputs(c, 1);
	console_assert_told(c, "line:one ");
	console_free(c);
}

static void the_terminal_is_set_back_in_the_middle_of_a_line(void **state)
{
	struct console *c = asked(">");

	(void)state;
	console_type(c, "half a li\033");
	console_await_row(c, 0, ">half a li");
	console_free(c);
}

static void a_terminal_that_hangs_up_is_the_end(void **state)
{
	struct console *c = asked(">");
	int other = posix_openpt(2), master = c->master;

	(void)state;
	console_type(c, "half");
	console_await_row(c, 0, ">half");
	c->master = other;
	close(master);
	for (int i = 0; c->count == 0 && i < 1000; i++)
		poe_run_one_timeslice(c->kernel);
	console_assert_told(c, "eot: ");
	console_do(c, console_free_wheel);
	poe_kernel_stop(c->kernel);
	poe_kernel_free(c->kernel);
	close(c->slave);
	close(other);
	free(c);
}

static void stop_kernel(struct console *c)
{
	c->wheel = NULL;
	poe_kernel_stop(c->kernel);
}

static void the_kernel_may_be_stopped_in_its_event(void **state)
{
	struct console *c = asked(">");

	(void)state;
	c->hook = stop_kernel;
	console_type(c, "one\rtwo\r");
	assert_int_equal(poe_run(c->kernel), 0);
	console_assert_told(c, "line:one ");
	poe_kernel_free(c->kernel);
	close(c->slave);
	close(c->master);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_is_typed_is_an_input_event),
		cmocka_unit_test(a_line_can_be_edited),
		cmocka_unit_test(nothing_is_read_until_asked),
		cmocka_unit_test(lines_pasted_at_once_come_one_by_one),
		cmocka_unit_test(control_c_is_an_interrupt),
		cmocka_unit_test(control_g_is_a_cancel),
		cmocka_unit_test(control_d_in_an_empty_line_is_the_end),
		cmocka_unit_test(an_escape_sequence_may_come_octet_by_octet),
		cmocka_unit_test(a_character_of_utf_8_may_come_octet_by_octet),
		cmocka_unit_test(the_arrow_keys_go_through_the_history),
		cmocka_unit_test(the_history_can_be_searched_key_by_key),
		cmocka_unit_test(what_is_put_stands_above_the_line),
		cmocka_unit_test(a_line_of_several_rows_is_wiped_and_drawn_again),
		cmocka_unit_test(a_full_row_is_wiped_and_drawn_again),
		cmocka_unit_test(a_prompt_can_be_changed_while_a_line_is_typed),
		cmocka_unit_test(colours_in_a_prompt_take_no_room),
		cmocka_unit_test(a_key_can_be_bound),
		cmocka_unit_test(clear_leaves_the_line_at_the_top),
		cmocka_unit_test(another_size_is_noticed),
		cmocka_unit_test(a_wheel_may_be_freed_in_its_event),
		cmocka_unit_test(the_terminal_is_set_back_in_the_middle_of_a_line),
		cmocka_unit_test(a_terminal_that_hangs_up_is_the_end),
		cmocka_unit_test(the_kernel_may_be_stopped_in_its_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
