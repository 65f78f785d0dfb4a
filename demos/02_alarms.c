/*
 * Time.  Three delays are set out of order and come in order; the middle one
 * is moved, one is taken back.  The kernel's clock is virtual: when nothing is
 * ready, time jumps to the next alarm, so this day passes at once.
 *
 *     0 h: set
 *     1 h: breakfast
 *     5 h: lunch
 *     24 h: midnight
 */
#include <poe.h>

struct day {
	double begin; /* as poe_now */
};

static void day_start(struct poe_event *ev)
{
	struct day *me = ev->heap;
	poe_alarm_id lunch, nap;

	me->begin = poe_now(ev->kernel);
	poe_delay_set(ev->kernel, "meal", 3600, poe_str("breakfast"));
	poe_delay_set(ev->kernel, "midnight", 24 * 3600);
	lunch = poe_delay_set(ev->kernel, "meal", 4 * 3600, poe_str("lunch"));
	nap = poe_delay_set(ev->kernel, "meal", 2 * 3600, poe_str("nap"));
	poe_alarm_adjust(ev->kernel, lunch, 3600);
	poe_alarm_remove(ev->kernel, nap);
	printf("0 h: set\n");
}

static void day_meal(struct poe_event *ev)
{
	struct day *me = ev->heap;
	const char *meal = poe_arg_str(ev, 0);

	printf("%.0f h: %s\n", (poe_now(ev->kernel) - me->begin) / 3600, meal);
}

static void day_midnight(struct poe_event *ev)
{
	struct day *me = ev->heap;

	printf("%.0f h: midnight\n", (poe_now(ev->kernel) - me->begin) / 3600);
}

static const struct poe_state day_states[] = {
	{ "_start", day_start },
	{ "meal(s)", day_meal },
	{ "midnight", day_midnight },
	{ 0 },
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL });
	struct day day = { 0 };

	if (k == NULL)
		return 1;
	poe_session_create(k, &(struct poe_session_plan){ .states = day_states, .heap = &day });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
