#include "harness.h"

#include <errno.h>
#include <string.h>

static void die(struct poe_event *ev)
{
	assert_int_equal(poe_die(ev, ENOENT, "no such thing"), 0);
	harness_tell(ev, "goes on");
}

static void die_later(struct poe_event *ev)
{
	poe_sig(ev->kernel, "DIE", "caught");
	poe_yield(ev->kernel, "die");
	poe_delay_set(ev->kernel, "later", 1);
}

static const struct poe_state dying_states[] = {
	{ "_start", die_later }, { "die", die }, { "later", harness_record }, { "_stop", harness_record }, { 0 }
};

static void live(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "later", 100);
}

static const struct poe_state bystander_states[] = { { "_start", live }, { "later", harness_record }, { "_stop", harness_record }, { 0 } };

static void unhandled_exception_stops_everybody_and_run_fails(void **state)
{
	struct harness *h = *state;

	harness_session(h, "other", bystander_states);
	harness_session(h, "dying", dying_states);
	errno = 0;
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(poe_kernel_error(h->kernel), "no such thing");
	assert_recorded(h, "dying:goes on dying:_stop other:_stop");
}

static void kernel_runs_again_after_an_exception(void **state)
{
	struct harness *h = *state;

	harness_session(h, NULL, dying_states);
	assert_int_equal(poe_run(h->kernel), -1);
	h->text[0] = '\0';
	harness_session(h, NULL, bystander_states);
	assert_int_equal(poe_run(h->kernel), 0);
	assert_string_equal(poe_kernel_error(h->kernel), "");
	assert_recorded(h, "later _stop");
}

static void catch(struct poe_event *ev)
{
	harness_tell(ev, "%s %lld %s %s", poe_arg_str(ev, 0), (long long)poe_arg_int(ev, 1), poe_arg_str(ev, 2),
		     poe_arg_str(ev, 4));
	assert_int_equal(poe_arg_address(ev, 3).v, harness_of(ev)->sid.v);
	assert_non_null(strstr(poe_arg_str(ev, 5), "die_test.c:"));
	poe_sig_handled(ev);
}

static void handled_exception_tells_what_happened_and_stops_nobody(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", die_later }, { "die", die }, { "caught", catch }, { "later", harness_record }, { 0 }
	};
	struct harness *h = *state;

	h->sid = harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "goes on DIE 2 no such thing die later");
}

static void record_caught(struct poe_event *ev)
{
	harness_record(ev);
	if (harness_of(ev)->number == 1)
		poe_sig_handled(ev);
}

static const struct poe_state watching_leaf[] = {
	{ "_start", die_later }, { "die", die }, { "caught", harness_record }, { "later", harness_record }, { 0 }
};

static void watch_die(struct poe_event *ev)
{
	poe_sig(ev->kernel, "DIE", "caught");
	poe_delay_set(ev->kernel, "later", 2);
}

static void create_leaf(struct poe_event *ev)
{
	watch_die(ev);
	harness_session(harness_of(ev), "leaf", watching_leaf);
}

static void create_sibling_and_middle(struct poe_event *ev)
{
	static const struct poe_state middle[] = { { "_start", create_leaf }, { "caught", harness_record }, { 0 } };
	static const struct poe_state sibling[] = { { "_start", watch_die }, { "caught", harness_record }, { 0 } };

	watch_die(ev);
	harness_session(harness_of(ev), "sibling", sibling);
	harness_session(harness_of(ev), "middle", middle);
}

static const struct poe_state top_states[] = { { "_start", create_sibling_and_middle }, { "caught", record_caught }, { 0 } };

static void exception_goes_up_to_the_ancestors_but_not_to_siblings(void **state)
{
	struct harness *h = *state;

	h->number = 1;
	harness_session(h, "top", top_states);
	harness_run(h);
	assert_recorded(h, "leaf:goes on leaf:caught middle:caught top:caught leaf:later");
}

static void call_dying(struct poe_event *ev)
{
	struct poe_value value = poe_call(ev->kernel, harness_of(ev)->sid, "die");

	harness_tell(ev, "%s", value.kind == POE_NONE && errno == 0 ? "nothing" : "?");
}

static void caller_of_a_dying_handler_goes_on(void **state)
{
	static const struct poe_state dying[] = { { "_start", watch_die }, { "die", die }, { "caught", record_caught }, { 0 } };
	static const struct poe_state caller[] = { { "_start", call_dying }, { 0 } };
	struct harness *h = *state;

	h->number = 1;
	h->sid = harness_session(h, "d", dying);
	harness_session(h, "c", caller);
	harness_run(h);
	assert_recorded(h, "d:goes on c:nothing d:caught");
}

static void stop_and_die(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
	assert_int_equal(poe_die(ev, EIO, "too late"), 0);
}

static void exception_of_a_session_that_has_gone_is_nothing(void **state)
{
	static const struct poe_state states[] = { { "_start", live }, { "later", stop_and_die }, { 0 } };

	harness_session(*state, NULL, states);
	harness_run(*state);
}

static void long_text_is_cut(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { 0 } };
	struct harness *h = *state;
	char text[1000];
	poe_sid s = harness_session(h, NULL, states);

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	poe_signal(h->kernel, s, "DIE", poe_int(EIO), poe_str(text));
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(strlen(poe_kernel_error(h->kernel)), 199);
}

static void die_again(struct poe_event *ev)
{
	poe_die(ev, EIO, "worse");
	poe_sig_handled(ev);
	harness_record(ev);
}

static void exception_in_a_die_handler_is_told_behind_the_first_one(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", die_later }, { "die", die }, { "caught", die_again }, { "later", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_session(h, NULL, states);
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(poe_kernel_error(h->kernel), "no such thing; and then: worse");
	assert_recorded(h, "goes on caught later");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(unhandled_exception_stops_everybody_and_run_fails),
		HARNESS_TEST(kernel_runs_again_after_an_exception),
		HARNESS_TEST(handled_exception_tells_what_happened_and_stops_nobody),
		HARNESS_TEST(exception_goes_up_to_the_ancestors_but_not_to_siblings),
		HARNESS_TEST(caller_of_a_dying_handler_goes_on),
		HARNESS_TEST(exception_of_a_session_that_has_gone_is_nothing),
		HARNESS_TEST(long_text_is_cut),
		HARNESS_TEST(exception_in_a_die_handler_is_told_behind_the_first_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
