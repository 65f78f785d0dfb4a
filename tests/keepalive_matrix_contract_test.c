/* The manager's contract: arguments, fields, ids, contexts, and who owns what. */
#include "borrower.h"
#include "harness.h"
#include "keepalive/manager.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void zeros_in_the_plan_mean_the_manuals_defaults(void **state)
{
	struct borrower *b = borrower_new(NULL);

	(void)state;
	assert_int_equal(b->ka->pool.plan.max_per_host, 4);
	assert_int_equal(b->ka->pool.plan.max_open, 128);
	assert_int_equal(b->ka->pool.plan.max_queue, 10000);
	assert_true(b->ka->pool.plan.keep_alive == 15);
	assert_true(b->ka->timeout == 120);
	borrower_end(b);
}

static void plan_that_makes_no_sense_is_einval(void **state)
{
	const struct poe_keepalive_plan bad[] = {
		{ .max_per_host = -1 }, { .max_open = -1 }, { .keep_alive = NAN },
		{ .timeout = NAN }, { .max_age = NAN }, { .bind_address = "not an address" },
	};
	struct borrower *b = borrower_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(poe_keepalive_new(b->kernel, &bad[i]));
		assert_int_equal(errno, EINVAL);
	}
	borrower_end(b);
}

static void alias_that_is_taken_is_eexist(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .alias = "pool" });

	(void)state;
	assert_true(poe_alias_resolve(b->kernel, "pool").v == poe_keepalive_address(b->ka).v);
	assert_null(poe_keepalive_new(b->kernel, &(struct poe_keepalive_plan){ .alias = "pool" }));
	assert_int_equal(errno, EEXIST);
	borrower_end(b);
}

static void request_out_of_range_is_einval(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct poe_keepalive_request request = { .scheme = "http", .address = "127.0.0.1", .event = "got" };

	(void)state;
	request.port = 65536;
	assert_int_equal(borrower_call(b, request), EINVAL);
	request.port = -1;
	assert_int_equal(borrower_call(b, request), EINVAL);
	request.port = 80;
	request.for_port = 65536;
	assert_int_equal(borrower_call(b, request), EINVAL);
	request.for_port = 0;
	request.timeout = NAN;
	assert_int_equal(borrower_call(b, request), EINVAL);
	assert_int_equal(borrower_stats(b).allocated, 0);
	borrower_end(b);
}

static void call_outside_a_handler_is_esrch(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	assert_null(poe_keepalive_allocate(b->ka, &request));
	assert_int_equal(errno, ESRCH);
	borrower_end(b);
}

static void request_after_shutdown_is_eshutdown_both_ways(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	poe_keepalive_shutdown(b->ka);
	borrower_ask(b, s);
	assert_int_equal(borrower_call(b, borrower_for(s)), ESHUTDOWN);
	borrower_expect(b, "1!allocate/ESHUTDOWN");
	assert_int_equal(borrower_call(b, borrower_for(s)), ESHUTDOWN);
	borrower_end(b);
}

/* What the fields were, of the response seen last. */
static void check_fields(struct poe_event *ev)
{
	const struct poe_keepalive_response *r = poe_keepalive_response(ev);

	assert_true(r->id.v != 0);
	assert_string_equal(r->scheme, "http");
	assert_string_equal(r->address, "127.0.0.1");
	assert_in_range(r->port, 1, 65535);
	assert_null(r->for_scheme);
	assert_null(r->for_address);
	assert_int_equal(r->for_port, 0);
	assert_string_equal(r->context.as.s, "the context");
	assert_true((r->connection == NULL) == (r->function != NULL));
	assert_string_equal(r->error_str, r->error_num ? strerror(r->error_num) : "");
	poe_call(ev->kernel, ev->session, "checked", poe_str(r->from_cache ? r->from_cache : r->connection ? "new" : "!"));
}

static void checked(struct poe_event *ev)
{
	struct borrower *b = ev->heap;

	strcat(strcat(b->log, b->log[0] ? " " : ""), poe_arg_str(ev, 0));
}

static void watch_fields(struct borrower *b, int number)
{
	(void)number;
	assert_int_equal(poe_state_set(b->kernel, "check(o)", check_fields, NULL), 0);
	assert_int_equal(poe_state_set(b->kernel, "checked(s)", checked, NULL), 0);
}

static void ask_to_check(struct borrower *b, int port)
{
	poe_post(b->kernel, poe_keepalive_address(b->ka), "allocate",
		 poe_keepalive_ask(&(struct poe_keepalive_request){
			 .scheme = "http", .address = "127.0.0.1", .port = port, .event = "check",
			 .context = poe_str("the context") }));
}

static void response_has_the_same_fields_whatever_became_of_it(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *none = borrower_meet(b, tcp_server_refusing());

	(void)state;
	borrower_do(b, watch_fields, 0);
	borrower_do(b, ask_to_check, tcp_server_port(s));
	borrower_do(b, ask_to_check, tcp_server_port(s));
	borrower_expect(b, "new deferred");
	borrower_do(b, ask_to_check, tcp_server_port(s));
	borrower_expect(b, "immediate");
	borrower_do(b, ask_to_check, tcp_server_port(none));
	borrower_expect(b, "!");
	borrower_end(b);
}

static void request_with_an_object(struct borrower *b, int port)
{
	struct poe_keepalive_request request = { .scheme = "http", .address = "127.0.0.1", .port = port,
						 .event = "nobody", .context = harness_object(b->own) };

	b->held[0] = poe_keepalive_allocate(b->ka, &request);
	b->ids[0] = request.id;
}

/* Refused, cancelled, answered to nobody, given at once. */
static void object_in_the_context_is_released_once_however_it_ends(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct harness counting = { .released = 0 };

	(void)state;
	b->own = &counting;
	borrower_do(b, request_with_an_object, 0);
	assert_int_equal(counting.released, 1);
	borrower_do(b, request_with_an_object, tcp_server_port(s));
	assert_int_equal(counting.released, 1);
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[0]), 0);
	assert_int_equal(counting.released, 2);
	borrower_do(b, request_with_an_object, tcp_server_port(s));
	borrower_expect_idle(b, 1);
	assert_int_equal(counting.released, 3);
	borrower_do(b, request_with_an_object, tcp_server_port(s));
	assert_int_equal(counting.released, 4);
	poe_connection_free(b->held[0]);
	borrower_end(b);
}

static void cancel_and_shutdown_can_be_posted(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	poe_sid manager = poe_keepalive_address(b->ka);

	(void)state;
	borrower_ask(b, hole);
	borrower_ask(b, hole);
	assert_int_equal(poe_post(b->kernel, manager, "deallocate", poe_int((int64_t)b->ids[1].v)), 0);
	assert_int_equal(poe_post(b->kernel, manager, "shutdown"), 0);
	borrower_expect(b, "2!shutdown/ESHUTDOWN");
	assert_int_equal(borrower_stats(b).cancelled, 1);
	borrower_end(b);
}

static void ids_that_were_never_given_are_esrch(void **state)
{
	struct borrower *b = borrower_new(NULL);

	(void)state;
	assert_int_equal(poe_keepalive_deallocate(b->ka, (poe_request_id){ 0 }), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_keepalive_deallocate(b->ka, (poe_request_id){ 12345 }), -1);
	assert_int_equal(errno, ESRCH);
	borrower_end(b);
}

static void connection_tells_its_peer_uses_and_age(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	char peer[32];

	(void)state;
	snprintf(peer, sizeof peer, "127.0.0.1:%d", tcp_server_port(s));
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_string_equal(poe_connection_peer(b->held[1]), peer);
	assert_int_equal(poe_connection_uses(b->held[1]), 0);
	borrower_pass(b, 3);
	assert_true(poe_connection_age(b->held[1]) >= 3);
	borrower_free(b, 1);
	borrower_call(b, borrower_for(s));
	borrower_expect(b, "2=called");
	assert_int_equal(poe_connection_uses(b->held[2]), 1);
	borrower_end(b);
}

static void start_outside_a_handler_or_after_close_fails(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	const struct poe_readwrite_plan plan = { .input_event = "input" };

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_null(poe_connection_start(b->held[1], &plan));
	assert_int_equal(errno, ESRCH);
	assert_null(poe_connection_wheel(b->held[1]));
	poe_connection_close(b->held[1]);
	poe_connection_close(b->held[1]);
	assert_null(poe_connection_start(b->held[1], &plan));
	assert_int_equal(errno, EBADF);
	borrower_end(b);
}

static void trace_tells_the_life_of_a_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_trace_record records[256];
	char story[128] = "";
	size_t n, i;

	(void)state;
	assert_int_equal(poe_trace_keep(b->kernel, 256), 0);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	poe_keepalive_shutdown(b->ka);
	n = poe_trace_read(b->kernel, records, 256);
	for (i = 0; i < n; i++)
		if (records[i].kind == POE_TRACE_NOTE)
			strcat(strcat(story, records[i].name), " ");
	assert_string_equal(story, "allocate grant release close ");
	borrower_end(b);
}

static void free_twice(struct harness *h)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)h;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_free(b->held[1]);
	poe_connection_free(b->held[1]);
}

static void connection_freed_twice_stops_the_program_with_a_line(void **state)
{
	(void)state;
	harness_assert_fatal(NULL, free_twice, "poe_connection_free: this connection is not on loan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeros_in_the_plan_mean_the_manuals_defaults),
		cmocka_unit_test(plan_that_makes_no_sense_is_einval),
		cmocka_unit_test(alias_that_is_taken_is_eexist),
		cmocka_unit_test(request_out_of_range_is_einval),
		cmocka_unit_test(call_outside_a_handler_is_esrch),
		cmocka_unit_test(request_after_shutdown_is_eshutdown_both_ways),
		cmocka_unit_test(response_has_the_same_fields_whatever_became_of_it),
		cmocka_unit_test(object_in_the_context_is_released_once_however_it_ends),
		cmocka_unit_test(cancel_and_shutdown_can_be_posted),
		cmocka_unit_test(ids_that_were_never_given_are_esrch),
		cmocka_unit_test(connection_tells_its_peer_uses_and_age),
		cmocka_unit_test(start_outside_a_handler_or_after_close_fails),
		cmocka_unit_test(trace_tells_the_life_of_a_connection),
		cmocka_unit_test(connection_freed_twice_stops_the_program_with_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
