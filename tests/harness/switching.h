/*
 * A ReadWrite wheel whose filters are switched while it reads: its session, the
 * test on the other end of its wire, and filters to switch between.  Records are
 * written down as "[a][(b c)]".
 */
#ifndef SWITCHING_H
#define SWITCHING_H

#include <poe/kernel.h>
#include <poe/wheel.h>

struct switching {
	struct poe_kernel *kernel;
	poe_sid session;
	struct poe_readwrite *wheel;
	int peer;
	int settled;
	char text[256];
	struct poe_filter *filter; /* what `first` has made; the wheel's */
	struct poe_filter *(*first)(void), *(*second)(void);
	int records;                     /* the handler of the last one of these... */
	void (*act)(struct switching *); /* ...does this, before it looks at its record */
};

/* Before each test and after it; *state is the wheel's struct. */
int switching_setup(void **state);
int switching_teardown(void **state);

#define SWITCHING_TEST(f) cmocka_unit_test_setup_teardown(f, switching_setup, switching_teardown)

/*
 * From here on, the wheel's filter is one that `first` has made.  The handler of
 * the record so many (0: none) acts: set_second, unless the test sets another.
 */
void switching_start(struct switching *s, struct poe_filter *(*first)(void), int records);
void switching_set_second(struct switching *s);

/* Sends, and runs until nothing happens any more; does that alone; acts, outside the input handler, and settles. */
void switching_send(struct switching *s, const char *octets, size_t length);
void switching_settle(struct switching *s);
void switching_act_now(struct switching *s);

/*
 * Filters.  Lines end with LF, or "<>", or what comes first; threes are blocks of
 * three octets; cases change that of the letters a to l; greps drop what is
 * empty; pairs and singles are arrays.
 */
struct poe_filter *switching_lines(void);
struct poe_filter *switching_literal_lines(void);
struct poe_filter *switching_detected_lines(void);
struct poe_filter *switching_threes(void);
struct poe_filter *switching_blocks(void);
struct poe_filter *switching_cases(void);
struct poe_filter *switching_greps(void);
struct poe_filter *switching_pairs(void);
struct poe_filter *switching_singles(void);
struct poe_filter *switching_lines_in_blocks(void);
struct poe_filter *switching_blocks_in_lines(void);
struct poe_filter *switching_pairs_of_lines(void);
struct poe_filter *switching_all_at_once(void);
struct poe_filter *switching_nested(void);
struct poe_filter *switching_empty(void);

/* A stack of these, the lowest first. */
#define stack_of(...) \
	poe_filter_stackable((struct poe_filter *[]){ __VA_ARGS__ }, \
			     sizeof((struct poe_filter *[]){ __VA_ARGS__ }) / sizeof(struct poe_filter *))

#endif
