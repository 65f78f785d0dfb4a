/* The look at an idle connection before it is lent, disturbed. */
#include "borrower.h"
#include "inject.h"

#include <errno.h>

/* Lends a connection, and again while its probe fails so many times. */
static void lend_again(int error_num, unsigned count, const char *words)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());

	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_free(b, 1);
	inject_begin(&(struct inject_plan){
		.function = INJECT_RECV, .first = 1, .count = count, .error_num = error_num });
	borrower_ask(b, s);
	borrower_expect(b, words);
	inject_end();
	borrower_end(b);
}

static void an_interrupted_probe_finds_the_connection_good(void **state)
{
	(void)state;
	lend_again(EINTR, 5, "2=immediate");
}

static void a_probe_that_finds_a_reset_leads_to_a_new_connection(void **state)
{
	(void)state;
	lend_again(ECONNRESET, 1, "2=new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_probe_finds_the_connection_good),
		cmocka_unit_test(a_probe_that_finds_a_reset_leads_to_a_new_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
