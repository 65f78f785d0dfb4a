/* Alarms: by id, by name, a hundred at once. */
#include "trial.h"

#include <math.h>

enum { CROWD = 100 };

static void see(struct poe_event *ev)
{
	trial_see(ev->heap);
}

static void set_by_id(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	struct poe_kernel *k = ev->kernel;
	poe_alarm_id soon = poe_delay_set(k, "rings", 1, poe_str("a value")),
		     moved = poe_delay_set(k, "rings", 2, trial_object(me)),
		     removed = poe_alarm_set(k, "rings", poe_time(k) + 3, trial_object(me));

	trial_check(me, soon.v != 0 && moved.v != 0 && removed.v != 0);
	if (moved.v != 0)
		trial_check(me, !isnan(poe_alarm_adjust(k, moved, 10)));
	if (removed.v != 0)
		trial_check(me, poe_alarm_remove(k, removed) == 0);
}

static const struct poe_state by_id_states[] = {
	{ "_start", set_by_id },
	{ "rings", see },
	{ 0 },
};

static void ring_by_id(struct trial *t)
{
	trial_hope(t, 2);
	trial_session(t, by_id_states, t);
	trial_go(t);
}

/* What could not be set replaces nothing: the earlier one rings. */
static void set_by_name(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	struct poe_kernel *k = ev->kernel;

	trial_check(me, poe_delay(k, "rings", 1, poe_str("the first")) == 0);
	trial_check(me, poe_delay(k, "rings", 2, poe_str("the second")) == 0);
	trial_check(me, poe_alarm(k, "rings", poe_time(k) + 3, poe_str("the third")) == 0);
	trial_check(me, poe_delay_add(k, "rings", 4, trial_object(me)) == 0);
	trial_check(me, poe_delay_add(k, "cleared", 5, trial_object(me)) == 0);
	poe_alarm_clear(k, "cleared");
}

static const struct poe_state by_name_states[] = {
	{ "_start", set_by_name },
	{ "rings", see },
	{ "cleared", see },
	{ 0 },
};

static void ring_by_name(struct trial *t)
{
	trial_hope(t, 2);
	trial_session(t, by_name_states, t);
	trial_go(t);
}

static void set_crowd(struct poe_event *ev)
{
	for (int i = 0; i < CROWD; i++)
		trial_check(ev->heap, poe_delay_add(ev->kernel, "rings", CROWD - i, poe_str("x")) == 0);
}

static const struct poe_state crowd_states[] = {
	{ "_start", set_crowd },
	{ "rings", see },
	{ 0 },
};

static void ring_crowd(struct trial *t)
{
	trial_hope(t, CROWD);
	trial_session(t, crowd_states, t);
	trial_go(t);
}

const struct scenario scenarios_alarm[] = {
	{ "alarms_ring_by_id", ring_by_id, POE_CLOCK_VIRTUAL, 0 },
	{ "alarms_ring_by_name", ring_by_name, POE_CLOCK_VIRTUAL, 0 },
	{ "a_hundred_alarms_ring", ring_crowd, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
