/*
 * A server that goes wrong at each octet of a short exchange in clear, in each
 * way: at the first use of a connection or the second, with one connection or
 * four.  Every shopper is answered once by the manager; one at most suffers,
 * who was there when it happened; whoever comes later does not notice.
 */
#include "shop.h"
#include "tcp_server.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const enum chaos_action every_action[] = { CHAOS_RESET, CHAOS_CLOSE, CHAOS_HALF_CLOSE,
						  CHAOS_STALL, CHAOS_GARBAGE, CHAOS_DRIP };

/* The place of the wrong, within its exchange. */
struct place {
	enum chaos_side side;
	size_t at;
	int exchange, limit;
};

/* In the midst of a request, or of an answer, nobody is served who is wronged; but for the drip, if it is short. */
static void look_at_the_end(const struct shop *s, const struct chaos_plan *plan, const struct place *place)
{
	bool midst = place->side == CHAOS_IN || (place->at > 0 && place->at < CHAOS_ANSWER);
	size_t left = CHAOS_ANSWER - (place->side == CHAOS_OUT ? place->at : 0);
	bool pleasant = plan->action == CHAOS_DRIP && left < (size_t)SHOP_PATIENCE;
	int served = shop_count(s, SHOPPER_SERVED);

	shop_assert(s, s->chaos->acted, "the server did no wrong");
	shop_assert(s, served >= s->count - 1, "more than one has suffered");
	shop_assert(s, !midst || pleasant || served == s->count - 1, "nobody has suffered");
	shop_assert(s, shop_count(s, SHOPPER_REFUSED) == 0 || (place->side == CHAOS_OUT && place->at == 0),
		    "a connection was there, and not given");
	shop_assert(s, shop_count(s, SHOPPER_LATE) == 0 || plan->action >= CHAOS_STALL, "somebody waited in vain");
	shop_assert(s, shop_count(s, SHOPPER_WRONGED) == 0 || plan->action == CHAOS_GARBAGE,
		    "somebody got what was not his");
}

/* Two at once, and two when these have gone. */
static void play(enum chaos_action action, const struct place *place, int turns)
{
	size_t before = (size_t)place->exchange * (place->side == CHAOS_IN ? CHAOS_REQUEST : CHAOS_ANSWER);
	const struct chaos_plan plan = { .action = action, .side = place->side, .at = before + place->at, .turns = turns };
	struct shop *s = shop_open(&plan, NULL, place->limit);
	int i;

	s->may_pass = action >= CHAOS_STALL;
	for (i = 0; i < 2; i++) {
		shop_enter(s);
		shop_enter(s);
		shop_serve(s);
	}
	shop_turns(s, turns);
	look_at_the_end(s, &plan, place);
	shop_close(s);
}

/* How many cases. */
static int sweep(enum chaos_side side, size_t from, size_t to, int exchange, int limit)
{
	struct place place = { side, from, exchange, limit };
	size_t i;
	int cases = 0;

	for (; place.at < to; place.at++)
		for (i = 0; i < sizeof every_action / sizeof *every_action; i++, cases++)
			play(every_action[i], &place, 0);
	return cases;
}

static int sweep_both(int exchange, int limit)
{
	return sweep(CHAOS_IN, 0, CHAOS_REQUEST, exchange, limit) +
	       sweep(CHAOS_OUT, exchange > 0, CHAOS_ANSWER + 1, exchange, limit);
}

static void wrong_at_each_octet_of_a_first_use_hurts_one(void **state)
{
	(void)state;
	assert_true(sweep_both(0, 1) + sweep_both(0, 4) > 1500);
}

static void wrong_at_each_octet_of_a_second_use_hurts_one(void **state)
{
	(void)state;
	assert_true(sweep_both(1, 1) + sweep_both(1, 4) > 1500);
}

/* The connection is idle then, or was lent a moment ago. */
static void wrong_between_two_uses_hurts_one_at_most(void **state)
{
	struct place place = { .side = CHAOS_OUT, .at = CHAOS_ANSWER };
	size_t i;
	int turns;

	(void)state;
	for (place.limit = 1; place.limit <= 4; place.limit += 3)
		for (place.exchange = 0; place.exchange < 2; place.exchange++)
			for (turns = 1; turns < 12; turns++)
				for (i = 0; i < sizeof every_action / sizeof *every_action; i++)
					play(every_action[i], &place, turns);
}

/* Nobody gets through to that server, and then everybody to another. */
static void ask_in_vain(struct tcp_server *deaf, int limit, int error_num, const char *phase)
{
	struct shop *s = shop_open(&(struct chaos_plan){ .action = CHAOS_NOTHING }, NULL, limit);
	int i, port = s->port;

	s->may_pass = true;
	s->port = tcp_server_port(deaf);
	shop_enter(s);
	shop_enter(s);
	shop_serve(s);
	shop_assert(s, shop_count(s, SHOPPER_REFUSED) == 2, "a connection to nobody");
	for (i = 0; i < 2; i++) {
		shop_assert(s, s->shoppers[i].error_num == error_num, "another error");
		shop_assert(s, strcmp(s->shoppers[i].function, "connect") == 0, "another function");
		shop_assert(s, strcmp(s->shoppers[i].phase, phase) == 0 || (i == 1 && limit == 1), "another phase");
	}
	s->port = port;
	shop_enter(s);
	shop_serve(s);
	shop_assert(s, shop_count(s, SHOPPER_SERVED) == 1, "the other server does not count");
	shop_close(s);
}

static void server_that_refuses_or_is_full_is_told_apart(void **state)
{
	struct tcp_server *refusing = tcp_server_refusing(), *full = tcp_server_black_hole();
	int limit;

	(void)state;
	for (limit = 1; limit <= 4; limit += 3) {
		ask_in_vain(refusing, limit, ECONNREFUSED, "");
		ask_in_vain(full, limit, ETIMEDOUT, "connect");
	}
	tcp_server_free(refusing);
	tcp_server_free(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_at_each_octet_of_a_first_use_hurts_one),
		cmocka_unit_test(wrong_at_each_octet_of_a_second_use_hurts_one),
		cmocka_unit_test(wrong_between_two_uses_hurts_one_at_most),
		cmocka_unit_test(server_that_refuses_or_is_full_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
