#include "harness.h"

#include <errno.h>
#include <string.h>

static void set_again(struct poe_event *ev)
{
	poe_state_set(ev->kernel, "known", harness_record, NULL);
}

static const struct poe_state states[] = {
	{ "_start", harness_ignore }, { "known", harness_ignore }, { "set", set_again }, { 0 }
};

/* Runs two events, one of them without a state, with one option on; what was reported goes to `said`. */
static void run_with(struct harness *h, const char *option, char *said, size_t room)
{
	poe_sid id = harness_session(h, NULL, states);

	poe_refcount_increment(h->kernel, id, "test");
	assert_int_equal(poe_session_option(h->kernel, id, option, 1), 0);
	assert_int_equal(poe_session_option(h->kernel, id, option, -1), 1);
	poe_post(h->kernel, id, "known");
	poe_post(h->kernel, id, "unknown");
	poe_post(h->kernel, id, "set");
	poe_refcount_decrement(h->kernel, id, "test");
	harness_run_listening(h, said, room);
}

static void session_with_trace_reports_each_of_its_events(void **state)
{
	char said[1024];

	run_with(*state, "trace", said, sizeof said);
	assert_non_null(strstr(said, " <- known from tests/option_test.c:"));
	assert_null(strstr(said, "unknown"));
}

static void session_with_default_reports_what_it_has_no_state_for(void **state)
{
	char said[1024];

	run_with(*state, "default", said, sizeof said);
	assert_non_null(strstr(said, "event unknown has no handler"));
	assert_null(strstr(said, "event known"));
}

static void session_with_debug_reports_a_state_set_over_another(void **state)
{
	char said[1024];

	run_with(*state, "debug", said, sizeof said);
	assert_non_null(strstr(said, "event known gets another handler"));
}

static void session_without_options_says_nothing(void **state)
{
	struct harness *h = *state;
	poe_sid id = harness_session(h, NULL, states);
	char said[1024];

	assert_int_equal(poe_session_option(h->kernel, id, "default", 1), 0);
	assert_int_equal(poe_session_option(h->kernel, id, "default", 0), 1);
	poe_post(h->kernel, id, "unknown");
	harness_run_listening(h, said, sizeof said);
	assert_string_equal(said, "");
}

static void unknown_option_or_session_is_an_error(void **state)
{
	struct harness *h = *state;
	poe_sid id = harness_session(h, NULL, states);

	assert_int_equal(poe_session_option(h->kernel, id, "colour", 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_session_option(h->kernel, id, "trace", 2), -1);
	assert_int_equal(errno, EINVAL);
	harness_run(h);
	assert_int_equal(poe_session_option(h->kernel, id, "trace", 1), -1);
	assert_int_equal(errno, ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(session_with_trace_reports_each_of_its_events),
		HARNESS_TEST(session_with_default_reports_what_it_has_no_state_for),
		HARNESS_TEST(session_with_debug_reports_a_state_set_over_another),
		HARNESS_TEST(session_without_options_says_nothing),
		HARNESS_TEST(unknown_option_or_session_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
