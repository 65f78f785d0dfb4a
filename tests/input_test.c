#include "input.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct input *input_with(struct poe_filter *f, size_t max)
{
	struct input *in = calloc(1, sizeof *in);

	assert_non_null(f);
	in->filter = f;
	in->max = max;
	return in;
}

static void end(struct input *in)
{
	input_free(in);
	free(in);
}

/* A read, in memory that is gone afterwards. */
static void add(struct input *in, const char *text)
{
	char *read = strdup(text);

	assert_int_equal(input_add(in, read, strlen(text)), 0);
	assert_int_equal(input_keep(in), 0);
	free(read);
}

static void assert_next(struct input *in, const char *expected)
{
	struct poe_value record;

	assert_int_equal(input_next(in, &record), 1);
	assert_int_equal(record.length, strlen(expected));
	assert_memory_equal(record.as.s, expected, record.length);
	input_returned(in);
}

static void assert_next_is(struct input *in, int result)
{
	struct poe_value record;

	assert_int_equal(input_next(in, &record), result);
}

static void switch_to(struct input *in, struct poe_filter *f)
{
	struct poe_filter *old = in->filter;

	assert_int_equal(input_switch(in, f), 0);
	input_drop_filter(in, old);
}

static void a_read_is_framed_where_it_lies(void **state)
{
	struct input *in = input_with(poe_filter_line(NULL), 100);
	struct poe_value record;
	char read[] = "one\ntwo\nth";

	(void)state;
	assert_int_equal(input_add(in, read, 10), 0);
	assert_int_equal(input_next(in, &record), 1);
	assert_ptr_equal(record.as.s, read);
	input_returned(in);
	assert_next(in, "two");
	assert_null(in->buffer);
	assert_int_equal(input_keep(in), 0);
	memset(read, 0, sizeof read);
	add(in, "ree\n");
	assert_next(in, "three");
	input_trim(in);
	assert_null(in->buffer);
	end(in);
}

static void more_than_max_unframed_is_emsgsize(void **state)
{
	struct input *in = input_with(poe_filter_line(NULL), 4);

	(void)state;
	add(in, "1\n2\n3\n1234");
	assert_next(in, "1");
	assert_next(in, "2");
	assert_next(in, "3");
	assert_next_is(in, 0);
	add(in, "5");
	assert_next_is(in, -1);
	assert_int_equal(errno, EMSGSIZE);
	end(in);
}

static void it_may_frame_until_the_filter_needs_more(void **state)
{
	struct input *in = input_with(poe_filter_line(NULL), 100);

	(void)state;
	assert_false(input_may_frame(in));
	add(in, "one\ntw");
	assert_true(input_may_frame(in));
	assert_next(in, "one");
	assert_true(input_may_frame(in));
	assert_next_is(in, 0);
	assert_false(input_may_frame(in));
	input_look_again(in);
	assert_true(input_may_frame(in));
	add(in, "o\n");
	assert_next(in, "two");
	assert_false(input_may_frame(in));
	end(in);
}

/* Takes all octets, and gives the first two for a record, where they lie; it holds the rest. */
struct holder {
	struct poe_filter filter;
	struct poe_value held;
};

static int hold(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct holder *h = (struct holder *)f;

	if (length < 2)
		return 0;
	frame->record = poe_bytes(data, 2);
	frame->consumed = length;
	poe_value_release(&h->held);
	h->held = poe_bytes(data + 2, length - 2);
	return poe_value_keep(&h->held) == 0 ? 1 : -1;
}

static int hand_on(struct poe_filter *f, struct poe_sink *to)
{
	struct holder *h = (struct holder *)f;

	return h->held.kind != POE_NONE ? to->add(to, &h->held) : 0;
}

static void free_holder(struct poe_filter *f)
{
	poe_value_release(&((struct holder *)f)->held);
	free(f);
}

static struct poe_filter *holder_of(const char *text)
{
	static const struct poe_filter_ops ops = {
		.name = "holder", .get_one = hold, .pending = hand_on, .free = free_holder };
	struct holder *h = calloc(1, sizeof *h);

	h->filter.ops = &ops;
	h->held = poe_str(text);
	assert_int_equal(poe_value_keep(&h->held), 0);
	return &h->filter;
}

static struct poe_filter *holder(void)
{
	return holder_of("");
}

static void a_record_stays_while_the_buffer_under_it_is_replaced_again_and_again(void **state)
{
	struct input *in = input_with(holder(), 100);
	struct poe_value record;

	(void)state;
	add(in, "12three\nfour");
	assert_int_equal(input_next(in, &record), 1);
	for (int i = 0; i < 3; i++) {
		switch_to(in, holder_of("x"));
		switch_to(in, poe_filter_line(NULL));
	}
	assert_memory_equal(record.as.s, "12", 2);
	input_returned(in);
	assert_null(in->spare);
	add(in, "\n");
	assert_next(in, "xxxthree");
	assert_next(in, "four");
	end(in);
}

static void what_a_filter_held_comes_before_what_was_read_since(void **state)
{
	struct input *in = input_with(holder(), 100);

	(void)state;
	add(in, "12a");
	assert_next(in, "12");
	add(in, "b");
	switch_to(in, poe_filter_stream());
	add(in, "c");
	assert_next(in, "abc");
	end(in);
}

static void setting_the_same_filter_again_changes_nothing(void **state)
{
	struct input *in = input_with(holder(), 100);

	(void)state;
	add(in, "12a");
	assert_next(in, "12");
	assert_int_equal(input_switch(in, in->filter), 0);
	assert_int_equal(in->length, 0);
	end(in);
}

static void what_is_no_octets_cannot_be_handed_on_and_the_rest_stays(void **state)
{
	struct input *in = input_with(holder(), 100);
	struct poe_filter *old = in->filter;

	(void)state;
	add(in, "12");
	assert_next(in, "12");
	poe_value_release(&((struct holder *)old)->held);
	((struct holder *)old)->held = poe_int(1);
	add(in, "x");
	assert_int_equal(input_switch(in, poe_filter_stream()), -1);
	assert_int_equal(errno, EINVAL);
	input_drop_filter(in, old);
	assert_next(in, "x");
	end(in);
}

/* Takes two octets in, and fails. */
static int fail_later(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	(void)f;
	(void)data;
	frame->consumed = length < 2 ? length : 2;
	errno = EPROTO;
	return -1;
}

static void what_a_filter_took_in_before_it_failed_is_not_there_for_the_next_one(void **state)
{
	static const struct poe_filter_ops ops = { .name = "failing", .get_one = fail_later, .free = free_holder };
	struct input *in = input_with(holder(), 100);

	(void)state;
	in->filter->ops = &ops;
	add(in, "12three\n");
	assert_next_is(in, -1);
	switch_to(in, poe_filter_line(NULL));
	assert_next(in, "three");
	end(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_is_framed_where_it_lies),
		cmocka_unit_test(more_than_max_unframed_is_emsgsize),
		cmocka_unit_test(it_may_frame_until_the_filter_needs_more),
		cmocka_unit_test(a_record_stays_while_the_buffer_under_it_is_replaced_again_and_again),
		cmocka_unit_test(what_a_filter_held_comes_before_what_was_read_since),
		cmocka_unit_test(setting_the_same_filter_again_changes_nothing),
		cmocka_unit_test(what_is_no_octets_cannot_be_handed_on_and_the_rest_stays),
		cmocka_unit_test(what_a_filter_took_in_before_it_failed_is_not_there_for_the_next_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
