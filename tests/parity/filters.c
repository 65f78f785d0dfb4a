/* Filters of octets, by themselves: Line, Block, Stream. */
#include "framing.h"

static void line(struct framing *f, const char *literal, const char *input, const char *output)
{
	framing_start(f, poe_filter_line(&(struct poe_filter_line_plan){
		.literal = literal, .input_literal = input, .output_literal = output }));
}

static void line_any_newline(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(NULL));
	framing_feed(&f, "lf\nlf\ncr\rcr\rboth\r\nboth\r\nreverse\n\rhalf");
	framing_feed(&f, " a line\nand\n");
	framing_feed(&f, "the\r\nlast\r\n");
	framing_end(&f);
}

static void line_newline_in_two_reads(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(NULL));
	framing_feed(&f, "one\r");
	framing_feed(&f, "\ntwo\r\n");
	framing_end(&f);
}

static void line_empty(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(NULL));
	framing_feed(&f, "\r\n");
	framing_feed(&f, "\r\n\r\n");
	framing_feed(&f, "\n\n");
	framing_feed(&f, "x\n\n\rx\r");
	framing_end(&f);
}

static void line_literal(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, "END", NULL, NULL);
	framing_feed(&f, "oneENDtwoEN");
	framing_feed(&f, "Dthree\nENEND");
	framing_feed(&f, "E");
	framing_feed(&f, "N");
	framing_feed(&f, "DEND");
	framing_out(&f, poe_str("one"), poe_str(""), poe_str("two\n"));
	framing_end(&f);
}

static void line_input_literal(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, "\n", NULL);
	framing_feed(&f, "one\r\ntwo\n\nthree\rfour\n");
	framing_out(&f, poe_str("one"));
	framing_end(&f);
}

static void line_output_literal(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, NULL, "!");
	framing_feed(&f, "one!\ntwo!\r");
	framing_out(&f, poe_str("one"), poe_str("two"));
	framing_end(&f);
}

static void line_detects_lf(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, "", NULL);
	framing_feed(&f, "one\ntwo\r\nthree\r");
	framing_feed(&f, "four\n\rfive\n");
	framing_end(&f);
}

static void line_detects_crlf(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, "", NULL);
	framing_feed(&f, "one\r\ntwo\nthree\rfour\r\n");
	framing_end(&f);
}

static void line_detects_crlf_in_two_reads(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, "", NULL);
	framing_feed(&f, "one\r");
	framing_feed(&f, "\ntwo\nthree\r\n");
	framing_feed(&f, "four\r\n");
	framing_end(&f);
}

static void line_detects_cr(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, NULL, "", NULL);
	framing_feed(&f, "one\r");
	framing_feed(&f, "two\nthree\r");
	framing_feed(&f, "\n\r");
	framing_end(&f);
}

static void line_put(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(NULL));
	framing_out(&f, poe_str("one"), poe_str(""), poe_str("two\n"), poe_str("3"));
	framing_out(&f, poe_none());
	framing_end(&f);
}

static void line_too_long(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 5 }));
	framing_feed(&f, "12345\r\n");
	framing_feed(&f, "123456\r\n");
	framing_end(&f);
}

static void line_unfinished_and_too_long(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 5 }));
	framing_feed(&f, "123");
	framing_feed(&f, "45678");
	framing_end(&f);
}

static void line_clone(struct parity *p)
{
	struct framing f;

	(void)p;
	line(&f, "!", NULL, NULL);
	framing_feed(&f, "one!tw");
	framing_clone(&f);
	framing_feed(&f, "o!");
	framing_out(&f, poe_str("x"));
	framing_end(&f);
}

static void block(struct framing *f, size_t size, size_t max_length)
{
	framing_start(f, poe_filter_block(&(struct poe_filter_block_plan){
		.size = size, .max_length = max_length }));
}

static void block_fixed(struct parity *p)
{
	struct framing f;

	(void)p;
	block(&f, 3, 0);
	framing_feed(&f, "ab");
	framing_feed(&f, "cdefghijk");
	framing_feed(&f, "\n\n\n");
	framing_out(&f, poe_str("abc"), poe_str("def"));
	framing_end(&f);
}

static void block_length_ahead(struct parity *p)
{
	struct framing f;

	(void)p;
	block(&f, 0, 0);
	framing_feed(&f, "3\0abc0\00010\0");
	framing_feed(&f, "0123");
	framing_feed(&f, "456789");
	framing_feed(&f, "1");
	framing_feed(&f, "\0");
	framing_feed(&f, "x");
	framing_feed(&f, "2\0yy");
	framing_out(&f, poe_str("abc"), poe_str(""), poe_str("0123456789"));
	framing_end(&f);
}

static void block_too_long(struct parity *p)
{
	struct framing f;

	(void)p;
	block(&f, 0, 5);
	framing_feed(&f, "5\0abcde");
	framing_feed(&f, "6\0");
	framing_end(&f);
}

static void block_without_a_length(struct parity *p)
{
	struct framing f;

	(void)p;
	block(&f, 0, 0);
	framing_feed(&f, "abc");
	framing_feed(&f, "3\0xyz");
	framing_end(&f);
}

static void block_clone(struct parity *p)
{
	struct framing f;

	(void)p;
	block(&f, 3, 0);
	framing_feed(&f, "abcd");
	framing_clone(&f);
	framing_feed(&f, "efg");
	framing_end(&f);
}

static void stream(struct parity *p)
{
	struct framing f;

	(void)p;
	framing_start(&f, poe_filter_stream());
	framing_feed(&f, "one\n");
	framing_feed(&f, "two\0");
	framing_feed(&f, " ");
	framing_out(&f, poe_str("one"), poe_str(""), poe_str("two"));
	framing_end(&f);
}

static const struct parity_scenario scenarios[] = {
	{ "line_any_newline", "", NULL, line_any_newline },
	{ "line_newline_in_two_reads", "", NULL, line_newline_in_two_reads },
	{ "line_empty", "", NULL, line_empty },
	{ "line_literal", "", NULL, line_literal },
	{ "line_input_literal", "", NULL, line_input_literal },
	{ "line_output_literal", "", NULL, line_output_literal },
	{ "line_detects_lf", "", NULL, line_detects_lf },
	{ "line_detects_crlf", "", NULL, line_detects_crlf },
	{ "line_detects_crlf_in_two_reads", "", NULL, line_detects_crlf_in_two_reads },
	{ "line_detects_cr", "", NULL, line_detects_cr },
	{ "line_put", "", NULL, line_put },
	{ "line_too_long", "", NULL, line_too_long },
	{ "line_unfinished_and_too_long", "", NULL, line_unfinished_and_too_long },
	{ "line_clone", "", NULL, line_clone },
	{ "block_fixed", "", NULL, block_fixed },
	{ "block_length_ahead", "", NULL, block_length_ahead },
	{ "block_too_long", "", NULL, block_too_long },
	{ "block_without_a_length", "", NULL, block_without_a_length },
	{ "block_clone", "", NULL, block_clone },
	{ "stream", "", NULL, stream },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
