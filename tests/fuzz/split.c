#include "split.h"
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct split_run {
	const struct split_case *c;
	const uint8_t *choice;
	struct input input;
	FILE *to;
	size_t records;
	int failed;
};

static void must(int good)
{
	if (!good)
		abort();
}

static void write_value(struct split_run *run, const struct poe_value *value);

static void write_object(struct split_run *run, struct poe_object *object)
{
	const struct poe_array *array = (const struct poe_array *)object;

	if (run->c->write_object != NULL) {
		run->c->write_object(run->to, object);
		return;
	}
	must(object->type == &poe_array_type);
	fprintf(run->to, "array of %zu\n", array->count);
	for (size_t i = 0; i < array->count; i++)
		write_value(run, &array->values[i]);
}

static void write_octets(struct split_run *run, const struct poe_value *value)
{
	if (!run->c->joined)
		fprintf(run->to, "%u: ", value->length);
	fwrite(value->as.s, 1, value->length, run->to);
	if (!run->c->joined)
		fputc('\n', run->to);
	must(value->kind == POE_BYTES || value->as.s[value->length] == '\0');
}

static void write_value(struct split_run *run, const struct poe_value *value)
{
	if (value->kind == POE_OBJ)
		write_object(run, value->as.o);
	else if (value->kind == POE_STR || value->kind == POE_BYTES)
		write_octets(run, value);
	else if (value->kind == POE_DOUBLE)
		fprintf(run->to, "double %a\n", value->as.d);
	else
		fprintf(run->to, "kind %u: %lld\n", value->kind, (long long)value->as.i);
}

/* As a handler does that gets the record, and sets another filter. */
static void handle(struct split_run *run, struct poe_value *record)
{
	struct poe_filter *second, *first = run->input.filter;

	if (run->c->make_second != NULL && run->records++ == run->c->switch_after) {
		second = run->c->make_second(run->choice);
		must(second != NULL && input_switch(&run->input, second) == 0);
		input_drop_filter(&run->input, first);
	}
	write_value(run, record);
	if (record->kind == POE_OBJ)
		poe_value_release(record);
}

static void frame(struct split_run *run)
{
	struct poe_value record;
	int got = 1;

	while (got > 0 && input_may_frame(&run->input)) {
		got = input_next(&run->input, &record);
		if (got > 0) {
			handle(run, &record);
			input_returned(&run->input);
		}
	}
	if (got < 0)
		fprintf(run->to, "error %d\n", errno);
	run->failed = got < 0;
}

/* A read, in memory of its exact size, so that a step beyond it is seen. */
static void feed(struct split_run *run, const uint8_t *octets, size_t length)
{
	char *read = malloc(length);

	must(read != NULL);
	memcpy(read, octets, length);
	must(input_add(&run->input, read, length) == 0);
	frame(run);
	must(input_keep(&run->input) == 0);
	input_trim(&run->input);
	free(read);
}

/* Lengths that the input itself tells, so that the fuzzer can find the one that matters. */
static size_t piece(const uint8_t *data, size_t size, size_t at, size_t most)
{
	size_t length = most == 0 ? 1 + (data[(at * 7 + 3) % size] & 15) : most;

	return length < size - at ? length : size - at;
}

struct text {
	char *octets;
	size_t length;
};

/* The text of all that comes out; most: octets a read, 0 for lengths that differ. */
static struct text text_of(const struct split_case *c, const uint8_t *data, size_t size, size_t most)
{
	struct split_run run = { .c = c, .choice = data };
	struct text text;
	size_t n;

	run.to = open_memstream(&text.octets, &text.length);
	run.input.filter = c->make(data);
	run.input.max = (size_t)512 << 20;
	must(run.to != NULL && run.input.filter != NULL);
	for (size_t at = c->choices; at < size && !run.failed; at += n) {
		n = piece(data, size, at, most);
		feed(&run, data + at, n);
	}
	if (!run.failed)
		fprintf(run.to, "left: %zu\n", run.input.length);
	input_free(&run.input);
	must(fclose(run.to) == 0);
	return text;
}

static void compare(struct text whole, struct text other, size_t most)
{
	if (whole.length == other.length && memcmp(whole.octets, other.octets, whole.length) == 0)
		return;
	fprintf(stderr, "at once:\n%s\nin pieces of %zu:\n%s\n", whole.octets, most, other.octets);
	abort();
}

void split_check(const struct split_case *c, const uint8_t *data, size_t size)
{
	struct text whole, other;

	if (size <= c->choices)
		return;
	whole = text_of(c, data, size, size);
	for (size_t most = 0; most < 3; most++) {
		other = text_of(c, data, size, most);
		compare(whole, other, most);
		free(other.octets);
	}
	free(whole.octets);
}
