/* The manager's matrix: dials, names, cancel, shutdown, and the end of the program. */
#include "borrower.h"
#include <arpa/nameser.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct poe_keepalive_request named(const char *name, const struct tcp_server *s)
{
	struct poe_keepalive_request request = borrower_for(s);

	request.address = name;
	return request;
}

static void deadline_is_one_for_all_phases_and_says_which_it_hit(void **state)
{
	struct borrower *b = borrower_new_with_names(
		&(struct poe_keepalive_plan){ .timeout = 2, .max_per_host = 1 });
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_behave(b->names, "silent.test", 0, DNS_SILENCE);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_request(b, named("silent.test", s));
	borrower_ask(b, hole);
	borrower_ask(b, s);
	borrower_expect(b, "");
	borrower_pass(b, 2);
	borrower_expect(b, "2!connect/ETIMEDOUT@resolve 3!connect/ETIMEDOUT@connect 4!connect/ETIMEDOUT@queue");
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

/* The first attempt gets its few seconds, not the whole deadline. */
static void address_that_swallows_everything_does_not_swallow_the_deadline(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole_beside(s));

	(void)state;
	(void)hole;
	dns_server_add(b->names, "a.test", "127.0.0.9", 60);
	dns_server_add(b->names, "a.test", "127.0.0.1", 60);
	dns_server_add(b->names, "b.test", "127.0.0.1", 60);
	dns_server_add(b->names, "b.test", "127.0.0.9", 60);
	borrower_request(b, named("a.test", s));
	borrower_pass(b, 3.5);
	borrower_expect(b, "1=new");
	borrower_request(b, named("b.test", s));
	borrower_pass(b, 3.5);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void bound_address_is_where_connections_come_from(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .bind_address = "127.0.0.2" });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_add(b->names, "both.test", "127.0.0.1", 60);
	dns_server_add(b->names, "both.test", "::1", 60);
	borrower_request(b, named("both.test", s));
	borrower_expect(b, "1=new");
	assert_string_equal(tcp_server_peer(s, 0), "127.0.0.2");
	borrower_request(b, named("::1", s));
	borrower_expect(b, "2!bind/EAFNOSUPPORT");
	borrower_end(b);
}

static void address_that_is_not_ours_cannot_be_bound(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .bind_address = "192.0.2.1" });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1!bind/EADDRNOTAVAIL");
	borrower_end(b);
}

static void unix_sockets_may_be_abstract_and_may_be_missing(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct poe_keepalive_request request = { .scheme = "unix", .event = "got" };
	char path[200];

	(void)state;
	snprintf(path, sizeof path, "@poe-keepalive-%d", (int)getpid());
	request.address = path;
	borrower_meet(b, tcp_server_new_unix(path));
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	assert_string_equal(poe_connection_peer(b->held[1]), path);
	request.address = "/tmp/there/is/no/such/socket";
	borrower_request(b, request);
	borrower_expect(b, "2!connect/ENOENT");
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	request.address = path;
	borrower_request(b, request);
	borrower_expect(b, "3!connect/ENAMETOOLONG");
	borrower_end(b);
}

static void full_descriptor_table_is_an_answer(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct rlimit limit, none;

	(void)state;
	borrower_expect(b, "");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	borrower_ask(b, s);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	borrower_expect(b, "1!socket/EMFILE");
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void ask_once_more(struct borrower *b, int number)
{
	b->on_response = NULL;
	(void)number;
	borrower_request(b, *(struct poe_keepalive_request *)b->own);
}

/* The one who asks again while the others are being told is told of his own attempt. */
static void name_that_does_not_exist_fails_all_who_wait(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = named("no.such.test", s);

	(void)state;
	b->own = &request;
	b->on_response = ask_once_more;
	borrower_request(b, request);
	borrower_request(b, request);
	borrower_expect(b, "1!resolve/ENOENT 2!resolve/ENOENT 3!resolve/ENOENT");
	assert_int_equal(borrower_stats(b).failed, 3);
	borrower_end(b);
}

static void ports_of_one_host_share_the_look_up(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *one = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_behave(b->names, "a.test", ns_t_a, DNS_HOLD);
	dns_server_add(b->names, "a.test", "127.0.0.1", 60);
	borrower_request(b, named("a.test", one));
	borrower_request(b, named("a.test", other));
	borrower_expect(b, "");
	assert_in_range(dns_server_queries(b->names), 1, 2);
	dns_server_release(b->names);
	while (borrower_stats(b).connected < 2)
		borrower_pass(b, 0.01);
	assert_int_equal(tcp_server_count(one) + tcp_server_count(other), 2);
	b->log[0] = '\0';
	borrower_end(b);
}

static void idle_connection_needs_no_name_server(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	dns_server_add(b->names, "a.test", "127.0.0.1", 1);
	borrower_request(b, named("a.test", s));
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	dns_server_behave(b->names, "a.test", 0, DNS_SILENCE);
	borrower_pass(b, 5);
	borrower_request(b, named("a.test", s));
	borrower_expect(b, "2=immediate");
	borrower_end(b);
}

static void cancel_two(struct borrower *b, int number)
{
	if (number == 1)
		assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[2]), 0);
}

/* Both answers are in the queue; the first one's handler takes the second back. */
static void answer_is_taken_back_inside_the_handler_of_another(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 1);
	borrower_free(b, 2);
	b->asked = 0;
	b->on_response = cancel_two;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=immediate");
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_end(b);
}

static void cancel_oneself(struct borrower *b, int number)
{
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[number]), -1);
	assert_int_equal(errno, EALREADY);
}

static void answer_that_has_been_looked_at_cannot_be_taken_back(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->leaves = 1;
	b->on_response = cancel_oneself;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(borrower_stats(b).cancelled, 0);
	borrower_end(b);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static void ask_from_start(struct poe_event *ev)
{
	struct borrower *b = ev->heap;

	assert_null(poe_keepalive_allocate(b->ka, &b->question));
	assert_int_equal(errno, EINPROGRESS);
}

static const struct poe_state doomed[] = {
	{ "_start", ask_from_start },
	{ "_stop", ignore },
	{ 0 }
};

static void request_ends_with_the_session_that_asked(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	poe_sid session;

	(void)state;
	b->question = borrower_for(hole);
	session = poe_session_create(b->kernel, &(struct poe_session_plan){ .states = doomed, .heap = b });
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).waiting, 1);
	assert_int_equal(poe_signal(b->kernel, session, "KILL"), 0);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).waiting, 0);
	assert_int_equal(borrower_stats(b).cancelled, 1);
	assert_int_equal(borrower_stats(b).dialing, 0);
	borrower_end(b);
}

static void cancelled_waiter_leaves_the_queue_in_order(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int i;

	(void)state;
	for (i = 1; i <= 4; i++)
		borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[2]), 0);
	borrower_free(b, 1);
	borrower_expect(b, "3=deferred");
	borrower_free(b, 3);
	borrower_expect(b, "4=deferred");
	borrower_end(b);
}

static void shut_down(struct borrower *b, int number)
{
	(void)number;
	poe_keepalive_shutdown(b->ka);
}

static void shutdown_inside_a_response_answers_the_rest(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->on_response = shut_down;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2!shutdown/ESHUTDOWN");
	borrower_end(b);
}

static void connection_outlives_its_managers_handle(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_keepalive_free(b->ka);
	b->ka = NULL;
	borrower_expect(b, "");
	borrower_start(b, 1);
	tcp_server_send(s, 0, "still there\n");
	borrower_expect(b, "in1:still there");
	borrower_free(b, 1);
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_end(b);
}

static void idle_connections_do_not_keep_a_program_alive(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	double before = poe_now(b->kernel);

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_start(b, 1);
	borrower_free(b, 1);
	borrower_free(b, 2);
	assert_int_equal(borrower_stats(b).idle, 2);
	borrower_stop(b);
	assert_int_equal(poe_run(b->kernel), 0);
	assert_true(poe_now(b->kernel) - before < 1);
	assert_int_equal(borrower_stats(b).closed, 2);
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[1]), -1);
	borrower_end(b);
}

/* Waiting, dialling, resolving, answered, lent, working and idle, all at once. */
static void kernel_may_stop_in_the_middle_of_everything(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .max_per_host = 3 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	int i;

	(void)state;
	dns_server_behave(b->names, "silent.test", 0, DNS_SILENCE);
	for (i = 1; i <= 3; i++)
		borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new 3=new");
	borrower_start(b, 2);
	borrower_free(b, 3);
	borrower_ask(b, hole);
	borrower_request(b, named("silent.test", s));
	borrower_expect(b, "");
	borrower_ask(b, s);
	borrower_ask(b, s);
	poe_kernel_stop(b->kernel);
	assert_int_equal(poe_run(b->kernel), 0);
	memset(b->held, 0, sizeof b->held);
	assert_int_equal(borrower_stats(b).used, 0);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadline_is_one_for_all_phases_and_says_which_it_hit),
		cmocka_unit_test(address_that_swallows_everything_does_not_swallow_the_deadline),
		cmocka_unit_test(bound_address_is_where_connections_come_from),
		cmocka_unit_test(address_that_is_not_ours_cannot_be_bound),
		cmocka_unit_test(unix_sockets_may_be_abstract_and_may_be_missing),
		cmocka_unit_test(full_descriptor_table_is_an_answer),
		cmocka_unit_test(name_that_does_not_exist_fails_all_who_wait),
		cmocka_unit_test(ports_of_one_host_share_the_look_up),
		cmocka_unit_test(idle_connection_needs_no_name_server),
		cmocka_unit_test(answer_is_taken_back_inside_the_handler_of_another),
		cmocka_unit_test(answer_that_has_been_looked_at_cannot_be_taken_back),
		cmocka_unit_test(request_ends_with_the_session_that_asked),
		cmocka_unit_test(cancelled_waiter_leaves_the_queue_in_order),
		cmocka_unit_test(shutdown_inside_a_response_answers_the_rest),
		cmocka_unit_test(connection_outlives_its_managers_handle),
		cmocka_unit_test(idle_connections_do_not_keep_a_program_alive),
		cmocka_unit_test(kernel_may_stop_in_the_middle_of_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
