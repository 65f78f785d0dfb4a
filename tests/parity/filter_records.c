/* Filters of records: Map, Grep, RecordBlock, and stacks of them. */
#include "framing.h"

#include <ctype.h>

static struct poe_filter *line(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });
}

/* The octets wait in the scenario's memory until the next record. */
static int change(char text[64], const struct poe_value *record, struct poe_value *out, int (*change_one)(int))
{
	size_t length = record->length < 64 ? record->length : 64;

	for (size_t i = 0; i < length; i++)
		text[i] = (char)change_one((unsigned char)record->as.s[i]);
	*out = poe_bytes(text, length);
	return 1;
}

static int up(void *arg, const struct poe_value *record, struct poe_value *out)
{
	return change(arg, record, out, toupper);
}

static int down(void *arg, const struct poe_value *record, struct poe_value *out)
{
	return change(arg, record, out, tolower);
}

static int vowel(void *arg, const struct poe_value *record)
{
	(void)arg;
	return record->length > 0 && strchr("aeiouAEIOU", record->as.s[0]) != NULL;
}

static int no_vowel(void *arg, const struct poe_value *record)
{
	return !vowel(arg, record);
}

static int up_vowels(void *arg, const struct poe_value *record, struct poe_value *out)
{
	return vowel(arg, record) ? up(arg, record, out) : 0;
}

static struct poe_filter *upper(char text[64])
{
	return poe_filter_map(&(struct poe_filter_map_plan){ .get = up, .put = down, .arg = text });
}

static struct poe_filter *vowels(void)
{
	return poe_filter_grep(&(struct poe_filter_grep_plan){ .get = vowel, .put = vowel });
}

static struct poe_filter *pairs(int check_put)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2, .check_put = check_put });
}

/* Frames with a stack of one, or of two. */
static void stack(struct framing *f, struct poe_filter *lowest, struct poe_filter *next)
{
	framing_start(f, poe_filter_stackable((struct poe_filter *[]){ lowest, next }, next != NULL ? 2 : 1));
}

static struct poe_value two(const char *one, const char *other)
{
	struct poe_value values[] = { poe_str(one), poe_str(other) };

	return poe_obj(&poe_array_new(values, 2)->object);
}

/* Puts arrays, which stay the caller's. */
static void out_arrays(struct framing *f, struct poe_value one, struct poe_value other)
{
	framing_out(f, one, other);
	poe_array_free((struct poe_array *)one.as.o);
	if (other.kind == POE_OBJ)
		poe_array_free((struct poe_array *)other.as.o);
}

static void map_alone(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	framing_start(&f, upper(text));
	framing_feed(&f, "one");
	framing_feed(&f, "Two\n");
	framing_out(&f, poe_str("ONE"), poe_str("Two"));
	framing_end(&f);
}

static void map_over_lines(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), upper(text));
	framing_feed(&f, "one\ntwo\nth");
	framing_feed(&f, "ree\n\n");
	framing_out(&f, poe_str("ONE"), poe_str(""), poe_str("Two"));
	framing_end(&f);
}

static void map_same_both_ways(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), poe_filter_map(&(struct poe_filter_map_plan){ .get = up, .put = up, .arg = text }));
	framing_feed(&f, "one\n");
	framing_out(&f, poe_str("two"));
	framing_end(&f);
}

static void map_drops(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), poe_filter_map(&(struct poe_filter_map_plan){
		.get = up_vowels, .put = up_vowels, .arg = text }));
	framing_feed(&f, "one\ntwo\neight\n");
	framing_feed(&f, "nine\n");
	framing_feed(&f, "ten\nab\n");
	framing_out(&f, poe_str("one"), poe_str("two"), poe_str("eight"));
	framing_end(&f);
}

static void map_modified(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), upper(text));
	framing_feed(&f, "one\nhalf ");
	poe_filter_map_modify(poe_filter_stackable_at(f.filter, 1), &(struct poe_filter_map_plan){
		.get = down, .arg = text });
	framing_feed(&f, "A\nTWO\n");
	framing_out(&f, poe_str("THREE"));
	framing_end(&f);
}

static void grep_alone(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, vowels());
	framing_feed(&f, "one");
	framing_feed(&f, "two");
	framing_feed(&f, "eight");
	framing_out(&f, poe_str("one"), poe_str("two"), poe_str("eight"));
	framing_end(&f);
}

static void grep_over_lines(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), vowels());
	framing_feed(&f, "one\ntwo\neight\nthree\n");
	framing_feed(&f, "four\nu");
	framing_feed(&f, "p\n");
	framing_out(&f, poe_str("one"), poe_str("two"), poe_str("eight"));
	framing_out(&f, poe_str("two"));
	framing_end(&f);
}

static void grep_modified(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), vowels());
	framing_feed(&f, "one\ntwo\n");
	poe_filter_grep_modify(poe_filter_stackable_at(f.filter, 1), &(struct poe_filter_grep_plan){
		.get = no_vowel });
	framing_feed(&f, "one\ntwo\n");
	framing_out(&f, poe_str("one"), poe_str("two"));
	framing_end(&f);
}

static void record_block_over_lines(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(0));
	framing_feed(&f, "one\ntwo\nthree\n");
	framing_feed(&f, "four\nfive\n\nsix\n");
	out_arrays(&f, two("one", "two"), two("three", ""));
	framing_end(&f);
}

static void record_block_put_of_any_size(struct parity *p)
{
	struct poe_value one[] = { poe_str("one") }, more[] = { poe_str("two"), poe_str("three"), poe_str("four") };
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(0));
	out_arrays(&f, poe_obj(&poe_array_new(one, 1)->object), poe_obj(&poe_array_new(more, 3)->object));
	framing_end(&f);
}

static void record_block_checked(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(1));
	out_arrays(&f, two("one", "two"), poe_none());
	framing_end(&f);
}

static void record_block_checked_and_short(struct parity *p)
{
	struct poe_value one[] = { poe_str("one") };
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(1));
	out_arrays(&f, poe_obj(&poe_array_new(one, 1)->object), poe_none());
	framing_end(&f);
}

static void stack_of_four(struct parity *p)
{
	struct poe_value one[] = { poe_str("ONE") };
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), vowels());
	poe_filter_stackable_push(f.filter, upper(text));
	poe_filter_stackable_push(f.filter, pairs(0));
	framing_feed(&f, "one\ntwo\neight\nup\nfour\n");
	framing_feed(&f, "a\n");
	out_arrays(&f, two("A", "B"), poe_obj(&poe_array_new(one, 1)->object));
	framing_end(&f);
}

static void stack_in_a_stack(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, poe_filter_stackable((struct poe_filter *[]){ line(), upper(text) }, 2), vowels());
	framing_feed(&f, "one\ntwo\neig");
	framing_feed(&f, "ht\n");
	framing_out(&f, poe_str("One"), poe_str("two"));
	framing_end(&f);
}

static void stack_clone(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(0));
	framing_feed(&f, "one\ntwo\nthree\nfo");
	framing_clone(&f);
	framing_feed(&f, "ur\nfive\n");
	framing_end(&f);
}

static void stack_pushed_and_popped(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, line(), NULL);
	framing_feed(&f, "one\n");
	poe_filter_stackable_push(f.filter, upper(text));
	framing_feed(&f, "two\n");
	poe_filter_stackable_pop(f.filter);
	framing_feed(&f, "three\n");
	parity_note("filters: %zu", poe_filter_stackable_count(f.filter));
	framing_end(&f);
}

static void stack_unshifted_and_shifted(struct parity *p)
{
	struct framing f;
	char text[64];

	(void)p;
	stack(&f, upper(text), NULL);
	framing_feed(&f, "one\n");
	poe_filter_stackable_unshift(f.filter, line());
	framing_feed(&f, "two\nthree\n");
	poe_filter_stackable_shift(f.filter);
	framing_feed(&f, "four\nfive");
	framing_end(&f);
}

static void stack_popped_with_records(struct parity *p)
{
	struct framing f;

	(void)p;
	stack(&f, line(), pairs(0));
	framing_feed(&f, "one\ntwo\nthree\n");
	poe_filter_stackable_pop(f.filter);
	framing_feed(&f, "four\n");
	framing_end(&f);
}

static void stack_replaced_with_pending(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		peer_pair(p);
		p->wheel[0] = poe_readwrite_new(p->kernel, p->pipe[0], &(struct poe_readwrite_plan){
			.input_event = "input",
			.filter = poe_filter_stackable((struct poe_filter *[]){ line(), upper(p->octets) }, 2) });
		peer_say(p->pipe[1], "one\nha");
	} else if (parity_on(ev, "A input") && p->count++ == 0) {
		poe_readwrite_set_filter(p->wheel[0], line());
		peer_say(p->pipe[1], "lf\n");
	} else if (parity_on(ev, "A input")) {
		poe_readwrite_free(p->wheel[0]);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "map_alone", "", NULL, map_alone },
	{ "map_over_lines", "", NULL, map_over_lines },
	{ "map_same_both_ways", "", NULL, map_same_both_ways },
	{ "map_drops", "", NULL, map_drops },
	{ "map_modified", "", NULL, map_modified },
	{ "grep_alone", "", NULL, grep_alone },
	{ "grep_over_lines", "", NULL, grep_over_lines },
	{ "grep_modified", "", NULL, grep_modified },
	{ "record_block_over_lines", "", NULL, record_block_over_lines },
	{ "record_block_put_of_any_size", "", NULL, record_block_put_of_any_size },
	{ "record_block_checked", "", NULL, record_block_checked },
	{ "record_block_checked_and_short", "", NULL, record_block_checked_and_short },
	{ "stack_of_four", "", NULL, stack_of_four },
	{ "stack_in_a_stack", "", NULL, stack_in_a_stack },
	{ "stack_clone", "", NULL, stack_clone },
	{ "stack_pushed_and_popped", "", NULL, stack_pushed_and_popped },
	{ "stack_unshifted_and_shifted", "", NULL, stack_unshifted_and_shifted },
	{ "stack_popped_with_records", "", NULL, stack_popped_with_records },
	{ "stack_replaced_with_pending", "A: _start input/.x _stop", stack_replaced_with_pending, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
