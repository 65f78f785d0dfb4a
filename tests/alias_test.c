#include "harness.h"

#include <errno.h>

static void set_alias(struct poe_event *ev)
{
	assert_int_equal(poe_alias_set(ev->kernel, "name"), 0);
	assert_int_equal(poe_alias_set(ev->kernel, "name"), 0);
	assert_int_equal(poe_alias_resolve(ev->kernel, "name").v, ev->session.v);
}

static const struct poe_state aliased_states[] = {
	{ "_start", set_alias }, { "e", harness_record }, { "_stop", harness_record }, { 0 }
};

static void alias_resolves_to_its_session_until_that_stops(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, aliased_states);

	assert_int_equal(poe_alias_resolve(h->kernel, "name").v, s.v);
	assert_int_equal(poe_post(h->kernel, poe_alias_resolve(h->kernel, "name"), "e"), 0);
	harness_run(h);
	assert_recorded(h, "e _stop");
	errno = 0;
	assert_int_equal(poe_alias_resolve(h->kernel, "name").v, 0);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_alias_resolve(h->kernel, NULL).v, 0);
}

static void stop_and_be_succeeded(struct poe_event *ev)
{
	static const struct poe_state states[] = { { "_start", harness_record }, { 0 } };
	poe_sid heir;

	poe_kernel_stop(ev->kernel);
	heir = poe_session_create(ev->kernel, &(struct poe_session_plan){ .states = states, .alias = "name",
									  .heap = ev->heap });
	assert_int_not_equal(heir.v, 0);
	assert_int_equal(poe_alias_resolve(ev->kernel, "name").v, heir.v);
}

/* It was EEXIST until that handler was over, though nobody could be found by the name. */
static void alias_of_a_session_stopped_in_its_own_handler_is_free(void **state)
{
	static const struct poe_state states[] = { { "_start", set_alias }, { "e", stop_and_be_succeeded }, { 0 } };
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, NULL, states), "e");
	harness_run(h);
	assert_recorded(h, "_start");
}

static void set_and_remove(struct poe_event *ev)
{
	errno = 0;
	assert_int_equal(poe_alias_set(ev->kernel, "name"), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(poe_alias_remove(ev->kernel, "name"), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(poe_alias_remove(ev->kernel, "never"), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_alias_set(ev->kernel, ""), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_alias_set(ev->kernel, "own"), 0);
	assert_int_equal(poe_alias_set(ev->kernel, "second"), 0);
	assert_int_equal(poe_alias_remove(ev->kernel, "own"), 0);
	assert_int_equal(poe_alias_remove(ev->kernel, "own"), -1);
	assert_int_equal(errno, ESRCH);
}

static void alias_of_another_session_is_not_ours(void **state)
{
	static const struct poe_state states[] = { { "_start", set_and_remove }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, aliased_states);
	harness_session(h, NULL, states);
	assert_int_not_equal(poe_alias_resolve(h->kernel, "second").v, 0);
	assert_int_equal(poe_alias_resolve(h->kernel, "own").v, 0);
	harness_run(h);
}

static void alias_is_a_handlers_business(void **state)
{
	struct harness *h = *state;

	errno = 0;
	assert_int_equal(poe_alias_set(h->kernel, "name"), -1);
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_int_equal(poe_alias_remove(h->kernel, "name"), -1);
	assert_int_equal(errno, ESRCH);
}

static void watch_idle(struct poe_event *ev)
{
	set_alias(ev);
	poe_sig(ev->kernel, "IDLE", "idle");
	poe_sig(ev->kernel, "ZOMBIE", "zombie");
}

static void alias_keeps_its_session_until_the_program_is_idle(void **state)
{
	static const struct poe_state busy[] = { { "_start", harness_ignore }, { "tick", harness_record }, { 0 } };
	static const struct poe_state daemon_states[] = {
		{ "_start", watch_idle }, { "idle", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;
	poe_sid s = harness_session(h, "busy", busy);

	harness_session(h, "daemon", daemon_states);
	poe_post(h->kernel, s, "tick");
	harness_run(h);
	assert_recorded(h, "busy:tick daemon:idle daemon:_stop");
}

static void handle_idle(struct poe_event *ev)
{
	harness_record(ev);
	poe_sig_handled(ev);
}

static void handling_idle_without_new_work_brings_zombie(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_idle }, { "idle", handle_idle }, { "zombie", handle_idle }, { "_stop", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "idle zombie _stop");
}

static void work_once_more(struct poe_event *ev)
{
	handle_idle(ev);
	if (harness_of(ev)->number++ == 0)
		poe_delay_set(ev->kernel, "e", 5);
}

static void handling_idle_with_new_work_goes_on(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", watch_idle }, { "idle", work_once_more }, { "e", harness_record }, { "_stop", harness_record },
		{ "zombie", harness_record }, { 0 }
	};

	harness_session(*state, NULL, states);
	harness_run(*state);
	assert_recorded((struct harness *)*state, "idle e idle zombie _stop");
}

static void drop_alias(struct poe_event *ev)
{
	assert_int_equal(poe_alias_remove(ev->kernel, "name"), 0);
}

static void session_stops_when_its_last_alias_is_removed(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", set_alias }, { "e", drop_alias }, { "_stop", harness_record }, { 0 }
	};
	static const struct poe_state later[] = { { "_start", harness_ignore }, { "e", harness_record }, { 0 } };
	struct harness *h = *state;

	poe_post(h->kernel, harness_session(h, "a", states), "e");
	h->sid = harness_session(h, "b", later);
	assert_int_equal(poe_run_one_timeslice(h->kernel), 0);
	assert_recorded(h, "a:_stop");
}

static void alias_in_the_plan_is_set_before_start(void **state)
{
	static const struct poe_state states[] = { { "_start", set_alias }, { 0 } };
	struct harness *h = *state;

	poe_session_create(h->kernel, &(struct poe_session_plan){ .states = states, .alias = "name" });
	assert_int_not_equal(poe_alias_resolve(h->kernel, "name").v, 0);
	harness_run(h);
}

static void take_three_names(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "beta");
	poe_alias_set(ev->kernel, "gamma");
	poe_alias_set(ev->kernel, "alpha");
}

static void alias_list_is_in_order_and_counts_what_there_is_no_room_for(void **state)
{
	static const struct poe_state states[] = { { "_start", take_three_names }, { 0 } };
	struct harness *h = *state;
	poe_sid id = harness_session(h, NULL, states);
	const char *names[3];

	assert_int_equal(poe_alias_list(h->kernel, id, names, 3), 3);
	assert_string_equal(names[0], "alpha");
	assert_string_equal(names[1], "beta");
	assert_string_equal(names[2], "gamma");
	assert_int_equal(poe_alias_list(h->kernel, id, names, 0), 3);
	harness_run(h);
	assert_int_equal(poe_alias_list(h->kernel, id, names, 3), -1);
	assert_int_equal(errno, ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(alias_resolves_to_its_session_until_that_stops),
		HARNESS_TEST(alias_of_another_session_is_not_ours),
		HARNESS_TEST(alias_of_a_session_stopped_in_its_own_handler_is_free),
		HARNESS_TEST(alias_is_a_handlers_business),
		HARNESS_TEST(alias_keeps_its_session_until_the_program_is_idle),
		HARNESS_TEST(handling_idle_without_new_work_brings_zombie),
		HARNESS_TEST(handling_idle_with_new_work_goes_on),
		HARNESS_TEST(session_stops_when_its_last_alias_is_removed),
		HARNESS_TEST(alias_in_the_plan_is_set_before_start),
		HARNESS_TEST(alias_list_is_in_order_and_counts_what_there_is_no_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
