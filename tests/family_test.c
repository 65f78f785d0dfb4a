#include "harness.h"

#include <errno.h>

static void answer_started(struct poe_event *ev)
{
	poe_return(ev, poe_str("started"));
}

static void answer_stopped(struct poe_event *ev)
{
	harness_record(ev);
	poe_return(ev, poe_int(9));
}

static const struct poe_state child_states[] = {
	{ "_start", answer_started }, { "_parent", harness_record_args }, { "_stop", answer_stopped }, { 0 }
};

static void create_child(struct poe_event *ev)
{
	harness_of(ev)->other = harness_session(harness_of(ev), "c", child_states);
	assert_int_equal(poe_session_parent(ev->kernel, harness_of(ev)->other).v, ev->session.v);
	harness_tell(ev, "created");
}

static void parent_hears_of_birth_and_loss_with_what_the_child_returned(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", create_child }, { "_child", harness_record_args }, { "_stop", harness_record }, { 0 }
	};

	harness_session(*state, "p", states);
	harness_run(*state);
	assert_recorded((struct harness *)*state,
			"p:_child(create,address,started) p:created c:_stop p:_child(lose,address,9) p:_stop");
}

static void return_object(struct poe_event *ev)
{
	poe_return(ev, harness_object(harness_of(ev)));
}

static void take_childs_object(struct poe_event *ev)
{
	struct poe_object *object = poe_arg_take(ev, 2, &harness_type);

	object->type->release(object);
	harness_tell(ev, "%s", poe_arg_str(ev, 0));
}

static void create_object_child(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", return_object }, { "_stop", return_object }, { 0 } };

	harness_session(harness_of(ev), "c", states);
}

static void object_a_child_returned_may_be_taken_by_its_parent(void **state)
{
	static const struct poe_state taking[] = { { "_start", create_object_child }, { "_child", take_childs_object }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", taking);
	harness_run(h);
	assert_recorded(h, "p:create p:lose");
	assert_int_equal(h->released, 2);
}

static void object_a_child_returned_is_released_when_nobody_takes_it(void **state)
{
	static const struct poe_state deaf[] = { { "_start", create_object_child }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", deaf);
	harness_run(h);
	assert_int_equal(h->released, 2);
}

static void return_string(struct poe_event *ev)
{
	poe_return(ev, poe_str("for nobody"));
}

/* The address sanitizer is the judge. */
static void value_that_child_or_parent_returns_is_nobodys(void **state)
{
	static const struct poe_state states[] = { { "_start", create_child }, { "_child", return_string }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", states);
	harness_run(h);
	assert_recorded(h, "p:created c:_stop");
}

static void create_d(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "_stop", harness_record }, { 0 } };

	harness_session(harness_of(ev), "d", states);
	poe_alias_set(ev->kernel, "c");
}

static void record_child_word(struct poe_event *ev)
{
	harness_tell(ev, "%s", poe_arg_str(ev, 0));
}

static void create_c_d(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", create_d }, { "_child", record_child_word }, { "_parent", harness_record },
		{ "_stop", harness_record }, { 0 }
	};

	harness_session(harness_of(ev), "c", states);
}

static void signal_stops_a_family_from_the_bottom(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", create_c_d }, { "_child", record_child_word }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	poe_signal(h->kernel, harness_session(h, "p", states), "TERM");
	harness_run(h);
	assert_recorded(h, "c:create p:create d:_stop c:lose c:_stop p:lose p:_stop");
}

static void create_orphan(struct poe_event *ev)
{
	harness_record(ev);
	harness_session(harness_of(ev), "o", child_states);
}

static void create_dying_parent(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", harness_ignore }, { "_child", record_child_word }, { "_stop", create_orphan }, { 0 }
	};

	harness_session(harness_of(ev), "p", states);
}

static void orphan_goes_to_the_grandparent_who_hears_of_it_first(void **state)
{
	static const struct poe_state states[] = { { "_start", create_dying_parent }, { "_child", record_child_word }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "g", states);
	harness_run(h);
	assert_recorded(h, "g:create p:_stop p:create g:lose g:gain o:_parent(address,address) o:_stop g:lose");
}

static void detach(struct poe_event *ev)
{
	assert_int_equal(poe_detach_myself(ev->kernel), 0);
	assert_int_equal(poe_session_parent(ev->kernel, ev->session).v, poe_kernel_address(ev->kernel).v);
	errno = 0;
	assert_int_equal(poe_detach_myself(ev->kernel), -1);
	assert_int_equal(errno, EPERM);
	harness_tell(ev, "detached");
}

static void yield_e(struct poe_event *ev)
{
	poe_yield(ev->kernel, "e");
}

static void create_detaching(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", yield_e }, { "e", detach }, { "_parent", harness_record }, { "_stop", harness_record }, { 0 }
	};

	harness_session(harness_of(ev), "c", states);
}

static void session_that_detaches_itself_is_lost_to_its_parent(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", create_detaching }, { "_child", record_child_word }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_session(h, "p", states);
	harness_run(h);
	assert_recorded(h, "p:create p:lose c:_parent c:detached p:_stop c:_stop");
}

static void create_detached(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", detach }, { "_parent", harness_record }, { 0 } };

	harness_session(harness_of(ev), "c", states);
}

static void detaching_in_start_is_not_told_to_the_parent(void **state)
{
	static const struct poe_state states[] = { { "_start", create_detached }, { "_child", record_child_word }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", states);
	harness_run(h);
	assert_recorded(h, "c:_parent c:detached");
}

static void detach_others(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	assert_int_equal(poe_detach_child(ev->kernel, h->other), 0);
	errno = 0;
	assert_int_equal(poe_detach_child(ev->kernel, h->other), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(poe_detach_child(ev->kernel, (poe_sid){ 0 }), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_detach_child(ev->kernel, poe_kernel_address(ev->kernel)), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(poe_detach_child(ev->kernel, ev->session), -1);
	assert_int_equal(errno, EPERM);
}

static void create_and_detach(struct poe_event *ev)
{
	create_child(ev);
	detach_others(ev);
}

static void parent_may_detach_its_own_child_only(void **state)
{
	static const struct poe_state states[] = { { "_start", create_and_detach }, { "_child", record_child_word }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", states);
	assert_int_equal(poe_detach_child(h->kernel, h->other), -1);
	assert_int_equal(errno, ESRCH);
	harness_run(h);
	assert_recorded(h, "p:create p:created p:lose c:_parent(address,address) c:_stop");
}

static void create_keeping(struct poe_event *ev)
{
	static const struct poe_state states[] = {
		{ "_start", yield_e }, { "e", harness_record }, { "_stop", harness_record }, { 0 }
	};

	harness_session(harness_of(ev), "c", states);
}

static void child_keeps_its_parent_alive(void **state)
{
	static const struct poe_state states[] = { { "_start", create_keeping }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, "p", states);
	harness_run(h);
	assert_recorded(h, "c:e c:_stop p:_stop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(parent_hears_of_birth_and_loss_with_what_the_child_returned),
		HARNESS_TEST(object_a_child_returned_may_be_taken_by_its_parent),
		HARNESS_TEST(object_a_child_returned_is_released_when_nobody_takes_it),
		HARNESS_TEST(value_that_child_or_parent_returns_is_nobodys),
		HARNESS_TEST(signal_stops_a_family_from_the_bottom),
		HARNESS_TEST(orphan_goes_to_the_grandparent_who_hears_of_it_first),
		HARNESS_TEST(session_that_detaches_itself_is_lost_to_its_parent),
		HARNESS_TEST(detaching_in_start_is_not_told_to_the_parent),
		HARNESS_TEST(parent_may_detach_its_own_child_only),
		HARNESS_TEST(child_keeps_its_parent_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
