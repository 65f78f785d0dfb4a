/* The manager's end: with notice, with word of it, with loans out; and hosts that are left alone.  Matrix 113 to 118. */
#include "borrower.h"
#include <errno.h>
#include <math.h>

/* A session that wants to know when all is over. */
struct witness {
	struct borrower *b;
	double seconds;
	int told, cut_off;
};

static void drain(struct poe_event *ev)
{
	struct witness *me = ev->heap;

	assert_int_equal(poe_keepalive_drain(me->b->ka, me->seconds, "over"), 0);
}

static void over(struct poe_event *ev)
{
	struct witness *me = ev->heap;

	me->told++;
	me->cut_off = (int)poe_arg_int(ev, 0);
}

static const struct poe_state witness_states[] = {
	{ "_start", drain },
	{ "over(i)", over },
	{ 0 },
};

static void watch_the_end(struct witness *w, struct borrower *b, double seconds)
{
	*w = (struct witness){ .b = b, .seconds = seconds };
	assert_true(poe_session_create(b->kernel, &(struct poe_session_plan){
		.states = witness_states, .heap = w }).v != 0);
}

/* Matrix 113. */
static void drain_serves_the_queue_and_tells_of_the_last_loans_end(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness w;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	watch_the_end(&w, b, 100);
	borrower_ask(b, s);
	assert_int_equal(borrower_call(b, borrower_for(s)), ESHUTDOWN);
	borrower_expect(b, "3!allocate/ESHUTDOWN");
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	assert_int_equal(w.told, 0);
	borrower_free(b, 2);
	borrower_expect(b, "");
	assert_int_equal(w.told, 1);
	assert_int_equal(w.cut_off, 0);
	borrower_end(b);
}

/* Matrix 114. */
static void time_of_a_drain_cuts_the_queue_off(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness w;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	watch_the_end(&w, b, 5);
	borrower_pass(b, 5.1);
	borrower_expect(b, "2!shutdown/ESHUTDOWN");
	assert_int_equal(w.told, 0);
	borrower_free(b, 1);
	borrower_expect(b, "");
	assert_int_equal(w.told, 1);
	assert_int_equal(w.cut_off, 1);
	borrower_end(b);
}

static void shutdown_at_once_tells_of_its_end_too(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness w;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	watch_the_end(&w, b, 0);
	assert_int_equal(w.told, 0);
	borrower_expect(b, "");
	assert_int_equal(w.told, 1);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

/* Matrix 115. */
static void each_who_wants_to_know_is_told_once_even_afterwards(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness first, second, late;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	watch_the_end(&first, b, INFINITY);
	watch_the_end(&second, b, 10);
	poe_keepalive_shutdown(b->ka);
	borrower_expect(b, "");
	borrower_free(b, 1);
	borrower_expect(b, "");
	watch_the_end(&late, b, 10);
	borrower_expect(b, "");
	assert_true(first.told == 1 && second.told == 1 && late.told == 1);
	borrower_end(b);
}

static void ask_to_end(struct poe_event *ev)
{
	struct witness *me = ev->heap;

	poe_post(ev->kernel, poe_keepalive_address(me->b->ka), "shutdown", poe_str("over"), poe_int(20));
}

static const struct poe_state asking_states[] = {
	{ "_start", ask_to_end },
	{ "over(i)", over },
	{ 0 },
};

static void message_drains_and_tells_its_sender(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness w = { .b = b };

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_true(poe_session_create(b->kernel, &(struct poe_session_plan){
		.states = asking_states, .heap = &w }).v != 0);
	borrower_expect(b, "");
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	borrower_free(b, 2);
	borrower_expect(b, "");
	assert_int_equal(w.told, 1);
	borrower_end(b);
}

/* Matrix 116. */
static void manager_that_is_dropped_ends_when_its_last_loan_does(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct witness w;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 2);
	watch_the_end(&w, b, 10);
	poe_keepalive_free(b->ka);
	b->ka = NULL;
	borrower_start(b, 1);
	tcp_server_count(s);
	tcp_server_send(s, 0, "still here\n");
	tcp_server_send(s, 1, "still here\n");
	borrower_expect(b, "in1:still here");
	assert_int_equal(w.told, 0);
	borrower_free(b, 1);
	borrower_expect(b, "");
	assert_int_equal(w.told, 1);
	borrower_end(b);
}

static void drain_outside_a_handler_with_nobody_to_tell_is_refused(void **state)
{
	struct borrower *b = borrower_new(NULL);

	(void)state;
	assert_int_equal(poe_keepalive_drain(b->ka, 5, "over"), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_keepalive_drain(b->ka, 5, NULL), 0);
	borrower_end(b);
}

/* Matrix 118: nothing keeps the program but what still has something to do. */
static void witness_does_not_outlive_the_end(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct witness w;

	(void)state;
	watch_the_end(&w, b, INFINITY);
	borrower_stop(b);
	assert_int_equal(poe_run(b->kernel), 0);
	assert_int_equal(w.told, 1);
	(void)poe_refcount_increment(b->kernel, b->session, "test");
	borrower_end(b);
}

/* Matrix 123. */
static void breaker_answers_for_a_host_that_refuses_and_lets_one_through_later(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .breaker_after = 2, .breaker_base = 4 });
	struct tcp_server *s = borrower_meet(b, tcp_server_refusing());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1!connect/ECONNREFUSED");
	borrower_ask(b, s);
	borrower_expect(b, "2!connect/ECONNREFUSED");
	borrower_ask(b, s);
	assert_int_equal(borrower_call(b, borrower_for(s)), EINPROGRESS);
	borrower_expect(b, "3!breaker/EHOSTDOWN 4!breaker/EHOSTDOWN");
	borrower_pass(b, 4.1);
	borrower_ask(b, s);
	borrower_expect(b, "5!connect/ECONNREFUSED");
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drain_serves_the_queue_and_tells_of_the_last_loans_end),
		cmocka_unit_test(time_of_a_drain_cuts_the_queue_off),
		cmocka_unit_test(shutdown_at_once_tells_of_its_end_too),
		cmocka_unit_test(each_who_wants_to_know_is_told_once_even_afterwards),
		cmocka_unit_test(message_drains_and_tells_its_sender),
		cmocka_unit_test(manager_that_is_dropped_ends_when_its_last_loan_does),
		cmocka_unit_test(drain_outside_a_handler_with_nobody_to_tell_is_refused),
		cmocka_unit_test(witness_does_not_outlive_the_end),
		cmocka_unit_test(breaker_answers_for_a_host_that_refuses_and_lets_one_through_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
