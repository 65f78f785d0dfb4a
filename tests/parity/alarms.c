/* Alarms and delays by name. */
#include "parity.h"

static void delays_in_order(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay(p->kernel, "three", 0.03, poe_str("c"));
	poe_delay(p->kernel, "one", 0.01);
	poe_delay(p->kernel, "two", 0.02, poe_int(1), poe_str("b"));
}

static void past_alarms_first(struct parity *p, struct poe_event *ev)
{
	double now = poe_time(p->kernel);

	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "yielded");
	poe_alarm_add(p->kernel, "past", now - 10, poe_int(1));
	poe_alarm_add(p->kernel, "past", now - 30, poe_int(2));
	poe_alarm_add(p->kernel, "past", now - 20, poe_int(3));
	poe_yield(p->kernel, "yielded", poe_str("again"));
	poe_alarm_add(p->kernel, "past", now - 30, poe_int(4));
}

static void zero_delay(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "yielded", poe_int(1));
	poe_delay(p->kernel, "due", 0);
	poe_yield(p->kernel, "yielded", poe_int(2));
}

static void negative_delay(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "yielded");
	poe_delay(p->kernel, "due", -5);
}

static void past_alarm_within_a_batch(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_yield(p->kernel, "one");
		poe_yield(p->kernel, "two");
	} else if (parity_on(ev, "A one")) {
		poe_yield(p->kernel, "two", poe_str("again"));
		poe_alarm(p->kernel, "past", poe_time(p->kernel) - 10);
	}
}

static void equal_times(struct parity *p, struct poe_event *ev)
{
	double when = poe_time(p->kernel) - 5;

	if (!parity_on(ev, "A _start"))
		return;
	for (int i = 1; i <= 4; i++)
		poe_alarm_add(p->kernel, "due", when, poe_int(i));
}

static void alarm_replaces(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay_set(p->kernel, "due", 0.01, poe_int(1));
	poe_delay_add(p->kernel, "due", 0.01, poe_int(2));
	poe_alarm(p->kernel, "due", poe_time(p->kernel) - 1, poe_int(3));
	poe_delay(p->kernel, "due", 0.01, poe_int(4));
}

static void add_keeps(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay_add(p->kernel, "due", 0.01, poe_int(1));
	poe_delay_add(p->kernel, "due", 0.02, poe_int(2));
	poe_alarm_add(p->kernel, "due", poe_time(p->kernel) - 1, poe_int(3));
}

static void cleared(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay(p->kernel, "due", 0.01, poe_int(1));
	poe_delay_set(p->kernel, "due", 0.01, poe_int(2));
	poe_delay(p->kernel, "other", 0.02);
	poe_alarm_clear(p->kernel, "due");
	poe_alarm_clear(p->kernel, "missing");
}

static void names_are_of_a_session(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_delay(p->kernel, "due", 0.01);
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "due", 0.02);
		poe_delay(p->kernel, "due", 0.03, poe_str("later"));
	}
}

static void bad_arguments(struct parity *p, struct poe_event *ev)
{
	double now = poe_time(p->kernel);

	if (!parity_on(ev, "A _start"))
		return;
	parity_result("alarm", poe_alarm(p->kernel, NULL, now));
	parity_result("alarm_add", poe_alarm_add(p->kernel, NULL, now));
	parity_result("delay", poe_delay(p->kernel, NULL, 1));
	parity_result("delay_add", poe_delay_add(p->kernel, NULL, 1));
}

static void outside(struct parity *p)
{
	parity_cast(p);
	parity_result("delay_set", poe_delay_set(p->kernel, "due", 0.01).v ? 0 : -1);
	parity_run(p);
}

static void delay_of_the_called(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_call(p->kernel, parity_sid(p, "B"), "set");
	else if (parity_on(ev, "B set"))
		poe_delay(p->kernel, "due", 0.01, poe_str("B's"));
}

static void rearmed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_delay(p->kernel, "due", 0.005, poe_int(1));
	else if (parity_on(ev, "A due") && poe_arg_int(ev, 0) < 3)
		poe_delay(p->kernel, "due", 0.005, poe_int(poe_arg_int(ev, 0) + 1));
}

static void delays_of_two_sessions(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_delay_add(p->kernel, "due", 0.01);
		poe_delay_add(p->kernel, "due", 0.03);
	} else if (parity_on(ev, "B _start")) {
		poe_delay_add(p->kernel, "due", 0.02);
	}
}

static void descriptor_alarm_post(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		parity_write(p->pipe[1], "x");
		poe_yield(p->kernel, "posted");
		poe_alarm(p->kernel, "past", poe_time(p->kernel) - 10);
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "readable");
	} else if (parity_on(ev, "A readable")) {
		poe_watch_free(p->watch[0]);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "delays_in_order", "A: _start one two three _stop", delays_in_order, NULL },
	{ "past_alarms_first", "A: _start yielded past", past_alarms_first, NULL },
	{ "zero_delay", "A: _start yielded due", zero_delay, NULL },
	{ "negative_delay", "A: _start yielded due", negative_delay, NULL },
	{ "past_alarm_within_a_batch", "A: _start one two past", past_alarm_within_a_batch, NULL },
	{ "equal_times", "A: _start due _stop", equal_times, NULL },
	{ "alarm_replaces", "A: _start due", alarm_replaces, NULL },
	{ "add_keeps", "A: _start due", add_keeps, NULL },
	{ "cleared", "A: _start due other _stop", cleared, NULL },
	{ "names_are_of_a_session", "A: _start due; B: _start due", names_are_of_a_session, NULL },
	{ "bad_arguments", "A: _start _stop", bad_arguments, NULL },
	{ "outside", "A: _start due", NULL, outside },
	{ "delay_of_the_called", "B: _start set due; A: _start due", delay_of_the_called, NULL },
	{ "rearmed", "A: _start due _stop", rearmed, NULL },
	{ "delays_of_two_sessions", "A: _start due; B: _start due", delays_of_two_sessions, NULL },
	{ "descriptor_alarm_post", "A: _start readable/fm past posted", descriptor_alarm_post, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
