/*
 * The fifteen test files of POE::Component::Client::Keepalive, under their
 * numbers.  What they do with sleeps of real seconds is done here with time
 * that passes when nothing else happens.
 */
#include "borrower.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A name that the system's hosts file gives: as upstream, "localhost" goes through the resolver. */
static struct poe_keepalive_request localhost(const struct tcp_server *s)
{
	struct poe_keepalive_request request = borrower_for(s);

	request.address = "localhost";
	return request;
}

static void t01_socket_is_reused_after_release_in_the_handler(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->on_response = borrower_free;
	borrower_request(b, localhost(s));
	borrower_expect(b, "1=new");
	borrower_request(b, localhost(s));
	borrower_expect(b, "2=immediate");
	assert_int_equal(tcp_server_count(s), 1);
	borrower_end(b);
}

static void t02_queue_waits_for_the_one_socket_there_may_be(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *none = borrower_meet(b, tcp_server_refusing());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	borrower_free(b, 2);
	b->leaves = 1;
	borrower_ask(b, s);
	borrower_ask(b, none);
	borrower_expect(b, "3=immediate 4!connect/ECONNREFUSED");
	borrower_end(b);
}

static void t03_queue_of_each_key_waits_for_its_own(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_request(b, localhost(s));
	borrower_request(b, localhost(s));
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	borrower_free(b, 2);
	borrower_request(b, localhost(s));
	borrower_request(b, localhost(s));
	borrower_expect(b, "3=immediate");
	borrower_free(b, 3);
	borrower_expect(b, "4=deferred");
	borrower_end(b);
}

static void t04_socket_that_was_shut_is_not_offered(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int healthy;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	healthy = poe_connection_fd(b->held[1]);
	poe_readwrite_shutdown_input(borrower_start(b, 2));
	poe_readwrite_shutdown_output(poe_connection_wheel(b->held[2]));
	borrower_free(b, 1);
	borrower_free(b, 2);
	borrower_pass(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "3=immediate");
	assert_int_equal(poe_connection_fd(b->held[3]), healthy);
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

/* Somebody closes a descriptor that is not his; ours is then no socket, or another's: it must not be offered. */
static void t04_descriptor_closed_behind_our_back_is_not_offered(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int spare;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	shutdown(poe_connection_fd(b->held[1]), SHUT_RDWR);
	dup2(spare, poe_connection_fd(b->held[1]));
	close(spare);
	borrower_free(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void t05_what_is_missing_is_refused(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request lacks[] = { borrower_for(s), borrower_for(s), borrower_for(s), borrower_for(s) };
	int i;

	(void)state;
	lacks[0].scheme = NULL;
	lacks[1].address = NULL;
	lacks[2].port = 0;
	lacks[3].event = NULL;
	for (i = 0; i < 4; i++)
		assert_int_equal(borrower_call(b, lacks[i]), EINVAL);
	for (i = 0; i < 3; i++)
		borrower_request(b, lacks[i]);
	borrower_expect(b, "5!allocate/EINVAL 6!allocate/EINVAL 7!allocate/EINVAL");
	poe_connection_free(NULL);
	borrower_end(b);
}

static void t06_socket_that_gets_input_while_idle_is_discarded(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	tcp_server_send(s, 0, "nobody asked\n");
	borrower_pass(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	assert_non_null(borrower_start(b, 2));
	borrower_pass(b, 1);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).dirty, 1);
	borrower_end(b);
}

static void t07_idle_socket_is_closed_after_keep_alive(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .keep_alive = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	borrower_pass(b, 2);
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "2=new 3=new");
	borrower_end(b);
}

static void t08_idle_socket_makes_room_for_another_host(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 2 });
	struct tcp_server *one = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, one);
	borrower_ask(b, one);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 1);
	borrower_free(b, 2);
	borrower_ask(b, one);
	borrower_ask(b, other);
	borrower_expect(b, "3=immediate 4=new");
	assert_int_equal(borrower_stats(b).evicted, 1);
	borrower_end(b);
}

static void t09_each_request_times_out_once(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .timeout = -1 });
	struct tcp_server *hole = borrower_meet(b, tcp_server_black_hole());
	struct poe_keepalive_request patient = borrower_for(hole);

	(void)state;
	borrower_ask(b, hole);
	patient.timeout = 0.5;
	borrower_request(b, patient);
	borrower_expect(b, "1!connect/ETIMEDOUT@queue");
	borrower_pass(b, 1);
	borrower_expect(b, "2!connect/ETIMEDOUT@connect");
	borrower_end(b);
}

static void t10_two_managers_share_a_resolver(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive *first = b->ka;
	struct poe_resolver *r = poe_resolver_new(b->kernel, NULL);

	(void)state;
	b->ka = poe_keepalive_new(b->kernel, &(struct poe_keepalive_plan){ .resolver = r });
	poe_resolver_unref(r);
	borrower_request(b, localhost(s));
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	poe_keepalive_free(b->ka);
	b->ka = first;
	borrower_request(b, localhost(s));
	borrower_expect(b, "2=new");
	borrower_end(b);
}

static void t11_half_closed_socket_does_not_go_to_the_next_in_line(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	tcp_server_send(s, 0, "one\n");
	borrower_expect(b, "in1:one");
	tcp_server_close(s, 0);
	borrower_do(b, borrower_free, 1);
	borrower_expect(b, "2=new");
	borrower_start(b, 2);
	tcp_server_send(s, 1, "two\n");
	borrower_expect(b, "in2:two");
	tcp_server_close(s, 1);
	borrower_expect(b, "err2:read/0");
	borrower_end(b);
}

/* The session has nothing but its request, then nothing but its wheel. */
static void t12_pending_request_keeps_its_session_and_shutdown_leaves_loans_alone(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	b->on_response = borrower_start_in_session;
	borrower_ask(b, s);
	borrower_stop(b);
	borrower_expect(b, "1=new");
	poe_keepalive_shutdown(b->ka);
	poe_keepalive_shutdown(b->ka);
	tcp_server_send(s, 0, "still there\n");
	borrower_expect(b, "in1:still there");
	borrower_end(b);
}

static void t13_closed_connection_gives_its_place_back_at_once(void **state)
{
	struct borrower *b = borrower_new(
		&(struct poe_keepalive_plan){ .keep_alive = 1, .max_open = 1, .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	poe_connection_close(b->held[1]);
	borrower_expect(b, "2=new");
	borrower_free(b, 1);
	assert_int_equal(borrower_stats(b).closed, 1);
	borrower_end(b);
}

static void t50_name_that_does_not_resolve_and_no_time_is_one_answer(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .timeout = -1 });

	(void)state;
	borrower_request(b, (struct poe_keepalive_request){
		.scheme = "http", .address = "no.such.name.invalid", .port = 80, .event = "got" });
	borrower_expect(b, "1!connect/ETIMEDOUT@queue");
	borrower_end(b);
}

static void t51_wake_up_does_not_evict_what_it_has_handed_out(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_open = 2, .max_per_host = 2 });
	struct tcp_server *one = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		borrower_ask(b, one);
	borrower_expect(b, "1=new 2=new");
	borrower_ask(b, one);
	borrower_ask(b, other);
	borrower_free(b, 1);
	borrower_expect(b, "5=new");
	borrower_free(b, 2);
	borrower_expect(b, "3=deferred");
	borrower_free(b, 5);
	borrower_expect(b, "4=new");
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t01_socket_is_reused_after_release_in_the_handler),
		cmocka_unit_test(t02_queue_waits_for_the_one_socket_there_may_be),
		cmocka_unit_test(t03_queue_of_each_key_waits_for_its_own),
		cmocka_unit_test(t04_socket_that_was_shut_is_not_offered),
		cmocka_unit_test(t04_descriptor_closed_behind_our_back_is_not_offered),
		cmocka_unit_test(t05_what_is_missing_is_refused),
		cmocka_unit_test(t06_socket_that_gets_input_while_idle_is_discarded),
		cmocka_unit_test(t07_idle_socket_is_closed_after_keep_alive),
		cmocka_unit_test(t08_idle_socket_makes_room_for_another_host),
		cmocka_unit_test(t09_each_request_times_out_once),
		cmocka_unit_test(t10_two_managers_share_a_resolver),
		cmocka_unit_test(t11_half_closed_socket_does_not_go_to_the_next_in_line),
		cmocka_unit_test(t12_pending_request_keeps_its_session_and_shutdown_leaves_loans_alone),
		cmocka_unit_test(t13_closed_connection_gives_its_place_back_at_once),
		cmocka_unit_test(t50_name_that_does_not_resolve_and_no_time_is_one_answer),
		cmocka_unit_test(t51_wake_up_does_not_evict_what_it_has_handed_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
