/* A handler of a signal that sends signals: what it says of one is not said of the other. */
#include "harness.h"

static void handle(struct poe_event *ev)
{
	poe_sig_handled(ev);
	harness_record(ev);
}

static void watch_both(struct poe_event *ev)
{
	poe_sig(ev->kernel, "TERM", "term");
	poe_sig(ev->kernel, "INT", "int");
	poe_delay_set(ev->kernel, "later", 1);
}

static void send_int_and_handle(struct poe_event *ev)
{
	assert_int_equal(poe_signal(ev->kernel, ev->session, "INT"), 0);
	handle(ev);
}

static void the_one_handled_leaves_the_one_it_sent_unhandled(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_both }, { "term", send_int_and_handle }, { "int", harness_record },
		{ "later", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, NULL, states), "TERM");
	harness_run(h);
	assert_recorded(h, "term int _stop");
}

static void send_int_only(struct poe_event *ev)
{
	assert_int_equal(poe_signal(ev->kernel, harness_of(ev)->other, "INT"), 0);
	harness_record(ev);
}

static void the_one_it_sent_handled_leaves_it_unhandled(void **state)
{
	static const struct poe_state sender[] = { { "_start", watch_both }, { "term", send_int_only },
						   { "later", harness_record }, { "_stop", harness_record }, { 0 } };
	static const struct poe_state receiver[] = { { "_start", watch_both }, { "int", handle },
						     { "later", harness_record }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, "s", sender);

	h->other = harness_session(h, "r", receiver);
	poe_signal(h->kernel, s, "TERM");
	harness_run(h);
	assert_recorded(h, "s:term s:_stop r:int r:later r:_stop");
}

static void call_the_other(struct poe_event *ev)
{
	poe_call(ev->kernel, harness_of(ev)->other, "please");
	harness_record(ev);
}

static void signal_and_handle(struct poe_event *ev)
{
	assert_int_equal(poe_signal(ev->kernel, ev->session, "INT"), 0);
	handle(ev);
}

/* As in POE, poe_sig_handled in a handler that was called says it of the signal in dispatch. */
static void handled_in_a_call_from_the_handler_is_that_signal(void **state)
{
	static const struct poe_state sender[] = { { "_start", watch_both }, { "term", call_the_other },
						   { "later", harness_record }, { "_stop", harness_record }, { 0 } };
	static const struct poe_state receiver[] = { { "_start", watch_both }, { "please", signal_and_handle },
						     { "int", harness_record }, { "later", harness_record },
						     { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, "s", sender);

	h->other = harness_session(h, "r", receiver);
	poe_signal(h->kernel, s, "TERM");
	harness_run(h);
	assert_recorded(h, "r:please s:term r:int r:_stop s:later s:_stop");
}

static void stop_all(struct poe_event *ev)
{
	assert_int_equal(poe_signal(ev->kernel, poe_kernel_address(ev->kernel), "INT"), 0);
	poe_kernel_stop(ev->kernel);
	handle(ev);
}

static void signal_sent_before_the_stop_reaches_nobody(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_both }, { "term", stop_all }, { "int", harness_record },
		{ "later", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, NULL, states), "TERM");
	harness_run(h);
	assert_recorded(h, "_stop term");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(the_one_handled_leaves_the_one_it_sent_unhandled),
		HARNESS_TEST(the_one_it_sent_handled_leaves_it_unhandled),
		HARNESS_TEST(handled_in_a_call_from_the_handler_is_that_signal),
		HARNESS_TEST(signal_sent_before_the_stop_reaches_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
