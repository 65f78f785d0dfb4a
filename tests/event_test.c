#include "harness.h"

#include <errno.h>
#include <string.h>

static void yield_a_and_b(struct poe_event *ev)
{
	poe_yield(ev->kernel, "a");
	poe_yield(ev->kernel, "b", poe_int(1), poe_str("two"));
	harness_tell(ev, "yielded");
}

static void events_come_in_the_order_they_were_posted(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", yield_a_and_b }, { "a", harness_record_args }, { "b", harness_record_args },
		{ "_stop", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "yielded a() b(1,two) _stop");
}

static const struct poe_state idle_states[] = { { "_start", harness_ignore }, { "e", harness_record_args }, { 0 } };

static void post_to_stopped_session_is_esrch(void **state)
{
	struct harness *h = *state;
	poe_sid gone = harness_session(h, NULL, idle_states);

	harness_run(h);
	errno = 0;
	assert_int_equal(poe_post(h->kernel, gone, "e", harness_object(h)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 1);
	assert_int_equal(poe_post(h->kernel, (poe_sid){ 0 }, "e"), -1);
}

static void post_without_a_name_is_einval(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, idle_states);

	errno = 0;
	assert_int_equal(poe_post(h->kernel, s, NULL, harness_object(h)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_post(h->kernel, s, "", harness_object(h)), -1);
	assert_int_equal(h->released, 2);
	harness_run(h);
}

static void post_of_impossible_octets_is_emsgsize(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, idle_states);

	errno = 0;
	assert_int_equal(poe_post(h->kernel, s, "e", harness_object(h), poe_bytes(NULL, 1)), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 1);
	harness_run(h);
	assert_recorded(h, "");
}

static void yield_outside_a_handler_is_esrch(void **state)
{
	struct harness *h = *state;

	errno = 0;
	assert_int_equal(poe_yield(h->kernel, "e", harness_object(h)), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 1);
}

static void string_is_copied_when_it_is_posted(void **state)
{
	struct harness *h = *state;
	char text[] = "before";

	poe_post(h->kernel, harness_session(h, NULL, idle_states), "e", poe_str(text), poe_bytes("\0\1", 2));
	strcpy(text, "after");
	harness_run(h);
	assert_recorded(h, "e(before,2 octets)");
}

static void say_whence(struct poe_event *ev)
{
	harness_tell(ev, "%s", ev->sender.v == harness_of(ev)->sid.v ? "sender" : "?");
	harness_tell(ev, "%s", strncmp(ev->from, __FILE__ ":", strlen(__FILE__) + 1) == 0 ? "file" : ev->from);
}

static void post_e_to_other(struct poe_event *ev)
{
	poe_post(ev->kernel, harness_of(ev)->other, "e");
}

static void event_tells_its_sender_and_source_position(void **state)
{
	static const struct poe_state receiver[] = { { "_start", harness_ignore }, { "e", say_whence }, { 0 } };
	static const struct poe_state poster[] = { { "_start", post_e_to_other }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, NULL, receiver);
	h->sid = harness_session(h, NULL, poster);
	harness_run(h);
	assert_recorded(h, "sender file");
}

static void sender_is_the_kernel_outside_handlers(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", say_whence }, { 0 } };
	struct harness *h = *state;

	h->sid = poe_kernel_address(h->kernel);
	poe_post(h->kernel, harness_session(h, NULL, states), "e");
	harness_run(h);
	assert_recorded(h, "sender file");
}

static void event_without_a_state_is_undeliverable(void **state)
{
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, idle_states), "nobody", harness_object(h));
	harness_run(h);
	assert_int_equal(harness_stats(h).undeliverable, 1);
	assert_int_equal(h->released, 1);
}

static void default_gets_the_name_and_then_the_arguments(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "_default", harness_record_args }, { 0 } };
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, states), "nobody", poe_int(1), poe_str("x"));
	harness_run(h);
	assert_recorded(h, "_default(nobody,1,x) _default(_stop)");
	assert_int_equal(harness_stats(h).undeliverable, 0);
}

static void count_args(struct poe_event *ev)
{
	harness_tell(ev, "%d", poe_args(ev));
}

static void sixty_four_values_reach_default_with_the_name_ahead(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "_stop", harness_ignore }, { "_default", count_args }, { 0 }
	};
	struct poe_value values[66];
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	for (int i = 0; i < 66; i++)
		values[i] = i < 64 ? poe_int(i) : poe_none();
	assert_int_equal(poe_postv(h->kernel, s, "e", "here", values), 0);
	values[64] = poe_int(64);
	assert_int_equal(poe_postv(h->kernel, s, "e", "here", values), -1);
	assert_int_equal(errno, EMSGSIZE);
	harness_run(h);
	assert_recorded(h, "65");
}

static const struct poe_state typed_states[] = {
	{ "_start", harness_ignore }, { "typed(idsbapo)", harness_record_args }, { "rest(i*)", harness_record_args }, { 0 }
};

static void declared_types_let_the_right_event_through(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, typed_states);

	poe_post(h->kernel, s, "typed", poe_int(1), poe_int(2), poe_str("s"), poe_str("b"), poe_address(s), poe_ptr(h),
		 harness_object(h));
	poe_post(h->kernel, s, "typed", poe_int(1), poe_double(.5), poe_str("s"), poe_bytes("b", 1), poe_address(s),
		 poe_ptr(h), harness_object(h), poe_str("more"));
	poe_post(h->kernel, s, "rest", poe_int(1), poe_str("x"));
	harness_run(h);
	assert_recorded(h, "typed(1,2,s,b,address,pointer,counted) typed(1,0.5,s,1 octets,address,pointer,counted,more) "
			   "rest(1,x)");
	assert_int_equal(h->released, 2);
}

static void wrong_type_is_undeliverable_and_reported(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, typed_states);
	char said[512];

	poe_post(h->kernel, s, "rest", poe_str("x"), harness_object(h));
	harness_run_listening(h, said, sizeof said);
	assert_recorded(h, "");
	assert_int_equal(harness_stats(h).undeliverable, 1);
	assert_int_equal(h->released, 1);
	assert_non_null(strstr(said, "event rest from "));
	assert_non_null(strstr(said, "argument 0 is not of the declared type 'i'\n"));
}

static void missing_declared_argument_is_undeliverable(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, typed_states);
	char said[512];

	poe_post(h->kernel, s, "rest");
	harness_run_listening(h, said, sizeof said);
	assert_int_equal(harness_stats(h).undeliverable, 1);
}

static void types_that_default_declares_are_checked_too(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "_stop", harness_ignore }, { "_default(si)", harness_record_args }, { 0 }
	};
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);
	char said[512];

	poe_post(h->kernel, s, "good", poe_int(1));
	poe_post(h->kernel, s, "bad", poe_str("x"));
	harness_run_listening(h, said, sizeof said);
	assert_recorded(h, "_default(good,1)");
	assert_int_equal(harness_stats(h).undeliverable, 1);
}

static void read_wrongly(struct poe_event *ev)
{
	poe_arg_int(ev, 0);
}

static void run_read_wrongly(struct harness *h)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", read_wrongly }, { 0 } };

	poe_post(h->kernel, harness_session(h, NULL, states), "e", poe_str("x"));
	poe_run(h->kernel);
}

static void reading_another_type_aborts_with_one_line(void **state)
{
	harness_assert_fatal(*state, run_read_wrongly, "argument 0 is string, its reader wants int");
}

static void read_missing(struct poe_event *ev)
{
	poe_arg_str(ev, 3);
}

static void run_read_missing(struct harness *h)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", read_missing }, { 0 } };

	poe_post(h->kernel, harness_session(h, NULL, states), "e");
	poe_run(h->kernel);
}

static void reading_a_missing_argument_aborts_with_one_line(void **state)
{
	harness_assert_fatal(*state, run_read_missing, "argument 3 is missing, its reader wants string");
}

static void read_all(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	size_t length;

	assert_int_equal(poe_arg_int(ev, 0), INT64_MIN);
	assert_true(poe_arg_double(ev, 1) == 1.5 && poe_arg_double(ev, 2) == 3.0);
	assert_string_equal(poe_arg_str(ev, 3), "s");
	assert_memory_equal(poe_arg_bytes(ev, 4, &length), "\0b", 2);
	assert_int_equal(length, 2);
	assert_memory_equal(poe_arg_bytes(ev, 3, &length), "s", 1);
	assert_int_equal(poe_arg_address(ev, 5).v, 5);
	assert_ptr_equal(poe_arg_ptr(ev, 6), h);
	assert_int_equal(poe_arg(ev, 7).kind, POE_NONE);
	assert_int_equal(poe_arg(ev, -1).kind, POE_NONE);
	assert_int_equal(poe_args(ev), 7);
	harness_tell(ev, "read");
}

static void each_kind_of_value_is_read_as_it_was_sent(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", read_all }, { 0 } };
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, states), "e", poe_int(INT64_MIN), poe_double(1.5), poe_int(3),
		 poe_str("s"), poe_bytes("\0b", 2), poe_address((poe_sid){ 5 }), poe_ptr(h));
	harness_run(h);
	assert_recorded(h, "read");
}

static void take_object(struct poe_event *ev)
{
	struct poe_object *object = poe_arg_take(ev, 0, &harness_type);

	assert_int_equal(poe_arg(ev, 0).kind, POE_NONE);
	harness_tell(ev, "took");
	object->type->release(object);
}

static const struct poe_state taking_states[] = {
	{ "_start", harness_ignore }, { "_stop", harness_ignore }, { "take(o)", take_object }, { "look", harness_record_args },
	{ "_default", harness_ignore }, { 0 }
};

static void object_is_released_after_its_handler_unless_taken(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, taking_states);

	poe_post(h->kernel, s, "take", harness_object(h));
	poe_post(h->kernel, s, "look", harness_object(h), poe_int(1));
	poe_post(h->kernel, s, "by default", harness_object(h));
	harness_run(h);
	assert_recorded(h, "took look(counted,1)");
	assert_int_equal(h->released, 3);
}

static void take_from_default(struct poe_event *ev)
{
	struct poe_object *object = poe_arg_take(ev, 1, &harness_type);

	object->type->release(object);
}

static void object_taken_by_default_is_not_released_again(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "_stop", harness_ignore }, { "_default", take_from_default }, { 0 }
	};
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, states), "e", harness_object(h));
	harness_run(h);
	assert_int_equal(h->released, 1);
}

static void revoked_event_is_dropped_unseen(void **state)
{
	struct harness *h = *state;

	h->revoked = 1;
	poe_post(h->kernel, harness_session(h, NULL, idle_states), "e", harness_object(h));
	harness_run(h);
	assert_recorded(h, "");
	assert_int_equal(h->released, 1);
	assert_int_equal(harness_stats(h).undeliverable, 0);
}

static void objects_left_in_the_queue_go_with_the_kernel(void **state)
{
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, idle_states), "e", harness_object(h), poe_str("x"));
	poe_kernel_free(h->kernel);
	h->kernel = NULL;
	assert_int_equal(h->released, 1);
}

static void interned_name_is_the_kernels_own_copy(void **state)
{
	struct harness *h = *state;
	char text[] = "name";
	const char *name = poe_intern(h->kernel, text);

	assert_ptr_not_equal(name, text);
	assert_ptr_equal(poe_intern(h->kernel, "name"), name);
	errno = 0;
	assert_null(poe_intern(h->kernel, ""));
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(events_come_in_the_order_they_were_posted),
		HARNESS_TEST(post_to_stopped_session_is_esrch),
		HARNESS_TEST(post_without_a_name_is_einval),
		HARNESS_TEST(post_of_impossible_octets_is_emsgsize),
		HARNESS_TEST(yield_outside_a_handler_is_esrch),
		HARNESS_TEST(string_is_copied_when_it_is_posted),
		HARNESS_TEST(event_tells_its_sender_and_source_position),
		HARNESS_TEST(sender_is_the_kernel_outside_handlers),
		HARNESS_TEST(event_without_a_state_is_undeliverable),
		HARNESS_TEST(default_gets_the_name_and_then_the_arguments),
		HARNESS_TEST(sixty_four_values_reach_default_with_the_name_ahead),
		HARNESS_TEST(declared_types_let_the_right_event_through),
		HARNESS_TEST(wrong_type_is_undeliverable_and_reported),
		HARNESS_TEST(missing_declared_argument_is_undeliverable),
		HARNESS_TEST(types_that_default_declares_are_checked_too),
		HARNESS_TEST(reading_another_type_aborts_with_one_line),
		HARNESS_TEST(reading_a_missing_argument_aborts_with_one_line),
		HARNESS_TEST(each_kind_of_value_is_read_as_it_was_sent),
		HARNESS_TEST(object_is_released_after_its_handler_unless_taken),
		HARNESS_TEST(object_taken_by_default_is_not_released_again),
		HARNESS_TEST(revoked_event_is_dropped_unseen),
		HARNESS_TEST(objects_left_in_the_queue_go_with_the_kernel),
		HARNESS_TEST(interned_name_is_the_kernels_own_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
