#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void watch_user(struct poe_event *ev)
{
	assert_int_equal(poe_sig(ev->kernel, "SHOUT", "shout", poe_str("own")), 0);
}

static const struct poe_state listener_states[] = {
	{ "_start", watch_user }, { "shout", harness_record_args }, { "_stop", harness_record }, { 0 }
};

static void signal_brings_its_name_what_it_was_sent_with_and_own_values(void **state)
{
	struct harness *h = *state;

	assert_int_equal(poe_signal(h->kernel, harness_session(h, NULL, listener_states), "SHOUT", poe_int(1)), 0);
	harness_run(h);
	assert_recorded(h, "shout(SHOUT,1,own) _stop");
}

static void signal_to_nobody_is_esrch(void **state)
{
	struct harness *h = *state;

	errno = 0;
	assert_int_equal(poe_signal(h->kernel, (poe_sid){ 5 }, "TERM", harness_object(h)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_signal(h->kernel, poe_kernel_address(h->kernel), "", harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(h->released, 2);
}

static void watching_does_not_keep_a_session_alive(void **state)
{
	harness_session(*state, NULL, listener_states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "_stop");
}

static void watch_term(struct poe_event *ev)
{
	poe_sig(ev->kernel, "TERM", "term");
}

static const struct poe_state leaf_states[] = {
	{ "_start", watch_term }, { "term", harness_record }, { "_stop", harness_record }, { 0 }
};

static void make_leaf(struct poe_event *ev)
{
	watch_term(ev);
	harness_session(harness_of(ev), "3", leaf_states);
}

static void make_middle(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", make_leaf }, { "term", harness_record }, { "_stop", harness_record }, { 0 }
	};

	watch_term(ev);
	harness_session(harness_of(ev), "2", states);
}

static void terminal_signal_goes_deepest_first_and_then_stops_all(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", make_middle }, { "term", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_session(h, "1", states);
	poe_signal(h->kernel, poe_kernel_address(h->kernel), "TERM");
	harness_run(h);
	assert_recorded(h, "3:term 2:term 1:term 3:_stop 2:_stop 1:_stop");
}

static void handle(struct poe_event *ev)
{
	harness_record(ev);
	poe_sig_handled(ev);
}

static void set_timer_and_watch(struct poe_event *ev)
{
	static const char *const names[] = { "QUIT", "INT", "KILL", "TERM", "HUP", "IDLE", "DIE", "ZOMBIE", "UIDESTROY" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], "KILL") != 0)
			assert_int_equal(poe_sig(ev->kernel, names[i], names[i]), 0);
	poe_delay_set(ev->kernel, "later", 1);
}

static void create_unwilling(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", set_timer_and_watch }, { "later", harness_record }, { 0 }
	};

	set_timer_and_watch(ev);
	harness_session(harness_of(ev), "c", states);
}

static const struct poe_state handling_states[] = {
	{ "_start", create_unwilling }, { "QUIT", handle }, { "INT", handle }, { "TERM", handle }, { "HUP", handle },
	{ "IDLE", handle }, { "DIE", handle }, { "ZOMBIE", handle }, { "UIDESTROY", handle }, { "later", harness_record }, { 0 }
};

static void one_handler_saves_all_from_a_terminal_signal(void **state)
{
	static const char *const names[] = { "QUIT", "INT", "TERM", "HUP", "IDLE", "DIE" };
	struct harness *h = *state;
	poe_sid s = harness_session(h, "p", handling_states);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		poe_signal(h->kernel, s, names[i]);
	harness_run(h);
	assert_recorded(h, "p:QUIT p:INT p:TERM p:HUP p:IDLE p:DIE p:later c:later");
}

static void create_handling(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", set_timer_and_watch }, { "TERM", handle }, { 0 } };

	set_timer_and_watch(ev);
	harness_session(harness_of(ev), "c", states);
}

static void handler_below_saves_those_above(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", create_handling }, { "TERM", harness_record }, { "later", harness_record }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, "p", states), "TERM");
	harness_run(h);
	assert_recorded(h, "c:TERM p:TERM p:later");
}

static void nobody_survives_a_nonmaskable_signal(void **state)
{
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, "p", handling_states), "ZOMBIE");
	harness_run(h);
	assert_recorded(h, "p:ZOMBIE");
	h->text[0] = '\0';
	poe_signal(h->kernel, harness_session(h, "p", handling_states), "UIDESTROY");
	harness_run(h);
	assert_recorded(h, "p:UIDESTROY");
}

static void every_terminal_signal_stops_who_does_not_handle_it(void **state)
{
	static const char *const names[] = { "QUIT", "INT", "KILL", "TERM", "HUP", "IDLE" };
	static const struct poe_state states[] = { { "_start", set_timer_and_watch }, { "later", harness_record }, { 0 } };
	struct harness *h = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		poe_signal(h->kernel, harness_session(h, NULL, states), names[i]);
		harness_run(h);
	}
	assert_recorded(h, "");
}

static void benign_signal_stops_nobody(void **state)
{
	static const struct poe_state states[] = { { "_start", set_timer_and_watch }, { "later", harness_record }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_signal(h->kernel, s, "CHLD");
	poe_signal(h->kernel, s, "PIPE");
	poe_signal(h->kernel, s, "USR1");
	poe_signal(h->kernel, s, "anything at all");
	harness_run(h);
	assert_recorded(h, "later");
}

static void call_to_handle(struct poe_event *ev)
{
	poe_call(ev->kernel, ev->session, "handle");
}

/* As in POE 1.370. */
static void signal_handled_in_a_call_is_handled(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", set_timer_and_watch }, { "TERM", call_to_handle }, { "handle", handle }, { "later", harness_record }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, NULL, states), "TERM");
	harness_run(h);
	assert_recorded(h, "handle later");
}

static void send_from_below(struct poe_event *ev)
{
	harness_tell(ev, "%s", ev->sender.v == poe_kernel_address(ev->kernel).v ? "kernel" : "?");
}

static void sender_of_a_signal_is_the_kernel(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_user }, { "shout", send_from_below }, { 0 } };
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, NULL, states), "SHOUT");
	harness_run(h);
	assert_recorded(h, "kernel");
}

static void watch_again(struct poe_event *ev)
{
	watch_user(ev);
	assert_int_equal(poe_sig(ev->kernel, "SHOUT", "other", poe_int(2)), 0);
}

static void watching_again_replaces(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_again }, { "shout", harness_record_args }, { "other", harness_record_args }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, NULL, states), "SHOUT");
	harness_run(h);
	assert_recorded(h, "other(SHOUT,2)");
}

static void clear_in_handler(struct poe_event *ev)
{
	assert_int_equal(poe_sig_clear(ev->kernel, "SHOUT"), 0);
	errno = 0;
	assert_int_equal(poe_sig_clear(ev->kernel, "SHOUT"), -1);
	assert_int_equal(errno, ESRCH);
	/* What was registered is lent until we return, though nobody watches any more. */
	harness_record_args(ev);
}

static void watch_may_be_cleared_in_its_own_handler(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_user }, { "shout", clear_in_handler }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_signal(h->kernel, s, "SHOUT");
	poe_signal(h->kernel, s, "SHOUT");
	harness_run(h);
	assert_recorded(h, "shout(SHOUT,own)");
}

static void take_if_there(struct poe_event *ev)
{
	struct poe_object *object;

	if (poe_arg(ev, 1).kind != POE_OBJ) {
		harness_tell(ev, "missing");
		return;
	}
	object = poe_arg_take(ev, 1, &harness_type);
	object->type->release(object);
	harness_tell(ev, "took");
}

static void object_sent_to_many_is_taken_by_one(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_user }, { "shout", take_if_there }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "1", states);
	harness_session(h, "2", states);
	poe_signal(h->kernel, poe_kernel_address(h->kernel), "SHOUT", harness_object(h), poe_str("x"));
	harness_run(h);
	assert_non_null(strstr(h->text, "took"));
	assert_non_null(strstr(h->text, "missing"));
	assert_int_equal(h->released, 1);
}

static void watch_with_object(struct poe_event *ev)
{
	poe_sig(ev->kernel, "SHOUT", "shout", harness_object(harness_of(ev)));
}

static void object_registered_with_a_watch_is_taken_once(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_with_object }, { "shout", take_if_there }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_signal(h->kernel, s, "SHOUT");
	poe_signal(h->kernel, s, "SHOUT");
	harness_run(h);
	assert_recorded(h, "took missing");
	harness_session(h, NULL, states);
	harness_run(h);
	assert_int_equal(h->released, 2);
}

static void watch_badly(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	errno = 0;
	assert_int_equal(poe_sig(ev->kernel, "", "e", harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_sig(ev->kernel, "USR1", NULL, harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_sig(ev->kernel, "USR1", "e", harness_object(h), poe_bytes(NULL, 1)), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 3);
}

static void bad_watch_is_refused(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_badly }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	errno = 0;
	assert_int_equal(poe_sig(h->kernel, "USR1", "e", harness_object(h)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_sig_clear(h->kernel, "USR1"), -1);
	harness_run(h);
}

static void watch_os_signal(struct poe_event *ev)
{
	assert_int_equal(poe_sig(ev->kernel, "USR1", "usr1"), 0);
	poe_refcount_increment(ev->kernel, ev->session, "test");
	kill(getpid(), SIGUSR1);
}

static void end_waiting(struct poe_event *ev)
{
	harness_record_args(ev);
	poe_refcount_decrement(ev->kernel, ev->session, "test");
}

static void signal_of_the_operating_system_arrives(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_os_signal }, { "usr1", end_waiting }, { 0 } };
	struct sigaction after;

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "usr1(USR1)");
	sigaction(SIGUSR1, NULL, &after);
	assert_ptr_equal(after.sa_handler, SIG_DFL);
}

static void watch_usr1(struct poe_event *ev)
{
	harness_tell(ev, "%s", poe_sig(ev->kernel, "USR1", "usr1") == 0 ? "watched" : errno == EBUSY ? "busy" : "?");
}

static void signal_another_kernel_handles_is_ebusy(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_usr1 }, { 0 } };
	struct poe_kernel *other = poe_kernel_new(NULL);
	struct harness *h = *state, second = { .kernel = other };

	harness_session(h, NULL, states);
	harness_session(&second, NULL, states);
	assert_int_equal(poe_run(other), 0);
	poe_kernel_free(other);
	assert_string_equal(second.text, "busy");
	harness_run(h);
	assert_recorded(h, "watched");
}

static void watch_with_forty(struct poe_event *ev)
{
	struct poe_value forty[41];

	for (int i = 0; i < 40; i++)
		forty[i] = poe_int(i);
	forty[40] = poe_none();
	poe_sigv(ev->kernel, "MANY", "many", forty);
	poe_signalv(ev->kernel, ev->session, "MANY", POE_HERE, forty);
}

static void signal_whose_values_and_the_watchs_are_too_many_is_undeliverable(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_with_forty }, { "many", harness_record }, { 0 } };
	struct harness *h = *state;
	char said[256];

	harness_session(h, NULL, states);
	harness_run_listening(h, said, sizeof said);
	assert_non_null(strstr(said, "too many"));
	assert_int_equal(harness_stats(h).undeliverable, 1);
	assert_recorded(h, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(signal_brings_its_name_what_it_was_sent_with_and_own_values),
		HARNESS_TEST(signal_to_nobody_is_esrch),
		HARNESS_TEST(watching_does_not_keep_a_session_alive),
		HARNESS_TEST(terminal_signal_goes_deepest_first_and_then_stops_all),
		HARNESS_TEST(one_handler_saves_all_from_a_terminal_signal),
		HARNESS_TEST(handler_below_saves_those_above),
		HARNESS_TEST(nobody_survives_a_nonmaskable_signal),
		HARNESS_TEST(every_terminal_signal_stops_who_does_not_handle_it),
		HARNESS_TEST(benign_signal_stops_nobody),
		HARNESS_TEST(signal_handled_in_a_call_is_handled),
		HARNESS_TEST(sender_of_a_signal_is_the_kernel),
		HARNESS_TEST(watching_again_replaces),
		HARNESS_TEST(watch_may_be_cleared_in_its_own_handler),
		HARNESS_TEST(object_sent_to_many_is_taken_by_one),
		HARNESS_TEST(object_registered_with_a_watch_is_taken_once),
		HARNESS_TEST(bad_watch_is_refused),
		HARNESS_TEST(signal_of_the_operating_system_arrives),
		HARNESS_TEST_REAL(signal_of_the_operating_system_arrives),
		HARNESS_TEST(signal_another_kernel_handles_is_ebusy),
		HARNESS_TEST(signal_whose_values_and_the_watchs_are_too_many_is_undeliverable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
