#include "harness.h"

#include <errno.h>
#include <string.h>

static void answer(struct poe_event *ev)
{
	harness_record_args(ev);
	poe_return(ev, poe_int(1));
	poe_return(ev, poe_str("last"));
}

static void answer_object(struct poe_event *ev)
{
	poe_return(ev, harness_object(harness_of(ev)));
}

static void release_taken(struct poe_event *ev)
{
	struct poe_object *object = poe_arg_take(ev, 0, &harness_type);

	object->type->release(object);
}

static void answer_with_argument(struct poe_event *ev)
{
	poe_return(ev, poe_arg(ev, 0));
}

static const struct poe_state server_states[] = {
	{ "_start", harness_ignore }, { "_stop", harness_ignore }, { "answer", answer }, { "object", answer_object },
	{ "take", release_taken }, { "echo", answer_with_argument }, { "typed(i)", harness_record }, { "e", harness_record },
	{ 0 }
};

static void call_answer(struct poe_event *ev)
{
	struct poe_value value;

	poe_post(ev->kernel, harness_of(ev)->other, "e");
	value = poe_call(ev->kernel, harness_of(ev)->other, "answer", poe_str("x"));
	assert_int_equal(errno, 0);
	harness_tell(ev, "%s", value.as.s);
}

static void call_runs_now_and_returns_what_was_set_last(void **state)
{
	static const struct poe_state states[] = { { "_start", call_answer }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, NULL, server_states);
	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "answer(x) last e");
}

static void call_to_nobody_is_esrch(void **state)
{
	struct harness *h = *state;

	errno = 0;
	assert_int_equal(poe_call(h->kernel, (poe_sid){ 99 }, "e", harness_object(h)).kind, POE_NONE);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(h->released, 1);
}

static void call_without_a_state_is_enosys(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, server_states);

	errno = 0;
	assert_int_equal(poe_call(h->kernel, s, "nobody", harness_object(h)).kind, POE_NONE);
	assert_int_equal(errno, ENOSYS);
	assert_int_equal(h->released, 1);
	assert_int_equal(harness_stats(h).undeliverable, 1);
	harness_run(h);
}

static void call_without_a_name_is_einval(void **state)
{
	struct harness *h = *state;

	poe_call(h->kernel, harness_session(h, NULL, server_states), "", harness_object(h));
	assert_int_equal(errno, EINVAL);
	assert_int_equal(h->released, 1);
	harness_run(h);
}

static void call_typed(struct poe_event *ev)
{
	poe_call(ev->kernel, harness_of(ev)->other, "typed", poe_str("x"));
	harness_tell(ev, "%s", errno == EINVAL ? "einval" : "?");
}

static void call_that_does_not_match_is_einval_and_reported(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "go", call_typed }, { 0 } };
	struct harness *h = *state;
	char said[256];

	h->other = harness_session(h, NULL, server_states);
	poe_post(h->kernel, harness_session(h, NULL, states), "go");
	poe_post(h->kernel, h->other, "e");
	harness_run_listening(h, said, sizeof said);
	assert_recorded(h, "einval e");
	assert_non_null(strstr(said, "event typed"));
}

static void call_with_impossible_octets_is_emsgsize(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, server_states);

	poe_call(h->kernel, s, "answer", harness_object(h), poe_bytes(NULL, 7));
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(h->released, 1);
	harness_run(h);
	assert_recorded(h, "");
}

static void objects_of_a_call_are_released_once(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, server_states);

	poe_call(h->kernel, s, "answer", harness_object(h));
	assert_int_equal(h->released, 1);
	poe_call(h->kernel, s, "take", harness_object(h));
	assert_int_equal(h->released, 2);
	harness_run(h);
}

static void call_twice(struct poe_event *ev)
{
	poe_sid to = harness_of(ev)->other;
	struct poe_value a = poe_call(ev->kernel, to, "echo", poe_str("first"));
	struct poe_value b = poe_call(ev->kernel, to, "echo", poe_str("second"));
	struct poe_value object = poe_call(ev->kernel, to, "object");

	harness_tell(ev, "%s %s %s", a.as.s, b.as.s, object.as.o->type->name);
	assert_int_equal(harness_of(ev)->released, 0);
}

static void results_stay_until_the_callers_handler_returns(void **state)
{
	static const struct poe_state states[] = { { "_start", call_twice }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, NULL, server_states);
	harness_session(h, NULL, states);
	assert_int_equal(h->released, 1);
	harness_run(h);
	assert_recorded(h, "first second counted");
}

static void result_outside_handlers_stays_until_the_next_call(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, server_states);

	assert_int_equal(poe_call(h->kernel, s, "object").kind, POE_OBJ);
	assert_int_equal(h->released, 0);
	assert_string_equal(poe_call(h->kernel, s, "echo", poe_str("x")).as.s, "x");
	assert_int_equal(h->released, 1);
	harness_run(h);
}

static void return_impossible(struct poe_event *ev)
{
	poe_return(ev, poe_int(5));
	assert_int_equal(poe_return(ev, poe_bytes(NULL, 1)), -1);
	assert_int_equal(errno, EMSGSIZE);
}

static void failed_return_leaves_the_earlier_value(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", return_impossible }, { 0 } };
	struct harness *h = *state;

	assert_int_equal(poe_call(h->kernel, harness_session(h, NULL, states), "e").as.i, 5);
	harness_run(h);
}

static void default_answers_for_a_missing_state(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "_default", answer_with_argument }, { 0 } };
	struct harness *h = *state;

	assert_string_equal(poe_call(h->kernel, harness_session(h, NULL, states), "e").as.s, "e");
	assert_int_equal(errno, 0);
	harness_run(h);
}

static void recurse(struct poe_event *ev)
{
	int64_t depth = poe_arg_int(ev, 0);

	if (depth > 0)
		depth = poe_call(ev->kernel, ev->session, "e", poe_int(depth - 1)).as.i + 1;
	poe_return(ev, poe_int(depth));
}

static void session_may_call_itself(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e(i)", recurse }, { 0 } };
	struct harness *h = *state;

	assert_int_equal(poe_call(h->kernel, harness_session(h, NULL, states), "e", poe_int(100)).as.i, 100);
	harness_run(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(call_runs_now_and_returns_what_was_set_last),
		HARNESS_TEST(call_to_nobody_is_esrch),
		HARNESS_TEST(call_without_a_state_is_enosys),
		HARNESS_TEST(call_without_a_name_is_einval),
		HARNESS_TEST(call_that_does_not_match_is_einval_and_reported),
		HARNESS_TEST(call_with_impossible_octets_is_emsgsize),
		HARNESS_TEST(objects_of_a_call_are_released_once),
		HARNESS_TEST(results_stay_until_the_callers_handler_returns),
		HARNESS_TEST(result_outside_handlers_stays_until_the_next_call),
		HARNESS_TEST(failed_return_leaves_the_earlier_value),
		HARNESS_TEST(default_answers_for_a_missing_state),
		HARNESS_TEST(session_may_call_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
