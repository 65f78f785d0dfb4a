/* What peers say on idle connections, and questions whether they are alive.  Matrix 61. */
#include "borrower.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct listener {
	char heard[64];
	int keeps, pings, pings_fail;
};

static int listen_to(void *data, const char *scheme, int fd)
{
	struct listener *me = data;
	size_t length = strlen(me->heard);
	ssize_t n = recv(fd, me->heard + length, sizeof me->heard - 1 - length, MSG_DONTWAIT);

	assert_string_equal(scheme, "http");
	if (n > 0)
		me->heard[length + (size_t)n] = '\0';
	return me->keeps;
}

static int ask_it(void *data, const char *scheme, int fd)
{
	struct listener *me = data;

	(void)scheme;
	me->pings++;
	if (me->pings_fail)
		return -1;
	return send(fd, "?", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* One idle connection to the server, which has seen it. */
static struct borrower *idle_with(const struct poe_keepalive_plan *plan)
{
	struct borrower *b = borrower_new(plan);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	assert_int_equal(tcp_server_count(s), 1);
	return b;
}

static void peer_that_talks_unasked_is_heard_and_kept(void **state)
{
	struct listener l = { .keeps = 1 };
	struct borrower *b = idle_with(&(struct poe_keepalive_plan){ .on_idle_data = listen_to, .idle_data = &l });

	(void)state;
	tcp_server_send(b->servers[0], 0, "news");
	borrower_expect(b, "");
	assert_string_equal(l.heard, "news");
	assert_int_equal(borrower_stats(b).idle, 1);
	tcp_server_send(b->servers[0], 0, ", more");
	borrower_call(b, borrower_for(b->servers[0]));
	borrower_expect(b, "2=called");
	assert_string_equal(l.heard, "news, more");
	borrower_end(b);
}

static void peer_whose_words_are_not_wanted_is_dropped(void **state)
{
	struct listener l = { .keeps = 0 };
	struct borrower *b = idle_with(&(struct poe_keepalive_plan){ .on_idle_data = listen_to, .idle_data = &l });

	(void)state;
	tcp_server_send(b->servers[0], 0, "go away");
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).idle, 0);
	assert_int_equal(borrower_stats(b).dirty, 1);
	borrower_end(b);
}

static int read_one(void *data, const char *scheme, int fd)
{
	char octet;

	(void)data;
	(void)scheme;
	return recv(fd, &octet, 1, MSG_DONTWAIT) == 1;
}

static void words_that_are_left_unread_end_the_connection(void **state)
{
	struct borrower *b = idle_with(&(struct poe_keepalive_plan){ .on_idle_data = read_one });

	(void)state;
	tcp_server_send(b->servers[0], 0, "two");
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).idle, 0);
	borrower_end(b);
}

static void end_of_a_peer_is_none_of_its_words(void **state)
{
	struct listener l = { .keeps = 1 };
	struct borrower *b = idle_with(&(struct poe_keepalive_plan){ .on_idle_data = listen_to, .idle_data = &l });

	(void)state;
	tcp_server_close(b->servers[0], 0);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).idle, 0);
	assert_int_equal(borrower_stats(b).stale, 1);
	borrower_end(b);
}

static struct poe_keepalive_plan pinging(struct listener *l)
{
	return (struct poe_keepalive_plan){ .on_idle_data = listen_to, .ping = ask_it, .ping_every = 5,
					    .ping_timeout = 2, .idle_data = l };
}

static void peer_that_answers_is_lent_again_and_one_that_does_not_is_closed(void **state)
{
	struct listener l = { .keeps = 1 };
	struct poe_keepalive_plan plan = pinging(&l);
	struct borrower *b = idle_with(&plan);

	(void)state;
	borrower_pass(b, 5.1);
	assert_string_equal(tcp_server_receive(b->servers[0], 0), "?");
	borrower_ask(b, b->servers[0]);
	borrower_expect(b, "2=new");
	tcp_server_send(b->servers[0], 0, "!");
	borrower_expect(b, "");
	assert_string_equal(l.heard, "!");
	assert_int_equal(borrower_stats(b).idle, 1);
	borrower_pass(b, 5.1);
	assert_int_equal(l.pings, 2);
	borrower_pass(b, 2.1);
	assert_int_equal(borrower_stats(b).stale, 1);
	borrower_end(b);
}

static void peer_that_ends_while_it_is_asked_is_closed(void **state)
{
	struct listener l = { .keeps = 1 };
	struct poe_keepalive_plan plan = pinging(&l);
	struct borrower *b = idle_with(&plan);

	(void)state;
	borrower_pass(b, 5.1);
	tcp_server_close(b->servers[0], 0);
	borrower_expect(b, "");
	assert_int_equal(borrower_stats(b).used, 0);
	assert_int_equal(borrower_stats(b).stale, 1);
	borrower_end(b);
}

static void question_that_cannot_be_asked_ends_the_connection(void **state)
{
	struct listener l = { .keeps = 1, .pings_fail = 1 };
	struct poe_keepalive_plan plan = pinging(&l);
	struct borrower *b = idle_with(&plan);

	(void)state;
	borrower_pass(b, 5.1);
	assert_int_equal(borrower_stats(b).used + borrower_stats(b).idle, 0);
	borrower_end(b);
}

static void questions_without_an_ear_are_refused(void **state)
{
	struct poe_keepalive_plan plan = { .ping = ask_it, .ping_every = 5 };
	struct borrower *b = borrower_new(NULL);

	(void)state;
	assert_int_equal(poe_keepalive_set(b->ka, &plan), -1);
	assert_int_equal(errno, EINVAL);
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peer_that_talks_unasked_is_heard_and_kept),
		cmocka_unit_test(peer_whose_words_are_not_wanted_is_dropped),
		cmocka_unit_test(words_that_are_left_unread_end_the_connection),
		cmocka_unit_test(end_of_a_peer_is_none_of_its_words),
		cmocka_unit_test(peer_that_answers_is_lent_again_and_one_that_does_not_is_closed),
		cmocka_unit_test(peer_that_ends_while_it_is_asked_is_closed),
		cmocka_unit_test(question_that_cannot_be_asked_ends_the_connection),
		cmocka_unit_test(questions_without_an_ear_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
