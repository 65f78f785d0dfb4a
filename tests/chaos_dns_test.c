/*
 * A name server that says what is wrong, or strange, under a connection
 * manager: each request has one answer, within its deadline; and when the
 * server has come to its senses, other names are found as ever.
 */
#include "borrower.h"

#include <stdio.h>
#include <string.h>

enum { DEADLINE = 3 }; /* less than the resolver gives it */

/* What became of the request, as the borrower writes it down: the log is emptied. */
static void ask(struct borrower *b, const struct tcp_server *s, const char *name, char words[64])
{
	struct poe_keepalive_request request = borrower_for(s);
	int tries;

	request.address = name;
	borrower_request(b, request);
	for (tries = 0; b->log[0] == '\0' && tries < 100; tries++)
		borrower_pass(b, 0.001);
	borrower_pass(b, DEADLINE + 1);
	snprintf(words, 64, "%.63s", b->log);
	b->log[0] = '\0';
	assert_string_not_equal(words, "");
	assert_null(strchr(words, ' '));
	assert_int_equal(borrower_stats(b).waiting, 0);
}

/* The answer to the request whose every lookup is spoilt so: what comes after its number. */
static void play(const struct dns_spoiling *how, char words[64])
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .timeout = DEADLINE });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	char next[64];

	dns_server_add(b->names, "honest.test", "127.0.0.1", 60);
	dns_server_spoil(b->names, how);
	ask(b, s, "x.test", words);
	dns_server_spoil(b->names, NULL);
	ask(b, s, "honest.test", next);
	assert_string_equal(next, "2=new");
	borrower_end(b);
}

static void lie(enum dns_lie lie, const char *expected)
{
	const struct dns_spoiling how = { .lie = lie, .cut = -1, .turned = -1 };
	char words[64];

	play(&how, words);
	if (strncmp(words, expected, strlen(expected)) != 0)
		fail_msg("lie %d: %s, not %s", lie, words, expected);
}

static void strange_answers_are_understood(void **state)
{
	(void)state;
	lie(DNS_TRUTH, "1=new");
	lie(DNS_FOR_EVER, "1=new");
	lie(DNS_NO_TIME, "1=new");
	lie(DNS_CHAIN, "1=new");
}

static void wrong_answers_are_told_as_what_they_are(void **state)
{
	static const enum dns_lie wrong[] = { DNS_TRUNCATED, DNS_LOOP, DNS_BEYOND, DNS_EMPTY, DNS_RING,
					      DNS_DEAD_END, DNS_SHORT_DATA, DNS_LONG_DATA, DNS_MORE, DNS_QUESTION };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		lie(wrong[i], "1!resolve/");
}

/* Nobody may be answered by who does not know the question. */
static void answers_to_others_are_not_heard(void **state)
{
	static const enum dns_lie others[] = { DNS_OTHER_ID, DNS_OTHER_QUESTION };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof others / sizeof *others; i++)
		lie(others[i], "1!connect/ETIMEDOUT@resolve");
}

static void each_response_code_is_one_answer(void **state)
{
	struct dns_spoiling how = { .lie = DNS_EMPTY, .cut = -1, .turned = -1 };
	char words[64];

	(void)state;
	for (how.response_code = 0; how.response_code < 16; how.response_code++) {
		play(&how, words);
		assert_memory_equal(words, "1!", 2);
	}
}

/* An address that was spoilt may be anybody's, so nobody looks at whom it was. */
static void cut_or_turned_at_each_octet_is_one_answer(void **state)
{
	struct dns_spoiling how = { .lie = DNS_CHAIN };
	char words[64];
	int octet;

	(void)state;
	for (octet = 0; octet < 80; octet++) {
		how.cut = octet;
		how.turned = -1;
		play(&how, words);
		how.cut = -1;
		how.turned = octet;
		play(&how, words);
		assert_true(strncmp(words, "1!", 2) == 0 || strncmp(words, "1=", 2) == 0);
	}
}

/* Whoever asked has been told that it is too late; the answer that comes then is used by the next. */
static void late_answer_is_nobodys(void **state)
{
	struct borrower *b = borrower_new_with_names(&(struct poe_keepalive_plan){ .timeout = DEADLINE });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	char words[64];

	(void)state;
	dns_server_add(b->names, "late.test", "127.0.0.1", 60);
	dns_server_behave(b->names, "late.test", 0, DNS_HOLD);
	ask(b, s, "late.test", words);
	assert_string_equal(words, "1!connect/ETIMEDOUT@resolve");
	dns_server_release(b->names);
	borrower_expect(b, "");
	dns_server_forget(b->names);
	dns_server_add(b->names, "late.test", "127.0.0.1", 60);
	ask(b, s, "late.test", words);
	assert_string_equal(words, "2=new");
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strange_answers_are_understood),
		cmocka_unit_test(wrong_answers_are_told_as_what_they_are),
		cmocka_unit_test(answers_to_others_are_not_heard),
		cmocka_unit_test(each_response_code_is_one_answer),
		cmocka_unit_test(cut_or_turned_at_each_octet_is_one_answer),
		cmocka_unit_test(late_answer_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
