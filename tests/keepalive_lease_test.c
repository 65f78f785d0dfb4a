/* Loans on real sockets: what is known of one, a new connection for a bad one, sockets that come in and leave. */
#include "borrower.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct poe_connection_info info_of(const struct borrower *b, int number)
{
	struct poe_connection_info info;

	poe_connection_info(b->held[number], &info);
	return info;
}

static void info_tells_a_new_loan_from_a_deferred_and_a_kept_one(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_null(info_of(b, 1).from_cache);
	assert_int_equal(info_of(b, 1).uses, 0);
	borrower_ask(b, s);
	borrower_pass(b, 3);
	assert_true(info_of(b, 1).age >= 3 && info_of(b, 1).loan >= 3 && info_of(b, 1).loan < 4);
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	assert_string_equal(info_of(b, 2).from_cache, "deferred");
	assert_true(info_of(b, 2).queue >= 3 && info_of(b, 2).queue < 4 && info_of(b, 2).idle == 0);
	assert_int_equal(info_of(b, 2).uses, 1);
	borrower_free(b, 2);
	borrower_pass(b, 5);
	borrower_ask(b, s);
	borrower_expect(b, "3=immediate");
	assert_string_equal(info_of(b, 3).from_cache, "immediate");
	assert_true(info_of(b, 3).idle >= 5 && info_of(b, 3).idle < 6 && info_of(b, 3).queue == 0);
	assert_memory_equal(info_of(b, 3).peer, "127.0.0.1:", 10);
	borrower_end(b);
}

static void info_says_how_long_the_name_took(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.address = "slow.test";
	dns_server_add(b->names, "slow.test", "127.0.0.1", 60);
	dns_server_behave(b->names, "slow.test", 0, DNS_HOLD);
	borrower_request(b, request);
	borrower_expect(b, "");
	borrower_pass(b, 0.5);
	dns_server_release(b->names);
	borrower_expect(b, "1=new");
	assert_true(info_of(b, 1).resolve >= 0.5 && info_of(b, 1).connect < 0.5 && info_of(b, 1).proxy == 0);
	poe_connection_close(b->held[1]);
	assert_true(info_of(b, 1).resolve >= 0.5);
	borrower_end(b);
}

static void info_of_a_call_is_that_of_a_kept_one(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	borrower_pass(b, 2);
	borrower_call(b, borrower_for(s));
	borrower_expect(b, "2=called");
	assert_string_equal(info_of(b, 2).from_cache, "immediate");
	assert_true(info_of(b, 2).idle >= 2 && info_of(b, 2).idle < 3);
	borrower_end(b);
}

static void reallocate_in_session(struct borrower *b, int number)
{
	b->question.context = poe_int(++b->asked);
	b->result = poe_keepalive_reallocate(b->ka, b->held[number], &b->question) == 0 ? 0 : errno;
	b->ids[b->asked] = b->question.id;
	if (b->result == 0)
		b->held[number] = NULL;
}

static int reallocate(struct borrower *b, int number, struct poe_keepalive_request request)
{
	b->question = request;
	borrower_do(b, reallocate_in_session, number);
	return b->result;
}

static void stale_connection_is_exchanged_for_a_new_one(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(reallocate(b, 1, borrower_for(s)), 0);
	borrower_expect(b, "3=new");
	assert_string_equal(tcp_server_receive(s, 0), "(end)");
	borrower_free(b, 3);
	borrower_expect(b, "2=deferred");
	borrower_end(b);
}

static void exchange_keeps_the_first_deadline(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	request.timeout = 10;
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	borrower_pass(b, 11);
	request.timeout = 100;
	assert_int_equal(reallocate(b, 1, request), 0);
	borrower_expect(b, "2!connect/ETIMEDOUT@queue");
	borrower_end(b);
}

static void exchange_that_is_refused_leaves_the_connection(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	request.port = 0;
	assert_int_equal(reallocate(b, 1, request), EINVAL);
	assert_true(poe_connection_fd(b->held[1]) >= 0);
	poe_keepalive_shutdown(b->ka);
	assert_int_equal(reallocate(b, 1, borrower_for(s)), ESHUTDOWN);
	borrower_end(b);
}

static void exchange_of_a_closed_connection_works_too(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	poe_connection_close(b->held[1]);
	assert_int_equal(reallocate(b, 1, borrower_for(s)), 0);
	assert_int_equal(poe_keepalive_deallocate(b->ka, b->ids[2]), 0);
	borrower_end(b);
}

static void adopt_in_session(struct borrower *b, int fd)
{
	b->held[++b->asked] = poe_keepalive_adopt(b->ka, &b->question, fd);
	b->result = b->held[b->asked] ? 0 : errno;
}

static int adopt(struct borrower *b, struct poe_keepalive_request request, int fd)
{
	b->question = request;
	b->question.event = NULL;
	borrower_do(b, adopt_in_session, fd);
	return b->result;
}

/* Matrix 126. */
static void adopted_socket_works_and_is_lent_again(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(adopt(b, borrower_for(s), pair[0]), 0);
	assert_int_equal(borrower_stats(b).used, 1);
	borrower_start(b, 1);
	assert_int_equal(write(pair[1], "hello\n", 6), 6);
	borrower_expect(b, "in1:hello");
	borrower_free(b, 1);
	borrower_ask(b, s);
	borrower_expect(b, "2=immediate");
	assert_int_equal(poe_connection_fd(b->held[2]), pair[0]);
	borrower_free(b, 2);
	close(pair[1]);
	borrower_expect_idle(b, 0);
	borrower_end(b);
}

static void adoption_that_is_refused_leaves_the_descriptor(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	assert_int_equal(adopt(b, borrower_for(s), pair[0]), EAGAIN);
	assert_int_equal(adopt(b, borrower_for(s), -1), EBADF);
	poe_keepalive_shutdown(b->ka);
	assert_int_equal(adopt(b, borrower_for(s), pair[0]), ESHUTDOWN);
	assert_int_equal(close(pair[0]), 0);
	close(pair[1]);
	borrower_end(b);
}

static void detached_socket_is_the_callers_and_its_place_another_ones(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	int fd;

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	fd = poe_connection_detach(b->held[1]);
	assert_true(fd >= 0);
	borrower_expect(b, "2=new");
	assert_int_equal(poe_connection_detach(b->held[1]), -1);
	assert_int_equal(errno, EBADF);
	assert_null(poe_connection_wheel(b->held[1]));
	assert_int_equal(send(fd, "mine", 4, 0), 4);
	assert_int_equal(close(fd), 0);
	tcp_server_count(s);
	assert_string_equal(tcp_server_receive(s, 0), "mine(end)");
	borrower_end(b);
}

static void put_in_session(struct borrower *b, int number)
{
	char text[100000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	while (poe_readwrite_pending_output(poe_connection_wheel(b->held[number])) == 0)
		assert_int_not_equal(poe_put(poe_connection_wheel(b->held[number]), poe_str(text)), -1);
}

static void connection_with_unsent_output_is_not_let_out(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_start(b, 1);
	borrower_do(b, put_in_session, 1);
	assert_int_equal(poe_connection_detach(b->held[1]), -1);
	assert_int_equal(errno, EBUSY);
	assert_non_null(poe_connection_wheel(b->held[1]));
	borrower_end(b);
}

/* Lines come without a place of their own, and no test here runs beside another. */
static int reports;
static char last_report[256];

static void take_report(const char *line)
{
	reports++;
	snprintf(last_report, sizeof last_report, "%s", line);
}

/* Matrix 122. */
static void loan_that_lasts_too_long_is_reported_with_who_and_where(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .leak_after = 30, .report = take_report });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	(void)state;
	reports = 0;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_pass(b, 31);
	assert_int_equal(reports, 1);
	assert_non_null(strstr(last_report, "overdue: http:127.0.0.1:"));
	assert_non_null(strstr(last_report, "asked for at tests/harness/borrower.c:"));
	assert_int_equal(borrower_stats(b).leaks, 1);
	borrower_free(b, 1);
	assert_int_equal(reports, 2);
	assert_non_null(strstr(last_report, "returned after all: http:127.0.0.1:"));
	borrower_call(b, borrower_for(s));
	borrower_expect(b, "2=called");
	borrower_pass(b, 31);
	assert_non_null(strstr(last_report, "asked for by call"));
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(info_tells_a_new_loan_from_a_deferred_and_a_kept_one),
		cmocka_unit_test(info_says_how_long_the_name_took),
		cmocka_unit_test(info_of_a_call_is_that_of_a_kept_one),
		cmocka_unit_test(stale_connection_is_exchanged_for_a_new_one),
		cmocka_unit_test(exchange_keeps_the_first_deadline),
		cmocka_unit_test(exchange_that_is_refused_leaves_the_connection),
		cmocka_unit_test(exchange_of_a_closed_connection_works_too),
		cmocka_unit_test(adopted_socket_works_and_is_lent_again),
		cmocka_unit_test(adoption_that_is_refused_leaves_the_descriptor),
		cmocka_unit_test(detached_socket_is_the_callers_and_its_place_another_ones),
		cmocka_unit_test(connection_with_unsent_output_is_not_let_out),
		cmocka_unit_test(loan_that_lasts_too_long_is_reported_with_who_and_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
