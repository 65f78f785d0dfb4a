/* Families: a crowd of children, children that leave, children that are left. */
#include "trial.h"

enum { CROWD = 100 };

static void see(struct poe_event *ev)
{
	trial_see(ev->heap);
}

static void child_start(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_return(ev, poe_str("a child's first word")) == 0);
}

static void child_stop(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_return(ev, poe_str("its last one")) == 0);
}

static const struct poe_state child_states[] = {
	{ "_start", child_start },
	{ "_stop", child_stop },
	{ "_parent", see },
	{ 0 },
};

static void bear_crowd(struct poe_event *ev)
{
	for (int i = 0; i < CROWD; i++)
		trial_session(ev->heap, child_states, ev->heap);
}

/* A birth and a loss each are two words; without memory the child's own word is missing. */
static void count_child(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_see(me);
	if (poe_arg(ev, 2).kind == POE_STR)
		trial_see(me);
}

static const struct poe_state crowd_states[] = {
	{ "_start", bear_crowd },
	{ "_child", count_child },
	{ 0 },
};

static void have_crowd(struct trial *t)
{
	trial_hope(t, 4 * CROWD);
	trial_session(t, crowd_states, t);
	trial_go(t);
}

/* The child goes to the grandparent when its parent stops, another to the kernel by itself. */
static void leave(struct poe_event *ev)
{
	trial_check(ev->heap, poe_detach_myself(ev->kernel) == 0);
}

static void stay(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_delay_add(ev->kernel, "leave", 1) == 0);
}

static const struct poe_state leaving_states[] = {
	{ "_start", stay },
	{ "leave", leave },
	{ "_parent", see },
	{ 0 },
};

static void bear_leaving(struct poe_event *ev)
{
	trial_session(ev->heap, leaving_states, ev->heap);
}

static const struct poe_state parent_states[] = {
	{ "_start", bear_leaving },
	{ "stop", see },
	{ "_child", see },
	{ 0 },
};

static void bear_parent(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	poe_sid parent = trial_session(me, parent_states, me);

	if (parent.v != 0)
		trial_check(me, poe_detach_child(ev->kernel, parent) == 0);
}

static const struct poe_state grandparent_states[] = {
	{ "_start", bear_parent },
	{ "_child", see },
	{ 0 },
};

static void move_about(struct trial *t)
{
	trial_hope(t, 5);
	trial_session(t, grandparent_states, t);
	trial_go(t);
}

const struct scenario scenarios_family[] = {
	{ "a_crowd_of_children_comes_and_goes", have_crowd, POE_CLOCK_VIRTUAL, 0 },
	{ "children_move_between_parents", move_about, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
