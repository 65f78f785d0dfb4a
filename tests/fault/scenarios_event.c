/* Events: posts, calls and what they bring back, exceptions. */
#include "trial.h"

#include <errno.h>
#include <string.h>

enum { PLAIN = 300, HEAVY = 20 }; /* more than a chunk of the queue; and those that take memory */

static void arrive(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	if (strcmp(poe_arg_str(ev, 0), "octets that are copied") == 0)
		trial_see(me);
}

static void arrive_plain(struct poe_event *ev)
{
	trial_see(ev->heap);
}

static void post_all(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	for (int i = 0; i < PLAIN; i++)
		trial_check(me, poe_yield(ev->kernel, "plain", poe_int(i)) == 0);
	for (int i = 0; i < HEAVY; i++)
		trial_check(me, poe_post(ev->kernel, ev->session, "heavy", poe_str("octets that are copied"),
					 trial_object(me)) == 0);
}

static const struct poe_state posting_states[] = {
	{ "_start", post_all },
	{ "plain(i)", arrive_plain },
	{ "heavy(so)", arrive },
	{ 0 },
};

static void post(struct trial *t)
{
	trial_hope(t, PLAIN + HEAVY);
	trial_session(t, posting_states, t);
	trial_go(t);
}

static void answer(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_return(ev, poe_str("an answer")) == 0);
}

static void answer_object(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_return(ev, trial_object(me)) == 0);
}

/* A result that could not be kept is missing, and errno says so. */
static void check_result(struct trial *me, struct poe_value result, enum poe_kind kind)
{
	if (result.kind == (uint32_t)kind)
		trial_see(me);
	else
		trial_check(me, errno == 0);
}

static void call_all(struct poe_event *ev)
{
	struct trial *me = ev->heap;
	struct poe_kernel *k = ev->kernel;

	for (int i = 0; i < 5; i++) {
		check_result(me, poe_call(k, ev->session, "answer", poe_str("lent"), trial_object(me)), POE_STR);
		check_result(me, poe_call(k, ev->session, "answer_object", poe_int(1)), POE_OBJ);
	}
}

static const struct poe_state calling_states[] = {
	{ "_start", call_all },
	{ "answer", answer },
	{ "answer_object", answer_object },
	{ 0 },
};

static void call(struct trial *t)
{
	trial_hope(t, 10);
	trial_session(t, calling_states, t);
	trial_go(t);
}

static void raise_first(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	trial_check(me, poe_sig(ev->kernel, "DIE", "caught") == 0);
	trial_check(me, poe_die(ev, EDOM, "the first") == 0);
	if (me->error_num == 0)
		trial_check(me, poe_delay_add(ev->kernel, "again", 1) == 0);
}

static void catch_first(struct poe_event *ev)
{
	trial_see(ev->heap);
	poe_sig_handled(ev);
}

/* Nobody catches this one. */
static void raise_again(struct poe_event *ev)
{
	struct trial *me = ev->heap;

	poe_sig_clear(ev->kernel, "DIE");
	trial_check(me, poe_die(ev, ERANGE, "the second") == 0);
}

static const struct poe_state dying_states[] = {
	{ "_start", raise_first },
	{ "caught(sis)", catch_first },
	{ "again", raise_again },
	{ 0 },
};

static void die(struct trial *t)
{
	int result;

	trial_hope(t, 2);
	trial_session(t, dying_states, t);
	result = poe_run(t->kernel);
	if (result == -1 && strcmp(poe_kernel_error(t->kernel), "the second") == 0)
		trial_see(t);
	/* Whatever else fails: an exception that was raised and not caught ends the kernel. */
	if (result == 0 && t->error_num == 0)
		trial_break(t, "an exception was swallowed");
}

const struct scenario scenarios_event[] = {
	{ "posted_strings_and_objects_arrive", post, POE_CLOCK_VIRTUAL, 0 },
	{ "calls_bring_strings_and_objects_back", call, POE_CLOCK_VIRTUAL, 0 },
	{ "an_exception_is_caught_and_another_ends_the_kernel", die, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
