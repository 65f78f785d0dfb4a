/*
 * Connections with TLS that are kept: what comes while nobody uses one, whose
 * session is whose, and what must not be kept.  98 to 101 of the matrix.
 */
#include "tls_stage.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void wheel_after_wheel_works_on_one_tls_connection(void **state)
{
	struct tls_stage st;
	char expected[32];
	int i;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	for (i = 1; i <= 3; i++) {
		borrower_start(st.b, i);
		tls_host_say(st.host, 0, "a line\n");
		snprintf(expected, sizeof expected, "in%d:a line", i);
		borrower_expect(st.b, expected);
		borrower_start(st.b, i);
		borrower_free(st.b, i);
		assert_int_equal(borrower_call(st.b, st.request), 0);
		st.b->log[0] = '\0';
	}
	assert_int_equal(st.host->count, 1);
	tls_stage_close(&st);
}

/* 98, 99.  Tickets come after the handshake, and nobody asked for octets: yet it is kept, and they are. */
static void tickets_leave_a_connection_idle_and_are_used(void **state)
{
	struct poe_tls_info info;
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_free(st.b, 1);
	borrower_pass(st.b, 1);
	assert_int_equal(borrower_stats(st.b).idle, 1);
	tls_stage_ask(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "2=immediate 3=new");
	assert_int_equal(poe_connection_tls(st.b->held[3], &info), 0);
	assert_int_equal(info.resumed, 1);
	assert_int_equal(tls_host_info(st.host, 1).resumed, 1);
	tls_stage_close(&st);
}

static void session_of_one_identity_is_not_resumed_by_another(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	st.request.identity = "somebody";
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_free(st.b, 1);
	borrower_pass(st.b, 1);
	st.request.identity = "somebody else";
	tls_stage_ask(&st);
	borrower_expect(st.b, "2=new");
	assert_int_equal(tls_host_info(st.host, 1).resumed, 0);
	tls_stage_close(&st);
}

/* 100. */
static void good_bye_ends_an_idle_connection(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_free(st.b, 1);
	assert_int_equal(borrower_stats(st.b).idle, 1);
	tls_host_end(st.host, 0);
	borrower_expect_idle(st.b, 0);
	assert_int_equal(borrower_stats(st.b).stale, 1);
	tls_stage_close(&st);
}

/* 101. */
static void octets_that_nobody_asked_for_spoil_it(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_pass(st.b, 0.1);
	tls_host_say(st.host, 0, "x");
	borrower_free(st.b, 1);
	tls_stage_ask(&st);
	borrower_expect(st.b, "2=new");
	assert_int_equal(borrower_stats(st.b).dirty, 1);
	tls_stage_close(&st);
}

static void plain_and_tls_never_meet(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_free(st.b, 1);
	st.request.tls = NULL;
	tls_stage_ask(&st);
	borrower_expect(st.b, "2=new");
	assert_string_equal(st.b->why, "tls");
	assert_int_equal(poe_connection_tls(st.b->held[2], &(struct poe_tls_info){ .resumed = 0 }), -1);
	assert_int_equal(errno, ENOTCONN);
	tls_stage_close(&st);
}

/* STARTTLS: what the next one would send in clear, the server would take for a broken record. */
static void switch_to_tls(struct borrower *b, int number)
{
	struct tls_stage *st = b->own;
	struct poe_readwrite *w = poe_connection_wheel(b->held[number]);
	struct poe_driver *driver = poe_tls_client(st->trust, poe_connection_fd(b->held[number]), "localhost", NULL);

	assert_int_equal(poe_readwrite_set_driver(w, driver), 0);
}

static void connection_that_was_switched_to_tls_is_not_kept(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	st.b->own = &st;
	st.request.tls = NULL;
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_start(st.b, 1);
	borrower_do(st.b, switch_to_tls, 1);
	assert_int_equal(poe_put(poe_connection_wheel(st.b->held[1]), poe_str("hello")), 0);
	borrower_expect(st.b, "");
	tls_host_say(st.host, 0, "in secret\n");
	borrower_expect(st.b, "in1:in secret");
	borrower_start(st.b, 1);
	borrower_free(st.b, 1);
	assert_int_equal(borrower_stats(st.b).idle, 0);
	tls_stage_close(&st);
}

static void start_by_another_driver(struct borrower *b, int number)
{
	struct poe_driver *own = poe_driver_stream(poe_connection_fd(b->held[number]));

	assert_null(poe_connection_start(b->held[number], &(struct poe_readwrite_plan){ .driver = own }));
	assert_int_equal(errno, EINVAL);
	poe_driver_free(own);
}

static void tls_connection_takes_no_other_driver(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	borrower_do(st.b, start_by_another_driver, 1);
	tls_stage_close(&st);
}

static void adopt_plain(struct borrower *b, int number)
{
	const struct tls_stage *st = b->own;

	(void)number;
	assert_null(poe_keepalive_adopt(b->ka, &st->request, 0));
	assert_int_equal(errno, EINVAL);
}

static void descriptor_neither_comes_with_tls_nor_leaves_with_it(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	st.b->own = &st;
	borrower_do(st.b, adopt_plain, 0);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	assert_int_equal(poe_connection_detach(st.b->held[1]), -1);
	assert_int_equal(errno, EINVAL);
	tls_stage_close(&st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wheel_after_wheel_works_on_one_tls_connection),
		cmocka_unit_test(tickets_leave_a_connection_idle_and_are_used),
		cmocka_unit_test(session_of_one_identity_is_not_resumed_by_another),
		cmocka_unit_test(good_bye_ends_an_idle_connection),
		cmocka_unit_test(octets_that_nobody_asked_for_spoil_it),
		cmocka_unit_test(plain_and_tls_never_meet),
		cmocka_unit_test(connection_that_was_switched_to_tls_is_not_kept),
		cmocka_unit_test(tls_connection_takes_no_other_driver),
		cmocka_unit_test(descriptor_neither_comes_with_tls_nor_leaves_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
