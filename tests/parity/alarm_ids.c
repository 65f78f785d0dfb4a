/* Alarms and delays by id. */
#include "parity.h"

#include <math.h>

static void result_time(const char *what, double when)
{
	parity_result(what, isnan(when) ? -1 : 0);
}

static void removed(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->alarm[0] = poe_delay_set(p->kernel, "due", 0.01, poe_int(1));
	poe_delay_set(p->kernel, "due", 0.02, poe_int(2));
	parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
}

static void removed_is_returned(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	p->alarm[0] = poe_delay_set(p->kernel, "due", 0.01, poe_int(1), poe_str("two"));
	parity_note("removed %d", poe_alarm_remove(p->kernel, p->alarm[0]));
}

static void removed_twice(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->alarm[0] = poe_alarm_set(p->kernel, "due", poe_time(p->kernel) + 5);
	parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
	parity_result("again", poe_alarm_remove(p->kernel, p->alarm[0]));
}

static void removed_after_it_fired(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->alarm[0] = poe_delay_set(p->kernel, "due", 0.01);
	} else if (parity_on(ev, "A due")) {
		parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
		result_time("adjust", poe_alarm_adjust(p->kernel, p->alarm[0], 1));
	}
}

static void removed_by_another(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->alarm[0] = poe_delay_set(p->kernel, "due", 0.02);
	} else if (parity_on(ev, "B _start")) {
		parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
		result_time("adjust", poe_alarm_adjust(p->kernel, p->alarm[0], 1));
	}
}

static void adjusted(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->alarm[0] = poe_delay_set(p->kernel, "one", 0.01);
	poe_delay_set(p->kernel, "two", 0.02);
	poe_alarm_adjust(p->kernel, p->alarm[0], 0.02);
}

static void adjusted_backwards(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay_set(p->kernel, "one", 0.01);
	p->alarm[0] = poe_delay_set(p->kernel, "two", 0.02);
	poe_alarm_adjust(p->kernel, p->alarm[0], -5);
}

static void note_time(double when, double wanted)
{
	parity_note("%s", fabs(when - wanted) < 0.01 ? "as asked" : "off");
}

static void adjust_returns_the_time(struct parity *p, struct poe_event *ev)
{
	double when = poe_time(p->kernel) + 100;

	if (!parity_on(ev, "A _start"))
		return;
	p->alarm[0] = poe_alarm_set(p->kernel, "due", when);
	note_time(poe_alarm_adjust(p->kernel, p->alarm[0], -100), when - 100);
	note_time(poe_delay_adjust(p->kernel, p->alarm[0], 0.01), poe_time(p->kernel) + 0.01);
}

static void delay_adjusted(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_delay_set(p->kernel, "one", 0.02);
	p->alarm[0] = poe_delay_set(p->kernel, "two", 5);
	poe_delay_adjust(p->kernel, p->alarm[0], 0.01);
}

static void adjusted_unknown(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	result_time("alarm_adjust", poe_alarm_adjust(p->kernel, (poe_alarm_id){ 999999 }, 1));
	parity_result("alarm_remove", poe_alarm_remove(p->kernel, (poe_alarm_id){ 999999 }));
}

static void delay_adjusted_unknown(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	result_time("delay_adjust", poe_delay_adjust(p->kernel, (poe_alarm_id){ 999999 }, 1));
}

static void all_removed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_delay(p->kernel, "due", 0.01);
		poe_alarm_add(p->kernel, "due", poe_time(p->kernel) - 5);
		poe_delay_set(p->kernel, "other", 0.01, poe_int(1), poe_int(2));
		poe_yield(p->kernel, "due", poe_str("yielded"));
		parity_note("removed %d", poe_alarm_remove_all(p->kernel));
		parity_note("removed %d", poe_alarm_remove_all(p->kernel));
	} else if (parity_on(ev, "B _start")) {
		poe_delay(p->kernel, "due", 0.01, poe_str("B's"));
	}
}

static void invalid(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	parity_result("alarm_set", poe_alarm_set(p->kernel, NULL, 1).v ? 0 : -1);
	parity_result("delay_set", poe_delay_set(p->kernel, NULL, 1).v ? 0 : -1);
}

static void ids_are_new(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	p->alarm[0] = poe_delay_set(p->kernel, "due", 5);
	p->alarm[1] = poe_delay_set(p->kernel, "due", 5);
	parity_note("%s", p->alarm[0].v && p->alarm[1].v > p->alarm[0].v ? "grow" : "do not grow");
	poe_alarm_remove(p->kernel, p->alarm[1]);
	p->alarm[2] = poe_delay_set(p->kernel, "due", 5);
	parity_note("%s", p->alarm[2].v > p->alarm[1].v ? "not used again" : "used again");
	poe_alarm_remove_all(p->kernel);
}

static void removed_when_due(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_alarm_set(p->kernel, "one", poe_time(p->kernel) - 10);
		p->alarm[0] = poe_alarm_set(p->kernel, "two", poe_time(p->kernel) - 5);
	} else if (parity_on(ev, "A one")) {
		parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
	}
}

static void cleared_by_name(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	p->alarm[0] = poe_delay_set(p->kernel, "due", 0.01);
	poe_alarm_clear(p->kernel, "due");
	parity_result("remove", poe_alarm_remove(p->kernel, p->alarm[0]));
}

static const struct parity_scenario scenarios[] = {
	{ "removed", "A: _start due _stop", removed, NULL },
	{ "removed_is_returned", "A: _start", removed_is_returned, NULL },
	{ "removed_twice", "A: _start due _stop", removed_twice, NULL },
	{ "removed_after_it_fired", "A: _start due _stop", removed_after_it_fired, NULL },
	{ "removed_by_another", "A: _start due; B: _start try", removed_by_another, NULL },
	{ "adjusted", "A: _start one two", adjusted, NULL },
	{ "adjusted_backwards", "A: _start one two", adjusted_backwards, NULL },
	{ "adjust_returns_the_time", "A: _start due", adjust_returns_the_time, NULL },
	{ "delay_adjusted", "A: _start one two", delay_adjusted, NULL },
	{ "adjusted_unknown", "A: _start", adjusted_unknown, NULL },
	{ "delay_adjusted_unknown", "A: _start", delay_adjusted_unknown, NULL },
	{ "all_removed", "A: _start due; B: _start due", all_removed, NULL },
	{ "invalid", "A: _start", invalid, NULL },
	{ "ids_are_new", "A: _start", ids_are_new, NULL },
	{ "removed_when_due", "A: _start one two", removed_when_due, NULL },
	{ "cleared_by_name", "A: _start due", cleared_by_name, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
