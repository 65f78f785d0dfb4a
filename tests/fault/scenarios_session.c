/* One session and what it has: arguments, aliases, states, tags, postbacks, things it owns. */
#include "trial.h"

#include <stdlib.h>

static void see(struct poe_event *ev)
{
	trial_see(ev->heap);
}

static void start_with_arguments(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	if (poe_arg_str(ev, 0)[0] == 'o' && poe_alias_resolve(ev->kernel, "named").v == ev->session.v)
		trial_see(me);
	trial_check(me, poe_return(ev, poe_str("what a parent would hear")) == 0);
	trial_check(me, poe_yield(ev->kernel, "see") == 0);
}

static const struct poe_state named_states[] = {
	{ "_start(so)", start_with_arguments },
	{ "see", see },
	{ "_stop", see },
	{ 0 },
};

/* A session that could not be made still gets rid of its arguments and its heap. */
static void create_named(struct trial *t)
{
	poe_sid id;

	trial_hope(t, 3);
	id = poe_session_create(t->kernel, &(struct poe_session_plan){
		.states = named_states, .heap = t, .alias = "named",
		.args = poe_list(poe_str("one"), trial_object(t)) });
	trial_check(t, id.v != 0);
	trial_go(t);
}

static void press_second(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_see(me);
	trial_check(me, poe_state_remove(ev->kernel, "press") == 0);
	trial_check(me, poe_yield(ev->kernel, "press", poe_int(3)) == 0);
}

static void press_first(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_see(me);
	if (trial_check(me, poe_state_set(ev->kernel, "press(i)", press_second, me) == 0))
		trial_check(me, poe_yield(ev->kernel, "press", poe_int(2)) == 0);
}

/* Enough states to make their table grow.  _default sees the last press, and _stop. */
static void set_many(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	char name[24];

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "state%d", i);
		trial_check(me, poe_state_set(ev->kernel, name, see, NULL) == 0);
	}
	trial_check(me, poe_yield(ev->kernel, "press", poe_int(1)) == 0);
}

static const struct poe_state lamp_states[] = {
	{ "_start", set_many },
	{ "press(i)", press_first },
	{ "_default", see },
	{ 0 },
};

static void change_states(struct trial *t)
{
	trial_hope(t, 4);
	trial_session(t, lamp_states, t);
	trial_go(t);
}

static void hold_by_tags(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	char tag[16];

	for (int i = 0; i < 5; i++) {
		snprintf(tag, sizeof tag, "tag%d", i);
		if (trial_check(me, poe_refcount_increment(ev->kernel, ev->session, tag) == 1))
			poe_refcount_decrement(ev->kernel, ev->session, tag);
		trial_check(me, poe_refcount_increment(ev->kernel, ev->session, tag) == 1);
	}
	trial_check(me, poe_delay_add(ev->kernel, "let_go", 1) == 0);
	if (me->error_num != 0)
		poe_kernel_stop(ev->kernel);
}

static void let_go(struct poe_event *ev)
{
	char tag[16];

	for (int i = 0; i < 5; i++) {
		snprintf(tag, sizeof tag, "tag%d", i);
		poe_refcount_decrement(ev->kernel, ev->session, tag);
	}
	trial_see(ev->heap);
}

static const struct poe_state tagged_states[] = {
	{ "_start", hold_by_tags },
	{ "let_go", let_go },
	{ 0 },
};

static void count_tags(struct trial *t)
{
	trial_hope(t, 1);
	trial_session(t, tagged_states, t);
	trial_go(t);
}

static void fire(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	struct poe_postback *p = poe_postback_new(ev->kernel, "fired", poe_str("given first"), poe_int(1));

	if (!trial_check(me, p != NULL))
		return;
	trial_check(me, poe_postback_fire(p, poe_str("given later")) == 0);
	trial_check(me, poe_postback_fire(p, trial_object(me)) == 0);
	poe_postback_free(p);
}

static const struct poe_state postback_states[] = {
	{ "_start", fire },
	{ "fired(si*)", see },
	{ 0 },
};

static void fire_postbacks(struct trial *t)
{
	trial_hope(t, 2);
	trial_session(t, postback_states, t);
	trial_go(t);
}

const struct scenario scenarios_session[] = {
	{ "a_session_gets_its_arguments_and_an_alias", create_named, POE_CLOCK_VIRTUAL, 0 },
	{ "states_change_at_run_time", change_states, POE_CLOCK_VIRTUAL, 0 },
	{ "tags_hold_a_session", count_tags, POE_CLOCK_VIRTUAL, 0 },
	{ "postbacks_are_fired", fire_postbacks, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
