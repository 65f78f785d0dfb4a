/*
 * The defects of POE::Component::Client::Keepalive 0.272 that ours does not
 * have, by number: requests, their ends, and the manager's.  B8 and B16 are
 * about TLS and come with it; more are in keepalive_defects_sockets_test.c.
 */
#include "borrower.h"
#include "keepalive/manager.h"
#include <errno.h>

static poe_request_id id_of(const struct borrower *b, int number)
{
	return b->ids[number];
}

static struct poe_keepalive_request named(const char *name, const struct tcp_server *s)
{
	struct poe_keepalive_request request = borrower_for(s);

	request.address = name;
	return request;
}

static void b01_saturated_host_holds_up_no_other(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *one = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, one);
	borrower_expect(b, "1=new");
	borrower_ask(b, one);
	borrower_ask(b, other);
	borrower_ask(b, other);
	borrower_expect(b, "3=new");
	borrower_pass(b, 121);
	borrower_ask(b, other);
	borrower_free(b, 3);
	borrower_expect(b, "2!connect/ETIMEDOUT@queue 4!connect/ETIMEDOUT@queue 5=deferred");
	borrower_end(b);
}

static void b02_cancelled_request_to_a_numeric_address_is_not_answered(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 1)), 0);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).cancelled, 1);
	borrower_end(b);
}

static void b03_cancel_leaves_idle_connections_of_the_key_alone(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 1);
	borrower_free(b, 2);
	borrower_ask(b, s);
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 3)), 0);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).idle, 2);
	borrower_end(b);
}

static void b04_cancelled_dial_gives_its_place_back_at_once(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 1 });
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, hole);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).dialing, 1);
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 1)), 0);
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	borrower_pass(b, 200);
	borrower_end(b);
}

/* The one cancelled is past its look-up, the other is not; the other is then all that keeps the session. */
static void b05_cancel_takes_no_reference_that_is_another_requests(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_behave(b->names, "held.test", 0, DNS_HOLD);
	dns_server_add(b->names, "held.test", "127.0.0.1", 60);
	b->on_response = borrower_start_in_session;
	borrower_request(b, named("held.test", s));
	borrower_request(b, named("held.test", s));
	borrower_expect(b, "");
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 1)), 0);
	borrower_stop(b);
	borrower_expect(b, "");
	dns_server_release(b->names);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void b09_shutdown_ends_dials_and_nothing_comes_later(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());

	(void)state;
	borrower_ask(b, hole);
	borrower_expect(b, "");
	poe_keepalive_shutdown(b->ka);
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_expect(b, "1!shutdown/ESHUTDOWN");
	borrower_pass(b, 300);
	borrower_end(b);
}

static void b10_shutdown_answers_the_queue_and_closes_everything(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_keepalive_shutdown(b->ka);
	borrower_expect(b, "2!shutdown/ESHUTDOWN");
	assert_string_equal(tcp_server_receive(s, 0), "");
	borrower_free(b, 1);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	assert_int_equal(borrower_stats(b).closed, 1);
	borrower_end(b);
}

static void b11_end_of_one_manager_leaves_the_others_resolver(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive *other = poe_keepalive_new(
		b->kernel, &(struct poe_keepalive_plan){ .resolver = b->ka->resolver });

	(void)state;
	dns_server_add(b->names, "a.test", "127.0.0.1", 60);
	poe_keepalive_free(other);
	borrower_request(b, named("a.test", s));
	borrower_expect(b, "1=new");
	borrower_end(b);
}

/* One look-up for both, and none of it is undone when one of them has had enough. */
static void b12_deadline_of_one_leaves_the_look_up_to_the_other(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request hasty = named("held.test", s);
	unsigned queries;

	(void)state;
	dns_server_behave(b->names, "held.test", 0, DNS_HOLD);
	dns_server_add(b->names, "held.test", "127.0.0.1", 60);
	hasty.timeout = 0.5;
	borrower_request(b, hasty);
	borrower_request(b, named("held.test", s));
	borrower_expect(b, "");
	queries = dns_server_queries(b->names);
	borrower_pass(b, 0.5);
	borrower_expect(b, "1!connect/ETIMEDOUT@resolve");
	dns_server_release(b->names);
	borrower_expect(b, "2=new");
	assert_int_equal(dns_server_queries(b->names), queries);
	borrower_end(b);
}

static void b14_nothing_is_kept_of_a_request_however_it_ends(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	struct poe_keepalive_request hasty = borrower_for(hole);
	int i;

	(void)state;
	hasty.timeout = 0.5;
	for (i = 0; i < 200; i++) {
		borrower_request(b, hasty);
		borrower_request(b, named("no.such.test", hole));
		poe_keepalive_deallocate(b->ka, id_of(b, borrower_ask(b, hole)));
		borrower_pass(b, 1);
		b->log[0] = '\0';
	}
	assert_int_equal(borrower_stats(b).keys, 0);
	assert_int_equal(b->ka->pool.tickets.held, 0);
	assert_in_range(b->ka->pool.tickets.count, 1, 3);
	borrower_end(b);
}

static void check_fields(struct poe_event *ev)
{
	const struct poe_keepalive_response *r = poe_keepalive_response(ev);

	assert_true(r->id.v != 0);
	assert_string_equal(r->for_scheme, "https");
	assert_string_equal(r->for_address, "far.test");
	assert_int_equal(r->for_port, 443);
	assert_string_equal(r->scheme, "proxy");
}

static void watch_fields(struct borrower *b, int number)
{
	(void)number;
	assert_int_equal(poe_state_set(b->kernel, "fields(o)", check_fields, NULL), 0);
}

static void b17_immediate_answer_has_an_id_and_all_fields(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.scheme = "proxy";
	request.for_scheme = "https";
	request.for_address = "far.test";
	request.for_port = 443;
	borrower_do(b, watch_fields, 0);
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	request.event = "fields";
	borrower_request(b, request);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).immediate, 1);
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_end(b);
}

static void b17_immediate_answer_overtakes_nobody(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_ask(b, s);
	borrower_free(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=deferred");
	borrower_free(b, 2);
	borrower_expect(b, "3=deferred");
	borrower_end(b);
}

static void b18_cancel_is_final_before_delivery_and_harmless_after(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_kernel_stats stats;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 1)), -1);
	assert_int_equal(errno, EALREADY);
	borrower_free(b, 1);
	borrower_ask(b, s);
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 2)), 0);
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 2)), -1);
	assert_int_equal(errno, EALREADY);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).idle, 1);
	poe_kernel_stats(b->kernel, &stats);
	assert_int_equal(stats.undeliverable, 0);
	borrower_end(b);
}

static void b22_full_queue_refuses(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_queue = 1 });
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());

	(void)state;
	assert_int_equal(borrower_call(b, borrower_for(hole)), EINPROGRESS);
	assert_int_equal(borrower_call(b, borrower_for(hole)), EAGAIN);
	borrower_ask(b, hole);
	borrower_expect(b, "3!allocate/EAGAIN");
	poe_keepalive_deallocate(b->ka, id_of(b, 1));
	borrower_end(b);
}

static void b23_names_are_remembered_from_dial_to_dial(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	unsigned queries;

	(void)state;
	dns_server_add(b->names, "a.test", "127.0.0.1", 60);
	borrower_request(b, named("a.test", s));
	borrower_expect(b, "1=new");
	queries = dns_server_queries(b->names);
	borrower_request(b, named("a.test", s));
	borrower_expect(b, "2=new");
	assert_int_equal(dns_server_queries(b->names), queries);
	borrower_end(b);
}

static void b25_an_id_means_nothing_to_another_manager(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	struct poe_keepalive *first = b->ka, *second = poe_keepalive_new(b->kernel, NULL);

	(void)state;
	borrower_ask(b, hole);
	b->ka = second;
	borrower_ask(b, hole);
	assert_true(id_of(b, 1).v != id_of(b, 2).v);
	assert_int_equal(poe_keepalive_deallocate(first, id_of(b, 2)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_keepalive_deallocate(second, id_of(b, 2)), 0);
	assert_int_equal(poe_keepalive_deallocate(first, id_of(b, 1)), 0);
	poe_keepalive_free(first);
	borrower_end(b);
}

static void b26_failed_look_up_has_a_number(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_request(b, named("no.such.test", s));
	borrower_expect(b, "1!resolve/ENOENT");
	borrower_end(b);
}

static void b28_shared_resolver_does_not_outlive_its_program(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_request(b, named("localhost", s));
	borrower_expect(b, "1=new");
	borrower_end(b);
}

static void b29_letting_go_of_the_handle_ends_the_manager(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_kernel_stats stats;
	poe_sid manager = poe_keepalive_address(b->ka);

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	poe_keepalive_free(b->ka);
	b->ka = NULL;
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_expect(b, "");
	assert_null(poe_session_heap(b->kernel, manager));
	poe_kernel_stats(b->kernel, &stats);
	assert_int_equal(stats.sessions, 1);
	borrower_end(b);
}

static void b31_names_that_come_when_nobody_waits_harm_nobody(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_behave(b->names, "held.test", 0, DNS_HOLD);
	dns_server_add(b->names, "held.test", "127.0.0.1", 60);
	borrower_request(b, named("held.test", s));
	borrower_expect(b, "");
	assert_int_equal(poe_keepalive_deallocate(b->ka, id_of(b, 1)), 0);
	dns_server_release(b->names);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).keys, 0);
	borrower_end(b);
}

static void b34_zero_is_a_value_where_it_can_be_one(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	b->asked = -1; /* the next one's context is 0 */
	borrower_ask(b, s);
	borrower_expect(b, "0=new");
	borrower_free(b, 0);
	request.port = 0;
	assert_int_equal(borrower_call(b, request), EINVAL);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b01_saturated_host_holds_up_no_other),
		cmocka_unit_test(b02_cancelled_request_to_a_numeric_address_is_not_answered),
		cmocka_unit_test(b03_cancel_leaves_idle_connections_of_the_key_alone),
		cmocka_unit_test(b04_cancelled_dial_gives_its_place_back_at_once),
		cmocka_unit_test(b05_cancel_takes_no_reference_that_is_another_requests),
		cmocka_unit_test(b09_shutdown_ends_dials_and_nothing_comes_later),
		cmocka_unit_test(b10_shutdown_answers_the_queue_and_closes_everything),
		cmocka_unit_test(b11_end_of_one_manager_leaves_the_others_resolver),
		cmocka_unit_test(b12_deadline_of_one_leaves_the_look_up_to_the_other),
		cmocka_unit_test(b14_nothing_is_kept_of_a_request_however_it_ends),
		cmocka_unit_test(b17_immediate_answer_has_an_id_and_all_fields),
		cmocka_unit_test(b17_immediate_answer_overtakes_nobody),
		cmocka_unit_test(b18_cancel_is_final_before_delivery_and_harmless_after),
		cmocka_unit_test(b22_full_queue_refuses),
		cmocka_unit_test(b23_names_are_remembered_from_dial_to_dial),
		cmocka_unit_test(b25_an_id_means_nothing_to_another_manager),
		cmocka_unit_test(b26_failed_look_up_has_a_number),
		cmocka_unit_test(b28_shared_resolver_does_not_outlive_its_program),
		cmocka_unit_test(b29_letting_go_of_the_handle_ends_the_manager),
		cmocka_unit_test(b31_names_that_come_when_nobody_waits_harm_nobody),
		cmocka_unit_test(b34_zero_is_a_value_where_it_can_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
