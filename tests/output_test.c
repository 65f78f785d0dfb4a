#include "output.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MUCH = 300 * 1000 };

/* A driver that takes at most `step` octets a write, and `room` in all. */
struct mouth {
	struct poe_driver driver;
	size_t step, room;
	int error_num; /* when there is no room */
	char *eaten;
	size_t length;
	int writes;
};

static ssize_t mouth_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct mouth *m = (struct mouth *)d;
	size_t left = m->room < m->step ? m->room : m->step, before = m->length;

	m->writes++;
	if (m->room == 0) {
		errno = m->error_num;
		return -1;
	}
	for (int i = 0; i < count && left > 0; i++) {
		size_t n = parts[i].iov_len < left ? parts[i].iov_len : left;

		assert_true(parts[i].iov_len > 0);
		memcpy(m->eaten + m->length, parts[i].iov_base, n);
		m->length += n;
		left -= n;
	}
	m->room -= m->length - before;
	return (ssize_t)(m->length - before);
}

static const struct poe_driver_ops mouth_ops = { .name = "mouth", .write = mouth_write };

static struct mouth *mouth_new(size_t step, size_t room)
{
	struct mouth *m = calloc(1, sizeof *m);

	*m = (struct mouth){ .driver = { &mouth_ops }, .step = step, .room = room, .error_num = EAGAIN };
	m->eaten = malloc(MUCH);
	return m;
}

static void mouth_free(struct mouth *m)
{
	free(m->eaten);
	free(m);
}

/* Octets of which each place can be told from its neighbours. */
static void fill(char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		octets[i] = (char)(i * 31 + i / 251);
}

static void octets_go_out_in_order_whatever_their_pieces(void **state)
{
	static char all[MUCH];
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(1777, SIZE_MAX);
	size_t done = 0;

	(void)state;
	fill(all, sizeof all);
	for (size_t piece = 1; done < sizeof all; piece = piece * 3 % 20011 + 1) {
		size_t n = piece < sizeof all - done ? piece : sizeof all - done;

		assert_int_equal(poe_output_add(out, all + done, n), 0);
		done += n;
	}
	assert_int_equal(poe_output_length(out), sizeof all);
	assert_int_equal(poe_output_flush(out, &m->driver), 0);
	assert_int_equal(poe_output_length(out), 0);
	assert_memory_equal(m->eaten, all, sizeof all);
	mouth_free(m);
	poe_output_free(out);
}

static void flush_keeps_what_there_is_no_room_for(void **state)
{
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(SIZE_MAX, 4);

	(void)state;
	poe_output_add(out, "hello world", 11);
	assert_int_equal(poe_output_flush(out, &m->driver), 0);
	assert_int_equal(poe_output_length(out), 7);
	m->room = 100;
	poe_output_add(out, "!", 1);
	assert_int_equal(poe_output_flush(out, &m->driver), 0);
	assert_memory_equal(m->eaten, "hello world!", 12);
	mouth_free(m);
	poe_output_free(out);
}

static void a_failing_write_is_reported_and_keeps_the_rest(void **state)
{
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(SIZE_MAX, 4);

	(void)state;
	m->error_num = EPIPE;
	poe_output_add(out, "hello", 5);
	assert_int_equal(poe_output_flush(out, &m->driver), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(poe_output_length(out), 1);
	mouth_free(m);
	poe_output_free(out);
}

static void many_pieces_take_few_writes(void **state)
{
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(SIZE_MAX, SIZE_MAX);

	(void)state;
	for (int i = 0; i < 10000; i++)
		poe_output_add(out, "0123456789", 10);
	assert_int_equal(poe_output_flush(out, &m->driver), 0);
	assert_true(m->writes <= 1);
	mouth_free(m);
	poe_output_free(out);
}

static void flush_of_nothing_writes_nothing(void **state)
{
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(1, 1);

	(void)state;
	assert_int_equal(poe_output_add(out, "", 0), 0);
	assert_int_equal(poe_output_flush(out, &m->driver), 0);
	assert_int_equal(m->writes, 0);
	mouth_free(m);
	poe_output_free(out);
}

static void cut_takes_back_what_was_added_last(void **state)
{
	static char all[MUCH];
	struct mouth *m = mouth_new(SIZE_MAX, SIZE_MAX);

	(void)state;
	fill(all, sizeof all);
	for (size_t kept = 0; kept < 40000; kept += 499) {
		struct poe_output *out = poe_output_new();

		m->length = 0;
		for (size_t done = 0; done < 40000; done += 2000)
			poe_output_add(out, all + done, 2000);
		output_cut(out, kept);
		assert_int_equal(poe_output_length(out), kept);
		poe_output_add(out, "tail", 4);
		assert_int_equal(poe_output_flush(out, &m->driver), 0);
		assert_int_equal(m->length, kept + 4);
		assert_memory_equal(m->eaten, all, kept);
		assert_memory_equal(m->eaten + kept, "tail", 4);
		poe_output_free(out);
	}
	mouth_free(m);
}

static void cut_after_a_half_written_chunk_is_exact(void **state)
{
	struct poe_output *out = poe_output_new();
	struct mouth *m = mouth_new(SIZE_MAX, 3);

	(void)state;
	poe_output_add(out, "hello", 5);
	poe_output_flush(out, &m->driver);
	poe_output_add(out, "world", 5);
	output_cut(out, 2);
	m->room = 100;
	poe_output_flush(out, &m->driver);
	assert_int_equal(m->length, 5);
	assert_memory_equal(m->eaten, "hello", 5);
	mouth_free(m);
	poe_output_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_go_out_in_order_whatever_their_pieces),
		cmocka_unit_test(flush_keeps_what_there_is_no_room_for),
		cmocka_unit_test(a_failing_write_is_reported_and_keeps_the_rest),
		cmocka_unit_test(many_pieces_take_few_writes),
		cmocka_unit_test(flush_of_nothing_writes_nothing),
		cmocka_unit_test(cut_takes_back_what_was_added_last),
		cmocka_unit_test(cut_after_a_half_written_chunk_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
