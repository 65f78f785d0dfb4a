/*
 * The columns: what is done in a callback that might pull the ground from
 * under whoever called it.
 */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *look_on(struct stage *s, struct poe_event *ev)
{
	(void)s;
	(void)ev;
	return NULL;
}

static const char *drop(struct stage *s)
{
	if (s->row->drop == NULL)
		return "it has nothing of its own to free";
	if (!s->dropped)
		s->row->drop(s);
	s->dropped = true;
	return NULL;
}

static const char *free_own(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	return drop(s);
}

/* One of them was made before the thing, one after it: whichever way round the loop goes, one is still to come. */
static const char *free_twins(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	if (s->twins[0] == NULL || (s->row->elsewhere && s->actor_ended))
		return "they have been freed already";
	for (int i = 0; i < 2; i++) {
		poe_readwrite_free(s->twins[i]);
		s->twins[i] = NULL;
	}
	s->twins_freed = true;
	return NULL;
}

static const char *free_foreign(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	if (s->foreign_wheel == NULL || s->bystander_ended)
		return "they have been freed already";
	poe_readwrite_free(s->foreign_wheel);
	poe_socketfactory_free(s->foreign_door);
	s->foreign_wheel = NULL;
	s->foreign_door = NULL;
	s->foreign_freed = true;
	return NULL;
}

static const char no_descriptor[] = "there is no descriptor under it";

static const char *close_below(struct stage *s, struct poe_event *ev)
{
	(void)ev;
	if (s->fd == -1)
		return no_descriptor;
	stage_check(s, close(s->fd) == 0, "the descriptor was closed already");
	return NULL;
}

static const char *exchange_below(struct stage *s, struct poe_event *ev)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)ev;
	if (s->fd != -1)
		dup3(fd, s->fd, O_CLOEXEC);
	close(fd);
	return s->fd == -1 ? no_descriptor : NULL;
}

static const char *kill_own(struct stage *s, struct poe_event *ev)
{
	stage_check(s, poe_signal(ev->kernel, ev->session, "KILL") == 0, "KILL cannot be sent");
	return NULL;
}

static const char *terminate_own(struct stage *s, struct poe_event *ev)
{
	stage_check(s, poe_signal(ev->kernel, ev->session, "TERM") == 0, "TERM cannot be sent");
	return NULL;
}

static const char not_its_own[] = "it is a component's session";

static const char *drop_all(struct stage *s, struct poe_event *ev)
{
	if (ev->session.v != s->actor.v)
		return not_its_own;
	stage_leave(s);
	return NULL;
}

static const char *kill_other(struct stage *s, struct poe_event *ev)
{
	if (s->bystander_ended)
		return "it has ended already";
	stage_check(s, poe_signal(ev->kernel, s->bystander, "KILL") == 0, "KILL cannot be sent");
	return NULL;
}

static const char *kill_parent(struct stage *s, struct poe_event *ev)
{
	stage_check(s, poe_signal(ev->kernel, s->parent, "KILL") == 0, "KILL cannot be sent");
	return NULL;
}

static const char *remove_alias(struct stage *s, struct poe_event *ev)
{
	if (poe_alias_resolve(ev->kernel, "actor").v != ev->session.v)
		return "it has no alias any more";
	stage_check(s, poe_alias_remove(ev->kernel, "actor") == 0, "the alias cannot be removed");
	stage_check(s, poe_alias_resolve(ev->kernel, "actor").v == 0, "the alias is still there");
	return NULL;
}

static const char *clear_alarms(struct stage *s, struct poe_event *ev)
{
	if (s->alarms_cleared || ev->session.v != s->actor.v)
		return "it has none";
	poe_alarm_clear(ev->kernel, "late");
	stage_check(s, poe_alarm_remove_all(ev->kernel) >= 0, "alarms cannot be removed");
	s->alarms_cleared = true;
	return NULL;
}

static const char *why_state_stays(const struct stage *s, const struct poe_event *ev)
{
	return strcmp(ev->name, "ready") == 0 ? "it is no state" : s->row->bound;
}

static const char *remove_state(struct stage *s, struct poe_event *ev)
{
	if (why_state_stays(s, ev) != NULL)
		return why_state_stays(s, ev);
	stage_check(s, poe_state_remove(ev->kernel, ev->name) == 0, "the state cannot be removed");
	s->state_removed = true;
	return NULL;
}

static void heard_anew(struct poe_event *ev)
{
	struct stage *s = ev->object;

	s->renewed++;
}

static const char *replace_state(struct stage *s, struct poe_event *ev)
{
	if (why_state_stays(s, ev) != NULL)
		return why_state_stays(s, ev);
	stage_check(s, poe_state_set(ev->kernel, ev->name, heard_anew, s) == 0, "the state cannot be replaced");
	s->state_removed = true;
	poe_call(ev->kernel, ev->session, ev->name);
	stage_check(s, s->renewed == 1, "the new state is not called");
	return NULL;
}

/* The handler goes on, and finds that its session has gone; but for _stop, which is there to its end. */
static void stop_kernel(struct stage *s, struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
	if (strcmp(ev->name, "_stop") == 0)
		return;
	stage_check(s, poe_yield(ev->kernel, "heard") == -1 && errno == ESRCH, "a session that has gone can post");
	stage_check(s, poe_delay_set(ev->kernel, "heard", 1).v == 0 && errno == ESRCH, "and set alarms");
	stage_check(s, poe_post(ev->kernel, s->parent, "heard") == -1 && errno == ESRCH, "and reach others that have");
}

static const char *stop_all(struct stage *s, struct poe_event *ev)
{
	stop_kernel(s, ev);
	return NULL;
}

/* What the session had is there for as long as its handler runs. */
static const char *stop_and_free(struct stage *s, struct poe_event *ev)
{
	if (s->row->drop == NULL)
		return drop(s);
	stop_kernel(s, ev);
	return drop(s);
}

static const char *free_and_stop(struct stage *s, struct poe_event *ev)
{
	const char *senseless = drop(s);

	if (senseless == NULL)
		stop_kernel(s, ev);
	return senseless;
}

static void on_birth(struct poe_event *ev)
{
	struct stage *s = ev->heap;

	s->born++;
}

/* Whoever made it may have gone; somebody is its parent all the same. */
static void on_burial(struct poe_event *ev)
{
	struct stage *s = ev->heap;
	poe_sid parent = poe_session_parent(ev->kernel, ev->session);

	stage_check(s, parent.v == poe_kernel_address(ev->kernel).v || poe_session_heap(ev->kernel, parent) != NULL,
		    "a session that was made is an orphan");
	s->born--;
}

static const struct poe_state born_states[] = { { "_start", on_birth }, { "_stop", on_burial }, { 0 } };

static const char *create_session(struct stage *s, struct poe_event *ev)
{
	poe_sid id = poe_session_create(ev->kernel, &(struct poe_session_plan){
		.states = born_states, .heap = s });

	stage_check(s, id.v != 0 && s->born == 1, "no session was made");
	return NULL;
}

static const char *create_too_late(struct stage *s, struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
	return create_session(s, ev);
}

static const char *die(struct stage *s, struct poe_event *ev)
{
	stage_check(s, poe_die(ev, EDOM, "died on the stage") == 0, "it cannot die");
	return NULL;
}

/* An anonymous state has no name to be called by, but "heard" is there too. */
static bool is_deep(struct stage *s, struct poe_event *ev)
{
	const char *name = strcmp(ev->name, "ready") == 0 ? "heard" : ev->name;

	if (s->depth == STAGE_DEEP)
		return true;
	if (s->depth++ == STAGE_DEEP - 1)
		return true;
	poe_call(ev->kernel, ev->session, name);
	return false;
}

static const char *recurse(struct stage *s, struct poe_event *ev)
{
	is_deep(s, ev);
	stage_check(s, s->depth == STAGE_DEEP, "it cannot call itself");
	return NULL;
}

static const char *recurse_and_free(struct stage *s, struct poe_event *ev)
{
	return is_deep(s, ev) ? drop(s) : s->senseless;
}

static const char *recurse_and_stop(struct stage *s, struct poe_event *ev)
{
	if (is_deep(s, ev))
		poe_kernel_stop(ev->kernel);
	return NULL;
}

static const char *detach(struct stage *s, struct poe_event *ev)
{
	int result = poe_detach_myself(ev->kernel);

	stage_check(s, result == 0 || errno == EPERM, "it cannot detach itself");
	return NULL;
}

const struct stage_action stage_actions[] = {
	{ "nothing is done", look_on, 0 },
	{ "its thing is freed", free_own, 0 },
	{ "two other wheels are freed", free_twins, 0 },
	{ "another session's wheel and factory are freed", free_foreign, 0 },
	{ "the descriptor is closed", close_below, 0 },
	{ "another file is put under the descriptor", exchange_below, 0 },
	{ "its session is killed", kill_own, STAGE_HEARER_ENDS },
	{ "its session is terminated", terminate_own, STAGE_HEARER_ENDS },
	{ "its session drops all", drop_all, STAGE_HEARER_ENDS },
	{ "another session is killed", kill_other, STAGE_BYSTANDER_ENDS },
	{ "the parent is killed", kill_parent, STAGE_PARENT_ENDS },
	{ "the alias is removed", remove_alias, 0 },
	{ "alarms are cleared", clear_alarms, 0 },
	{ "its state is removed", remove_state, 0 },
	{ "its state is replaced", replace_state, 0 },
	{ "the kernel is stopped", stop_all, STAGE_KERNEL_ENDS },
	{ "the kernel is stopped, then the thing freed", stop_and_free, STAGE_KERNEL_ENDS },
	{ "the thing is freed, then the kernel stopped", free_and_stop, STAGE_KERNEL_ENDS },
	{ "a process is forked that exits", stage_fork_and_exit, 0 },
	{ "a process is forked that stops its kernel", stage_fork_and_stop, 0 },
	{ "a process is forked that goes on", stage_fork_and_go_on, 0 },
	{ "a session is made", create_session, 0 },
	{ "the kernel is stopped and a session made", create_too_late, STAGE_KERNEL_ENDS },
	{ "filters are set", stage_set_filter, 0 },
	{ "input is shut down", stage_shut_input, 0 },
	{ "output is shut down", stage_shut_output, 0 },
	{ "input is paused and resumed", stage_pause, 0 },
	{ "events are turned off", stage_hush, 0 },
	{ "much is put", stage_put_much, 0 },
	{ "a wheel is made, and the session killed", stage_make_wheel, STAGE_HEARER_ENDS },
	{ "the kernel is stopped and a wheel made", stage_make_too_late, STAGE_KERNEL_ENDS },
	{ "it dies", die, STAGE_FAILS },
	{ "it calls itself", recurse, 0 },
	{ "it calls itself, and frees its thing at the bottom", recurse_and_free, 0 },
	{ "it calls itself, and stops the kernel at the bottom", recurse_and_stop, STAGE_KERNEL_ENDS },
	{ "a round is run inside", stage_run_inside, 0 },
	{ "the kernel is freed inside", stage_free_kernel, 0 },
	{ "its session detaches itself", detach, 0 },
};
const size_t stage_action_count = sizeof stage_actions / sizeof *stage_actions;
