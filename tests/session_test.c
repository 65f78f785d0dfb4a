#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct poe_state plain_states[] = {
	{ "_start", harness_record }, { "e", harness_record_args }, { "_stop", harness_record }, { 0 }
};

static void session_with_nothing_to_do_starts_and_stops(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, plain_states);

	assert_int_equal(poe_session_parent(h->kernel, s).v, poe_kernel_address(h->kernel).v);
	harness_run(h);
	assert_recorded(h, "_start _stop");
	errno = 0;
	assert_int_equal(poe_session_parent(h->kernel, s).v, 0);
	assert_int_equal(errno, ESRCH);
}

static void newborn_lives_long_enough_to_be_posted_to(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, plain_states);

	assert_int_equal(poe_run_one_timeslice(h->kernel), 0);
	assert_int_equal(poe_post(h->kernel, s, "e"), -1);
	s = harness_session(h, NULL, plain_states);
	assert_int_equal(poe_post(h->kernel, s, "e"), 0);
	harness_run(h);
	assert_recorded(h, "_start _stop _start e() _stop");
}

static void address_is_never_used_again(void **state)
{
	struct harness *h = *state;
	poe_sid first = harness_session(h, NULL, plain_states);

	harness_run(h);
	assert_int_not_equal(harness_session(h, NULL, plain_states).v, first.v);
	errno = 0;
	assert_int_equal(poe_post(h->kernel, first, "e"), -1);
	assert_int_equal(errno, ESRCH);
	harness_run(h);
}

struct heap {
	struct harness *harness;
};

static void start_with_args(struct poe_event *ev)
{
	struct heap *me = ev->heap;

	harness_say(me->harness, "%lld %s", (long long)poe_arg_int(ev, 0), poe_arg_str(ev, 1));
	assert_ptr_equal(poe_session_heap(ev->kernel, ev->session), me);
	assert_int_equal(poe_session_current(ev->kernel).v, ev->session.v);
}

static void stop_with_heap(struct poe_event *ev)
{
	harness_say(((struct heap *)ev->heap)->harness, "_stop");
}

static void free_heap(void *heap)
{
	harness_say(((struct heap *)heap)->harness, "freed");
	free(heap);
}

static struct heap *heap_new(struct harness *h)
{
	struct heap *heap = malloc(sizeof *heap);

	assert_non_null(heap);
	heap->harness = h;
	return heap;
}

static void start_gets_the_plans_arguments_and_the_heap_is_freed_after_stop(void **state)
{
	static const struct poe_state states[] = { { "_start(is)", start_with_args }, { "_stop", stop_with_heap }, { 0 } };
	struct harness *h = *state;

	poe_session_create(h->kernel, &(struct poe_session_plan){
		.states = states, .heap = heap_new(h), .free_heap = free_heap,
		.args = poe_list(poe_int(7), poe_str("x"), harness_object(h)) });
	assert_int_equal(h->released, 1);
	assert_int_equal(poe_session_current(h->kernel).v, 0);
	harness_run(h);
	assert_recorded(h, "7 x _stop freed");
}

static void assert_refused(struct harness *h, const struct poe_session_plan *plan, int error)
{
	struct poe_session_plan full = *plan;

	h->text[0] = '\0';
	h->released = 0;
	full.heap = heap_new(h);
	full.free_heap = free_heap;
	full.args = poe_list(harness_object(h), poe_bytes(h, error == EMSGSIZE ? SIZE_MAX : 1));
	errno = 0;
	assert_int_equal(poe_session_create(h->kernel, &full).v, 0);
	assert_int_equal(errno, error);
	assert_recorded(h, "freed");
	assert_int_equal(h->released, 1);
}

static void refused_session_leaves_nothing(void **state)
{
	static const struct poe_state no_start[] = { { "e", harness_ignore }, { 0 } };
	static const struct poe_state empty[] = { { 0 } };
	static const struct poe_state bad_row[] = { { "_start", harness_ignore }, { "e(q)", harness_ignore }, { 0 } };
	static const struct poe_state fine[] = { { "_start", harness_ignore }, { 0 } };
	struct harness *h = *state;

	assert_refused(h, &(struct poe_session_plan){ 0 }, EINVAL);
	assert_refused(h, &(struct poe_session_plan){ .states = no_start }, EINVAL);
	assert_refused(h, &(struct poe_session_plan){ .states = empty }, EINVAL);
	assert_refused(h, &(struct poe_session_plan){ .states = bad_row }, EINVAL);
	assert_refused(h, &(struct poe_session_plan){ .states = fine, .alias = "" }, EINVAL);
	assert_refused(h, &(struct poe_session_plan){ .states = fine }, EMSGSIZE);
	assert_int_equal(harness_stats(h).sessions, 0);
}

static void create_badly(struct poe_event *ev)
{
	static const struct poe_state typed[] = { { "_start(i)", harness_record }, { 0 } };

	assert_refused(harness_of(ev), &(struct poe_session_plan){ .states = typed, .alias = "a" }, EINVAL);
	assert_int_equal(poe_alias_resolve(ev->kernel, "a").v, 0);
}

static void start_that_does_not_match_its_arguments_is_einval(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "e", create_badly }, { 0 } };
	struct harness *h = *state;
	char said[256];

	poe_post(h->kernel, harness_session(h, NULL, states), "e");
	harness_run_listening(h, said, sizeof said);
	assert_non_null(strstr(said, "event _start"));
}

static void set_own_alias(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "taken");
}

static void alias_that_is_taken_is_eexist(void **state)
{
	static const struct poe_state owner[] = { { "_start", set_own_alias }, { 0 } };
	static const struct poe_state fine[] = { { "_start", harness_record }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, owner);
	assert_refused(h, &(struct poe_session_plan){ .states = fine, .alias = "taken" }, EEXIST);
	harness_run(h);
}

static void post_e_to_other(struct poe_event *ev)
{
	poe_post(ev->kernel, harness_of(ev)->other, "e");
}

static void sender_lives_until_its_event_is_dispatched(void **state)
{
	static const struct poe_state sender[] = { { "_start", post_e_to_other }, { "_stop", harness_record }, { 0 } };
	static const struct poe_state receiver[] = { { "_start", harness_ignore }, { "e", harness_record }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, "r", receiver);
	harness_session(h, "s", sender);
	harness_run(h);
	assert_recorded(h, "r:e s:_stop");
}

static void keep_by_tag(struct poe_event *ev)
{
	assert_int_equal(poe_refcount_increment(ev->kernel, ev->session, "test"), 1);
}

static void let_go_of_tag(struct poe_event *ev)
{
	assert_int_equal(poe_refcount_decrement(ev->kernel, ev->session, "test"), 0);
}

static void sweep_stops_the_last_marked_first(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", keep_by_tag }, { "go", let_go_of_tag }, { "_stop", harness_record }, { 0 }
	};
	static const char *const names[] = { "1", "2", "3" };
	struct harness *h = *state;

	for (int i = 0; i < 3; i++)
		poe_post(h->kernel, harness_session(h, names[i], states), "go");
	harness_run(h);
	assert_recorded(h, "3:_stop 2:_stop 1:_stop");
}

static void post_self_and_other(struct poe_event *ev)
{
	assert_int_equal(poe_post(ev->kernel, harness_of(ev)->other, "e", poe_address(ev->session)), 0);
	assert_int_equal(poe_call(ev->kernel, harness_of(ev)->other, "e", poe_int(1)).kind, POE_NONE);
	assert_int_equal(errno, 0);
	assert_int_equal(poe_alias_resolve(ev->kernel, "mine").v, ev->session.v);
	harness_record(ev);
}

static void set_alias_mine(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "mine");
}

static void sender_has_gone(struct poe_event *ev)
{
	harness_record_args(ev);
	if (poe_post(ev->kernel, ev->sender, "e") == -1)
		harness_tell(ev, "gone");
}

/* POE drops what is posted from _stop; we deliver it. */
static void stop_may_post_and_call(void **state)
{
	static const struct poe_state stopping[] = { { "_start", set_alias_mine }, { "_stop", post_self_and_other }, { 0 } };
	static const struct poe_state receiver[] = { { "_start", keep_by_tag }, { "e", sender_has_gone },
						     { "end", let_go_of_tag }, { 0 } };
	struct harness *h = *state;

	h->other = harness_session(h, "r", receiver);
	poe_signal(h->kernel, harness_session(h, "s", stopping), "KILL");
	poe_run_one_timeslice(h->kernel);
	poe_post(h->kernel, h->other, "end");
	harness_run(h);
	assert_recorded(h, "r:e(1) s:_stop r:e(address) r:gone");
}

static void call_sets_state(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);

	assert_int_equal(poe_state_set(ev->kernel, "new(i)", harness_record_args, h), 0);
	assert_int_equal(poe_state_set(ev->kernel, "e", harness_record, NULL), 0);
	poe_call(ev->kernel, ev->session, "new", poe_int(3));
	poe_call(ev->kernel, ev->session, "e", poe_int(3));
	assert_int_equal(poe_state_remove(ev->kernel, "e"), 0);
	poe_call(ev->kernel, ev->session, "e");
	harness_tell(ev, "%s", errno == ENOSYS ? "enosys" : "?");
	assert_int_equal(poe_state_remove(ev->kernel, "e"), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_state_remove(ev->kernel, "never"), -1);
	assert_int_equal(poe_state_set(ev->kernel, "e", harness_record, NULL), 0);
	poe_call(ev->kernel, ev->session, "e");
}

static void state_is_set_replaced_and_removed_at_run_time(void **state)
{
	static const struct poe_state states[] = { { "_start", call_sets_state }, { "e", harness_record_args }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "new(3) e enosys e");
}

static void state_of_one_session_is_not_its_siblings(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_ignore }, { "set", call_sets_state },
						   { "e", harness_record_args }, { 0 } };
	struct harness *h = *state;
	poe_sid first = harness_session(h, "1", states), second = harness_session(h, "2", states);

	poe_call(h->kernel, first, "set");
	h->text[0] = '\0';
	poe_call(h->kernel, first, "e", poe_int(1));
	poe_call(h->kernel, second, "e", poe_int(1));
	assert_recorded(h, "1:e 2:e(1)");
	harness_run(h);
}

static void record_object(struct poe_event *ev)
{
	harness_tell(ev, "%s", (const char *)ev->object);
}

static void set_state_with_object(struct poe_event *ev)
{
	static char object[] = "bound";

	poe_state_set(ev->kernel, "e", record_object, object);
	poe_yield(ev->kernel, "e");
}

static void object_bound_to_a_state_comes_with_its_events(void **state)
{
	static const struct poe_state states[] = { { "_start", set_state_with_object }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "bound");
}

static void set_bad_states(struct poe_event *ev)
{
	assert_int_equal(poe_state_set(ev->kernel, "", harness_record, NULL), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_state_set(ev->kernel, "a(z)", harness_record, NULL), -1);
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_int_equal(poe_state_set(ev->kernel, "a", NULL, NULL), -1);
	assert_int_equal(errno, EINVAL);
}

static void bad_state_is_einval_and_esrch_outside_handlers(void **state)
{
	static const struct poe_state states[] = { { "_start", set_bad_states }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	errno = 0;
	assert_int_equal(poe_state_set(h->kernel, "a", harness_record, NULL), -1);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_int_equal(poe_state_remove(h->kernel, "a"), -1);
	assert_int_equal(errno, ESRCH);
	harness_run(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(session_with_nothing_to_do_starts_and_stops),
		HARNESS_TEST(newborn_lives_long_enough_to_be_posted_to),
		HARNESS_TEST(address_is_never_used_again),
		HARNESS_TEST(start_gets_the_plans_arguments_and_the_heap_is_freed_after_stop),
		HARNESS_TEST(refused_session_leaves_nothing),
		HARNESS_TEST(start_that_does_not_match_its_arguments_is_einval),
		HARNESS_TEST(alias_that_is_taken_is_eexist),
		HARNESS_TEST(sender_lives_until_its_event_is_dispatched),
		HARNESS_TEST(sweep_stops_the_last_marked_first),
		HARNESS_TEST(stop_may_post_and_call),
		HARNESS_TEST(state_is_set_replaced_and_removed_at_run_time),
		HARNESS_TEST(state_of_one_session_is_not_its_siblings),
		HARNESS_TEST(object_bound_to_a_state_comes_with_its_events),
		HARNESS_TEST(bad_state_is_einval_and_esrch_outside_handlers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
