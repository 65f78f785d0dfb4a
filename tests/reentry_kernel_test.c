/*
 * What a session hears from the kernel itself: anything may be done in it.
 * See harness/stage.h.
 */
#include "stage.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void arrange_alarm(struct stage *s)
{
	poe_alarm_set(s->kernel, "heard", poe_time(s->kernel) + 1);
}

static void arrange_delay(struct stage *s)
{
	poe_delay(s->kernel, "heard", 1);
	poe_delay_add(s->kernel, "heard", 1);
}

static void drop_delay(struct stage *s)
{
	poe_alarm_clear(s->kernel, "heard");
}

static void post(struct stage *s)
{
	poe_post(s->kernel, s->actor, "heard", poe_str("a string that has to be copied to the heap"));
	poe_post(s->kernel, s->actor, "heard", poe_int(2));
}

static void call(struct stage *s)
{
	poe_call(s->kernel, s->parent, "call");
}

static void arrange_postback(struct stage *s)
{
	s->postback = poe_postback_new(s->kernel, "heard", poe_str("a string that has to be copied to the heap"));
}

static void fire(struct stage *s)
{
	poe_postback_fire(s->postback, poe_int(1));
}

static void call_back(struct stage *s)
{
	poe_postback_call(s->postback, poe_int(1));
}

/* No session owns it. */
static void end_postback(struct stage *s)
{
	poe_postback_free(s->postback);
	s->postback = NULL;
}

static void arrange_os_signal(struct stage *s)
{
	poe_sig(s->kernel, "USR1", "heard", poe_str("a string that has to be copied to the heap"));
}

static void drop_os_signal(struct stage *s)
{
	poe_sig_clear(s->kernel, "USR1");
}

static void raise_os_signal(struct stage *s)
{
	(void)s;
	raise(SIGUSR1);
}

static void arrange_signal(struct stage *s)
{
	poe_sig(s->kernel, "HELLO", "heard");
}

static void drop_signal(struct stage *s)
{
	poe_sig_clear(s->kernel, "HELLO");
}

static void send_signal(struct stage *s)
{
	poe_signal(s->kernel, s->parent, "HELLO", poe_str("a string that has to be copied to the heap"));
}

static void arrange_child(struct stage *s)
{
	s->awaited = fork();
	if (s->awaited == 0)
		_exit(0);
	poe_sig_child(s->kernel, s->awaited, "heard", poe_int(1));
}

static void drop_child(struct stage *s)
{
	poe_sig_child_clear(s->kernel, s->awaited);
}

static void await_child(struct stage *s)
{
	siginfo_t info;

	waitid(P_PID, (id_t)s->awaited, &info, WEXITED | WNOWAIT);
}

/* Handled the first time only: what an act raises goes its way. */
static void on_died(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	if (s->calls == 0)
		poe_sig_handled(ev);
	stage_callback(s, ev);
}

static void on_dying(struct poe_event *ev)
{
	poe_die(ev, ERANGE, "dying");
}

static const struct poe_state dying_states[] = { { "dying", on_dying }, { "died", on_died }, { 0 } };

static void arrange_exception(struct stage *s)
{
	poe_sig(s->kernel, "DIE", "died");
}

static void drop_exception(struct stage *s)
{
	poe_sig_clear(s->kernel, "DIE");
}

static void die(struct stage *s)
{
	poe_post(s->kernel, s->actor, "dying");
}

static void leave(struct stage *s)
{
	poe_call(s->kernel, s->actor, "leave");
}

static const struct poe_state default_states[] = { { "_default", stage_heard }, { 0 } };

static void post_unknown(struct stage *s)
{
	poe_post(s->kernel, s->actor, "unknown", poe_str("a string that has to be copied to the heap"));
}

static const struct poe_state parent_states[] = { { "_parent", stage_heard }, { 0 } };

static void give_away(struct stage *s)
{
	poe_call(s->kernel, s->parent, "detach");
}

/* A child of the actor that has a child of its own, and outlives it not. */
static void on_grandchild_start(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "_stop", 2);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state grandchild_states[] = { { "_start", on_grandchild_start }, { "_stop", ignore }, { 0 } };

static void on_child_start(struct poe_event *ev)
{
	poe_session_create(ev->kernel, &(struct poe_session_plan){ .states = grandchild_states });
	poe_signal(ev->kernel, ev->session, "HELLO");
}

/* It alone is stopped by a signal that it answers for, so its child goes to the actor. */
static const struct poe_state child_states[] = { { "_start", on_child_start }, { "_stop", ignore }, { 0 } };

static void on_bear(struct poe_event *ev)
{
	poe_session_create(ev->kernel, &(struct poe_session_plan){ .states = child_states });
}

static void hear_of_child(struct poe_event *ev, const char *what)
{
	struct stage *s = stage_of(ev);

	if (poe_args(ev) == 0 || strcmp(poe_arg_str(ev, 0), what) == 0)
		stage_callback(s, ev);
}

static void on_birth(struct poe_event *ev)
{
	hear_of_child(ev, "create");
}

static void on_loss(struct poe_event *ev)
{
	hear_of_child(ev, "lose");
}

static const struct poe_state birth_states[] = { { "_child", on_birth }, { "bear", on_bear }, { 0 } };
static const struct poe_state loss_states[] = { { "_child", on_loss }, { "bear", on_bear }, { 0 } };

static void bear(struct stage *s)
{
	poe_call(s->kernel, s->actor, "bear");
}

static const struct stage_row rows[] = {
	{ "in an alarm", .arrange = arrange_alarm },
	{ "in one of two delays of a name", .arrange = arrange_delay, .drop = drop_delay },
	{ "in an event that was posted", .provoke = post },
	{ "in an event that another session calls", .provoke = call },
	{ "in a postback's event", .arrange = arrange_postback, .provoke = fire, .drop = end_postback,
	  .end = end_postback },
	{ "in a callback's event", .arrange = arrange_postback, .provoke = call_back, .drop = end_postback,
	  .end = end_postback },
	{ "in the system's signal", .arrange = arrange_os_signal, .provoke = raise_os_signal, .drop = drop_os_signal },
	{ "in a signal of the program's own", .arrange = arrange_signal, .provoke = send_signal, .drop = drop_signal },
	{ "in the end of a child process", .arrange = arrange_child, .provoke = await_child, .drop = drop_child },
	{ "in an exception", .states = dying_states, .arrange = arrange_exception, .provoke = die,
	  .drop = drop_exception },
	{ "in _start", .event = "_start" },
	{ "in _stop", .event = "_stop", .provoke = leave },
	{ "in _default", .states = default_states, .provoke = post_unknown },
	{ "in _parent", .states = parent_states, .provoke = give_away },
	{ "in _child, at a birth", .states = birth_states, .provoke = bear },
	{ "in _child, at a loss", .states = loss_states, .provoke = bear },
};

int main(void)
{
	struct CMUnitTest tests[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[i] = (struct CMUnitTest)STAGE_TEST(rows[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
