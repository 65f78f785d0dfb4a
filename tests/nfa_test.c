#include "harness.h"

#include <errno.h>
#include <string.h>

/* "reading.line": the state and the event. */
static void record(struct poe_event *ev)
{
	harness_say(ev->heap, "%s.%s", poe_nfa_current_state(ev->kernel, ev->session), ev->name);
}

static void to_second(struct poe_event *ev)
{
	record(ev);
	poe_yield(ev->kernel, "before");
	assert_int_equal(poe_nfa_goto_state(ev->kernel, "second", "enter", poe_int(7)), 0);
	poe_yield(ev->kernel, "after");
}

static void visit(struct poe_event *ev)
{
	record(ev);
	assert_int_equal(poe_nfa_call_state(ev->kernel, &(struct poe_nfa_call){
		.state = "visited", .event = "enter", .args = poe_list(poe_str("hi")), .return_event = "back" }), 0);
}

static void come_back(struct poe_event *ev)
{
	record(ev);
	assert_int_equal(poe_nfa_return_state(ev->kernel, poe_str("bye"), poe_int(1)), 0);
}

static void stop(struct poe_event *ev)
{
	record(ev);
	assert_int_equal(poe_nfa_stop(ev->kernel), 0);
}

static const struct poe_state first_events[] = {
	{ "enter", to_second }, { "before", record }, { "leave", record }, { "stop", stop }, { 0 }
};
static const struct poe_state second_events[] = {
	{ "enter(i)", visit }, { "after", record }, { "leave", record }, { "back(si)", record }, { 0 }
};
static const struct poe_state visited_events[] = { { "enter(s)", come_back }, { "_default", record }, { 0 } };

static const struct poe_nfa_state machine[] = {
	{ "first", first_events }, { "second", second_events }, { "visited", visited_events }, { 0 }
};

static poe_sid spawn(struct harness *h, const char *state, const char *event)
{
	poe_sid id = poe_nfa_spawn(h->kernel, &(struct poe_nfa_plan){
		.states = machine, .state = state, .event = event, .heap = h });

	assert_int_not_equal(id.v, 0);
	return id;
}

static void first_state_is_entered_at_once(void **state)
{
	struct harness *h = *state;
	poe_sid id = spawn(h, "first", "enter");

	assert_recorded(h, "first.enter");
	assert_string_equal(poe_nfa_current_state(h->kernel, id), "first");
	poe_kernel_stop(h->kernel);
	harness_run(h);
}

static void machine_goes_calls_and_returns_in_the_order_of_the_queue(void **state)
{
	struct harness *h = *state;

	spawn(h, "first", "enter");
	harness_run(h);
	assert_recorded(h, "first.enter first.before first.leave second.enter second.after second.leave "
			   "visited.enter second.back");
}

static void event_without_a_handler_in_this_state_is_an_exception(void **state)
{
	struct harness *h = *state;
	poe_sid id = spawn(h, "first", NULL);

	poe_post(h->kernel, id, "after");
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, ENOSYS);
	assert_string_equal(poe_kernel_error(h->kernel), "event after has no handler in state first");
}

static void a_state_with_default_takes_everything(void **state)
{
	struct harness *h = *state;
	poe_sid id = spawn(h, "visited", NULL);

	poe_post(h->kernel, id, "whatever");
	harness_run(h);
	assert_recorded(h, "visited._default");
}

static void return_that_nobody_waits_for_is_an_exception(void **state)
{
	struct harness *h = *state;
	poe_sid id = spawn(h, "visited", NULL);

	poe_post(h->kernel, id, "enter", poe_str("x"));
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, EINVAL);
}

static void machine_stops_itself_behind_what_is_queued(void **state)
{
	struct harness *h = *state;
	poe_sid id = spawn(h, "first", NULL);

	poe_post(h->kernel, id, "stop");
	poe_post(h->kernel, id, "before");
	poe_refcount_increment(h->kernel, id, "test");
	harness_run(h);
	assert_recorded(h, "first.stop first.before");
}

static void leave_and_stop(struct poe_event *ev)
{
	record(ev);
	poe_kernel_stop(ev->kernel);
}

static void move(struct poe_event *ev)
{
	poe_nfa_goto_state(ev->kernel, "b", "enter", harness_object(ev->heap));
}

static const struct poe_state a_events[] = { { "go", move }, { "leave", leave_and_stop }, { 0 } };
static const struct poe_state b_events[] = { { "enter", record }, { 0 } };
static const struct poe_nfa_state leaving[] = { { "a", a_events }, { "b", b_events }, { 0 } };

static void machine_that_is_stopped_while_it_leaves_enters_nothing_more(void **state)
{
	struct harness *h = *state;
	poe_sid id = poe_nfa_spawn(h->kernel, &(struct poe_nfa_plan){ .states = leaving, .state = "a", .heap = h });

	poe_post(h->kernel, id, "go");
	harness_run(h);
	assert_recorded(h, "a.leave");
	assert_int_equal(h->released, 1);
}

static void go_at_once(struct poe_event *ev)
{
	record(ev);
	poe_nfa_goto_state(ev->kernel, "b", "enter");
	record(ev);
}

static void immediate_machine_moves_within_the_call(void **state)
{
	static const struct poe_state going[] = { { "go", go_at_once }, { 0 } };
	static const struct poe_nfa_state states[] = { { "a", going }, { "b", b_events }, { 0 } };
	struct harness *h = *state;

	poe_nfa_spawn(h->kernel, &(struct poe_nfa_plan){
		.states = states, .state = "a", .event = "go", .heap = h, .immediate = 1 });
	harness_run(h);
	assert_recorded(h, "a.go b.enter b.go");
}

static void beget(struct poe_event *ev)
{
	static const struct poe_state child[] = { { "_start", harness_ignore }, { 0 } };

	record(ev);
	poe_session_create(ev->kernel, &(struct poe_session_plan){ .states = child });
}

static void children_and_signals_that_no_state_names_are_let_pass(void **state)
{
	static const struct poe_state begetting[] = { { "go", beget }, { 0 } };
	static const struct poe_nfa_state states[] = { { "a", begetting }, { 0 } };
	struct harness *h = *state;
	poe_sid id = poe_nfa_spawn(h->kernel, &(struct poe_nfa_plan){
		.states = states, .state = "a", .event = "go", .heap = h });

	poe_signal(h->kernel, id, "USER");
	harness_run(h);
	assert_recorded(h, "a.go");
}

static void plan_that_names_no_such_state_is_refused_and_lets_its_values_go(void **state)
{
	struct harness *h = *state;
	const struct poe_nfa_plan plan = { .states = machine, .state = "third", .heap = h,
					   .args = poe_list(harness_object(h)) };

	assert_int_equal(poe_nfa_spawn(h->kernel, &plan).v, 0);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(h->released, 1);
}

static void wander(struct poe_event *ev)
{
	record(ev);
	assert_int_equal(poe_nfa_goto_state(ev->kernel, "nowhere", NULL, harness_object(ev->heap)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_nfa_goto_state(ev->kernel, NULL, NULL), -1);
	assert_int_equal(poe_nfa_call_state(ev->kernel, &(struct poe_nfa_call){ .state = "nowhere" }), -1);
}

static void going_to_no_such_state_is_refused(void **state)
{
	static const struct poe_state events[] = { { "go", wander }, { 0 } };
	static const struct poe_nfa_state states[] = { { "a", events }, { 0 } };
	struct harness *h = *state;

	poe_nfa_spawn(h->kernel, &(struct poe_nfa_plan){ .states = states, .state = "a", .event = "go", .heap = h });
	harness_run(h);
	assert_recorded(h, "a.go");
	assert_int_equal(h->released, 1);
}

static void try_to_move(struct poe_event *ev)
{
	assert_int_equal(poe_nfa_goto_state(ev->kernel, "a", NULL), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(poe_nfa_return_state(ev->kernel), -1);
	assert_int_equal(poe_nfa_stop(ev->kernel), -1);
	assert_null(poe_nfa_current_state(ev->kernel, ev->session));
	harness_record(ev);
}

static void session_that_is_no_machine_cannot_move(void **state)
{
	static const struct poe_state states[] = { { "_start", try_to_move }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "_start");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(first_state_is_entered_at_once),
		HARNESS_TEST(machine_goes_calls_and_returns_in_the_order_of_the_queue),
		HARNESS_TEST(event_without_a_handler_in_this_state_is_an_exception),
		HARNESS_TEST(a_state_with_default_takes_everything),
		HARNESS_TEST(return_that_nobody_waits_for_is_an_exception),
		HARNESS_TEST(machine_stops_itself_behind_what_is_queued),
		HARNESS_TEST(machine_that_is_stopped_while_it_leaves_enters_nothing_more),
		HARNESS_TEST(immediate_machine_moves_within_the_call),
		HARNESS_TEST(children_and_signals_that_no_state_names_are_let_pass),
		HARNESS_TEST(plan_that_names_no_such_state_is_refused_and_lets_its_values_go),
		HARNESS_TEST(going_to_no_such_state_is_refused),
		HARNESS_TEST(session_that_is_no_machine_cannot_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
