/* Filters switched in a wheel, from within its input handler, at every split of the input. */
#include "framing.h"
#include "switching.h"

#include <poe/driver.h>
#include <poe/httpd.h>
#include <poe/reference.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct poe_filter *references(void)
{
	return poe_filter_reference(NULL);
}

static struct poe_filter *requests(void)
{
	return poe_filter_httpd(NULL);
}

enum form { RECORDS, PAIRS, READS };

/* READS: borders are those of reads; the records of the others are three letters each, or two such in an array. */
static const struct kind {
	struct poe_filter *(*make)(void);
	enum form form;
} kinds[] = {
	{ switching_lines, RECORDS },
	{ switching_literal_lines, RECORDS },
	{ switching_detected_lines, RECORDS },
	{ switching_threes, RECORDS },
	{ switching_blocks, RECORDS },
	{ switching_lines_in_blocks, RECORDS },
	{ switching_blocks_in_lines, RECORDS },
	{ switching_nested, RECORDS },
	{ switching_pairs_of_lines, PAIRS },
	{ switching_all_at_once, PAIRS },
	{ references, PAIRS },
	{ poe_filter_stream, READS },
	{ switching_cases, READS },
	{ switching_greps, READS },
	{ switching_singles, READS },
	{ switching_empty, READS },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct sink {
	struct poe_driver driver;
	char *octets;
	size_t length;
};

static ssize_t write_to_sink(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct sink *s = (struct sink *)d;
	size_t before = s->length;

	for (int i = 0; i < count; i++) {
		memcpy(s->octets + s->length, parts[i].iov_base, parts[i].iov_len);
		s->length += parts[i].iov_len;
	}
	return (ssize_t)(s->length - before);
}

static void put(struct poe_filter *f, struct poe_value record, struct poe_output *out)
{
	assert_int_equal(f->ops->put(f, &record, out), 0);
	if (record.kind == POE_OBJ)
		poe_value_release(&record);
}

/* What a filter of this kind makes of two records; returns how many octets. */
static size_t encode(const struct kind *kind, const char *a, const char *b, char *octets)
{
	static const struct poe_driver_ops ops = { .name = "sink", .write = write_to_sink };
	struct sink sink = { .driver = { &ops }, .octets = octets };
	const struct poe_value both[] = { poe_str(a), poe_str(b) };
	struct poe_output *out = poe_output_new();
	struct poe_filter *f = kind->make();

	if (kind->form == PAIRS || kind->make == switching_singles) {
		put(f, poe_obj(&poe_array_new(both, 2)->object), out);
	} else {
		put(f, both[0], out);
		put(f, both[1], out);
	}
	assert_int_equal(poe_output_flush(out, &sink.driver), 0);
	poe_output_free(out);
	poe_filter_free(f);
	return sink.length;
}

/* Borders that are the reads' own say nothing. */
static void without_borders(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++)
		if (strchr("[]() ", *from) == NULL)
			*to++ = *from;
	*to = '\0';
}

static const char *const afters[] = { [RECORDS] = "[ghi][jkl]", [PAIRS] = "[(ghi jkl)]", [READS] = "ghijkl" };

/* What comes, and what is made of it by two filters of which the second takes over after so many records. */
struct story {
	struct poe_filter *(*first)(void), *(*second)(void);
	int records;
	char octets[256];
	size_t apart, length; /* the first so many octets are a read by themselves */
	char expected[128];
	int joined;           /* borders say nothing */
};

static void assert_pieces(struct switching *s, struct story *story)
{
	if (story->joined)
		without_borders(story->expected);
	for (size_t cut = story->apart; cut <= story->length; cut++) {
		s->second = story->second;
		switching_start(s, story->first, story->records);
		switching_send(s, story->octets, story->apart);
		switching_send(s, story->octets + story->apart, cut - story->apart);
		switching_send(s, story->octets + cut, story->length - cut);
		if (story->joined)
			without_borders(s->text);
		assert_string_equal(s->text, story->expected);
	}
}

/* The first one's octets, then the second one's; of READS the first one's come by themselves. */
static void assert_switch(struct switching *s, const struct kind *first, const struct kind *second)
{
	static const char *const befores[] = { [RECORDS] = "[abc][def]", [PAIRS] = "[(abc def)]", [READS] = "abcdef" };
	struct story story = { first->make, second->make, first->form == RECORDS ? 2 : 1, .joined = 0 };
	size_t border = encode(first, "abc", "def", story.octets);

	story.length = border + encode(second, "ghi", "jkl", story.octets + border);
	story.apart = first->form == READS ? border : 0;
	story.joined = first->form == READS || second->form == READS;
	sprintf(story.expected, "%s%s", befores[first->form], afters[second->form]);
	assert_pieces(s, &story);
}

static void any_filter_gives_way_to_any_other_without_loss(void **state)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t j = 0; j < KINDS; j++)
			assert_switch(*state, &kinds[i], &kinds[j]);
}

/* Requests only come in, so there is no putting them. */
static void a_request_gives_way_to_any_filter(void **state)
{
	static const char request[] = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

	for (size_t i = 0; i < KINDS; i++) {
		struct story story = { requests, kinds[i].make, .records = 1, .joined = kinds[i].form == READS };
		size_t border = sizeof request - 1;

		memcpy(story.octets, request, border);
		story.length = border + encode(&kinds[i], "ghi", "jkl", story.octets + border);
		sprintf(story.expected, "[<poe_http_request>]%s", afters[kinds[i].form]);
		assert_pieces(*state, &story);
	}
}

/* What the first filter holds goes to a Stream, and is then as it came in; records: 0 between the reads. */
static void assert_held(struct switching *s, struct story story, const char *octets, const char *expected)
{
	memcpy(story.octets, octets, story.length);
	for (size_t cut = 0; cut <= story.length; cut++) {
		s->second = poe_filter_stream;
		switching_start(s, story.first, story.records);
		switching_send(s, story.octets, cut);
		switching_send(s, story.octets + cut, story.length - cut);
		if (story.records == 0)
			switching_act_now(s);
		without_borders(s->text);
		assert_string_equal(s->text, expected);
	}
}

#define assert_handed_on(s, first, records, octets, expected) \
	assert_held(s, (struct story){ first, NULL, records, .length = sizeof(octets) - 1 }, octets, expected)

static struct poe_filter *lines_in_threes(void)
{
	return stack_of(switching_threes(), switching_literal_lines());
}

static void what_a_stack_holds_in_the_handler_of_its_record_goes_to_the_next_filter(void **state)
{
	assert_handed_on(*state, switching_lines_in_blocks, 1, "15\0abc<>def<>ghi<>2\0jk", "abc" "100def<>ghi<>20jk");
	assert_handed_on(*state, switching_lines_in_blocks, 2, "15\0abc<>def<>ghi<>2\0jk", "abcdef" "50ghi<>20jk");
	assert_handed_on(*state, switching_nested, 1, "6\0AB\nC\nD", "ab" "30C\nD");
}

static struct poe_filter *pairs_of_references(void)
{
	return stack_of(references(), switching_pairs());
}

static void what_a_stack_holds_between_reads_goes_to_the_next_filter(void **state)
{
	assert_handed_on(*state, switching_pairs_of_lines, 0, "ab\ncd\nef\ngh", "abcd" "ef\ngh");
	assert_handed_on(*state, switching_lines_in_blocks, 0, "5\0abc<>4\0de<>2\0fg3\0h", "abcde" "20fg30h");
	assert_handed_on(*state, switching_blocks_in_lines, 0, "ABCD<>EF", "abc" "D<>EF");
	assert_handed_on(*state, switching_all_at_once, 0, "5\0ABC<>5\0DEF<>5\0GHI<>", "ABCDEF" "50GHI<>");
	assert_handed_on(*state, pairs_of_references, 0, "2\0\x81\1" "2\0\x81\2" "2\0\x81\3", "12" "20\x81\3");
	assert_handed_on(*state, switching_nested, 0, "4\0AB\nC", "ab" "10C");
}

static void octets_that_a_filter_below_refuses_are_handed_on_as_they_are(void **state)
{
	assert_handed_on(*state, lines_in_threes, 0, "abc<>def", "abc" "def");
	assert_handed_on(*state, lines_in_threes, 1, "abc<>d<>eghi", "abc" "d<>eghi");
}

static int first_of(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	*out = ((const struct poe_array *)record->as.o)->values[0];
	return 1;
}

static int after_xyz(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	*out = poe_obj(&poe_array_new((const struct poe_value[]){ poe_str("xyz"), *record }, 2)->object);
	return 1;
}

static struct poe_filter *lines_behind_xyz(void)
{
	struct poe_filter_map_plan plan = { .get = first_of, .put = after_xyz };

	return stack_of(switching_threes(), switching_singles(), poe_filter_map(&plan), switching_literal_lines());
}

static void octets_that_are_refused_half_way_are_handed_on_once(void **state)
{
	assert_handed_on(*state, lines_behind_xyz, 0, "abc<>d", "abc" "d");
}

static int length_of(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	*out = poe_int(record->length);
	return 1;
}

static struct poe_filter *pairs_of_lengths(void)
{
	struct poe_filter *lengths = poe_filter_map(&(struct poe_filter_map_plan){ .get = length_of });

	return stack_of(switching_lines(), lengths, switching_pairs());
}

static void what_cannot_be_made_octets_again_is_an_error_event(void **state)
{
	struct switching *s = *state;

	s->second = poe_filter_stream;
	switching_start(s, pairs_of_lengths, 0);
	switching_send(s, "a\nbb\nccc\n", 9);
	poe_call(s->kernel, s->session, "act");
	assert_string_equal(s->text, "[(1 2)]");
	switching_settle(s);
	assert_string_equal(s->text, "[(1 2)]!EINVAL");
	switching_act_now(s);
	assert_string_equal(s->text, "[(1 2)]!EINVAL");
}

static void pop(struct switching *s)
{
	assert_int_equal(poe_filter_stackable_pop(s->filter), 0);
	poe_readwrite_resume_input(s->wheel);
	s->act = switching_set_second;
	s->records = 2;
}

static struct poe_filter *fours_of_lengths(void)
{
	struct poe_filter *lengths = poe_filter_map(&(struct poe_filter_map_plan){ .get = length_of });
	struct poe_filter_record_block_plan plan = { .size = 4 };

	return stack_of(switching_lines(), lengths, poe_filter_record_block(&plan));
}

static void nothing_is_framed_between_a_loss_of_octets_and_the_error_event(void **state)
{
	struct switching *s = *state;

	s->second = poe_filter_stream;
	switching_start(s, fours_of_lengths, 0);
	s->act = pop;
	switching_send(s, "a\nbb\nccc\nrest", 13);
	switching_act_now(s);
	assert_string_equal(s->text, "[1][2]!EINVAL");
}

static void switch_three_times(struct switching *s)
{
	poe_readwrite_set_filter(s->wheel, switching_lines_in_blocks());
	poe_readwrite_set_input_filter(s->wheel, poe_filter_stream());
	poe_readwrite_set_filter(s->wheel, switching_lines_in_blocks());
	s->act = switching_set_second;
	s->records = 1;
}

static void a_handler_may_switch_many_times(void **state)
{
	struct switching *s = *state;

	s->second = poe_filter_stream;
	switching_start(s, switching_lines_in_blocks, 1);
	s->act = switch_three_times;
	switching_send(s, "15\0abc<>def<>ghi<>2\0jk", 22);
	assert_string_equal(s->text, "[abc][def][50ghi<>20jk]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SWITCHING_TEST(any_filter_gives_way_to_any_other_without_loss),
		SWITCHING_TEST(a_request_gives_way_to_any_filter),
		SWITCHING_TEST(what_a_stack_holds_in_the_handler_of_its_record_goes_to_the_next_filter),
		SWITCHING_TEST(what_a_stack_holds_between_reads_goes_to_the_next_filter),
		SWITCHING_TEST(octets_that_a_filter_below_refuses_are_handed_on_as_they_are),
		SWITCHING_TEST(octets_that_are_refused_half_way_are_handed_on_once),
		SWITCHING_TEST(what_cannot_be_made_octets_again_is_an_error_event),
		SWITCHING_TEST(nothing_is_framed_between_a_loss_of_octets_and_the_error_event),
		SWITCHING_TEST(a_handler_may_switch_many_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
