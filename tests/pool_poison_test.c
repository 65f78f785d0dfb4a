/*
 * A shopper gives up at each octet of its exchange, in each way there is; the
 * server goes on with the answer afterwards.  Whoever comes next, or waited for
 * the connection already, gets its own answer, and never the one that was given up.
 */
#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void retire(struct poe_connection *c)
{
	poe_connection_retire(c);
	poe_connection_free(c);
}

static void close_first(struct poe_connection *c)
{
	poe_connection_close(c);
	poe_connection_free(c);
}

static void leave_freeing(struct shopper *one)
{
	shopper_leave(one, poe_connection_free);
}

static void leave_retiring(struct shopper *one)
{
	shopper_leave(one, retire);
}

/* The wheel that asked is gone; the one there is has said nothing. */
static void start_anew(struct poe_connection *c)
{
	assert_non_null(poe_connection_start(c, &(struct poe_readwrite_plan){ .input_event = "input", .error_event = "error" }));
	poe_connection_free(c);
}

static void leave_with_another_wheel(struct shopper *one)
{
	shopper_leave(one, start_anew);
}

static void leave_closing(struct shopper *one)
{
	shopper_leave(one, close_first);
}

static void run_late(struct shopper *one)
{
	one->shop->may_pass = true;
	shop_serve(one->shop);
	shop_assert(one->shop, one->end == SHOPPER_LATE, "its time is not up");
}

typedef void way(struct shopper *one);

static void reach_the_octet(struct shop *s)
{
	int turns = 0;

	while (!s->chaos->acted && turns++ < 10000)
		shop_turns(s, 1);
	shop_assert(s, s->chaos->acted, "the exchange does not come that far");
	shop_turns(s, 3);
}

static void look_at_the_end(const struct shop *s)
{
	shop_assert(s, s->shoppers[0].end != SHOPPER_SERVED, "the first has not given up");
	shop_assert(s, shop_count(s, SHOPPER_WRONGED) == 0, "somebody got another's answer");
	shop_assert(s, shop_count(s, SHOPPER_SERVED) == s->count - 1, "somebody got none");
}

/* One gives up; the next has waited, or comes only then; and another comes when all is over. */
static void play(way *give_up, const struct chaos_plan *place, int limit, bool waits)
{
	struct shop *s = shop_open(place, NULL, limit);
	struct shopper *first = shop_enter(s);

	reach_the_octet(s);
	if (waits)
		shop_enter(s);
	give_up(first);
	if (!waits)
		shop_enter(s);
	shop_turns(s, limit);
	chaos_go_on(s->chaos);
	shop_serve(s);
	shop_enter(s);
	shop_serve(s);
	look_at_the_end(s);
	shop_close(s);
}

static void play_all(way *give_up, enum chaos_side side, size_t to)
{
	struct chaos_plan place = { .action = CHAOS_STALL, .side = side };
	int i;

	for (; place.at < to; place.at++)
		for (i = 0; i < 4; i++)
			play(give_up, &place, i & 1 ? 4 : 1, i >= 2);
}

static void sweep(way *give_up)
{
	play_all(give_up, CHAOS_IN, CHAOS_REQUEST);
	play_all(give_up, CHAOS_OUT, CHAOS_ANSWER);
}

static void freed_connection_never_gives_its_answer_to_the_next(void **state)
{
	(void)state;
	sweep(leave_freeing);
}

static void retired_connection_never_gives_its_answer_to_the_next(void **state)
{
	(void)state;
	sweep(leave_retiring);
}

static void closed_connection_never_gives_its_answer_to_the_next(void **state)
{
	(void)state;
	sweep(leave_closing);
}

static void stopped_session_never_leaves_its_answer_to_the_next(void **state)
{
	(void)state;
	sweep(shopper_be_stopped);
}

static void exchange_out_of_time_never_leaves_its_answer_to_the_next(void **state)
{
	(void)state;
	sweep(run_late);
}

/* What has been delivered of the answer is nowhere to be seen any more. */
static void session_stopped_amid_its_answer_leaves_nothing_of_it(void **state)
{
	struct chaos_plan place = { .action = CHAOS_STALL, .side = CHAOS_OUT, .at = 1 };
	struct shop *s;

	(void)state;
	for (; place.at < CHAOS_ANSWER; place.at++) {
		s = shop_open(&place, NULL, 1);
		s->piecemeal = true;
		shop_enter(s);
		reach_the_octet(s);
		shop_assert(s, s->shoppers[0].length == place.at, "it has not heard so much");
		shopper_be_stopped(&s->shoppers[0]);
		shop_enter(s);
		shop_turns(s, 2);
		chaos_go_on(s->chaos);
		shop_serve(s);
		look_at_the_end(s);
		shop_close(s);
	}
}

/* Where nothing of the answer has come: what is lost with a wheel is told to nobody. */
static void question_is_not_forgotten_with_its_wheel(void **state)
{
	(void)state;
	play_all(leave_with_another_wheel, CHAOS_IN, CHAOS_REQUEST);
}

/* Whoever waits behind an exchange and is taken back leaves it alone. */
static void request_taken_back_disturbs_no_exchange(void **state)
{
	struct chaos_plan place = { .action = CHAOS_STALL, .side = CHAOS_OUT };
	struct shop *s;

	(void)state;
	for (; place.at < CHAOS_ANSWER; place.at++) {
		s = shop_open(&place, NULL, 1);
		shop_enter(s);
		reach_the_octet(s);
		shopper_take_back(shop_enter(s));
		shop_enter(s);
		chaos_go_on(s->chaos);
		shop_serve(s);
		shop_assert(s, shop_count(s, SHOPPER_SERVED) == 2, "somebody got none");
		shop_assert(s, s->chaos->count == 1, "the connection was not used again");
		shop_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(freed_connection_never_gives_its_answer_to_the_next),
		cmocka_unit_test(retired_connection_never_gives_its_answer_to_the_next),
		cmocka_unit_test(closed_connection_never_gives_its_answer_to_the_next),
		cmocka_unit_test(stopped_session_never_leaves_its_answer_to_the_next),
		cmocka_unit_test(exchange_out_of_time_never_leaves_its_answer_to_the_next),
		cmocka_unit_test(session_stopped_amid_its_answer_leaves_nothing_of_it),
		cmocka_unit_test(question_is_not_forgotten_with_its_wheel),
		cmocka_unit_test(request_taken_back_disturbs_no_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
