/*
 * The cast: who is who, and what each of them does by itself.  Nothing here
 * gives up in the middle of a handler: what is wrong is noted, and the row
 * fails once all its cells have been played.
 */
#include "stage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A session's heap: what it is told is noted on the stage, also that the heap has been freed. */
struct role {
	struct stage *stage;
	bool *ended;
};

static void role_free(void *heap)
{
	struct role *role = heap;

	role->stage->heaps--;
	free(role);
}

struct stage *stage_of(const struct poe_event *ev)
{
	const struct role *me = ev->heap;

	return me->stage;
}

void stage_check(struct stage *s, bool right, const char *what)
{
	if (right)
		return;
	print_error("%s / %s%s: %s\n", s->row->name, s->action->name, s->is_copy ? " (the copy)" : "", what);
	s->failures++;
}

/* Leaves each wheel with something under way in the queue. */
static void stir(const struct stage *s)
{
	struct poe_readwrite *const wheels[] = { s->twins[0], s->twins[1], s->foreign_wheel, s->wheel };

	for (size_t i = 0; i < sizeof wheels / sizeof *wheels; i++)
		if (wheels[i] != NULL)
			poe_put(wheels[i], poe_str("stirred"));
}

void stage_callback(struct stage *s, struct poe_event *ev)
{
	stage_check(s, !s->dropped, "heard though the thing was freed");
	stage_check(s, s->row->elsewhere || !s->actor_ended, "heard after _stop");
	stage_check(s, !s->state_removed, "heard though the state was removed");
	s->calls++;
	s->hearer = ev->session;
	if (s->calls == 1)
		stir(s);
	if (s->calls == 1 || s->depth > 0)
		s->senseless = s->action->act(s, ev);
	stage_check(s, s->row->elsewhere || ev->object == s || stage_of(ev) == s, "the heap is another one");
}

void stage_heard(struct poe_event *ev)
{
	stage_callback(stage_of(ev), ev);
}

static void on_twin(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	stage_check(s, !s->twins_freed, "a wheel spoke after it was freed");
	stage_check(s, !s->actor_ended, "a wheel spoke after its session's end");
}

static void on_foreign(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	stage_check(s, !s->foreign_freed, "another session's wheel spoke after it was freed");
	stage_check(s, !s->bystander_ended, "another session's wheel spoke after that session's end");
}

static void on_late(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	stage_check(s, !s->alarms_cleared, "an alarm came though it was cleared");
}

static void note_end(struct poe_event *ev)
{
	struct role *me = ev->heap;

	*me->ended = true;
}

static bool is_event(const struct stage *s, const char *name)
{
	return s->row->event != NULL && strcmp(s->row->event, name) == 0;
}

/* The alarm comes after one that the row has set for the same time. */
static void set_up_actor(struct stage *s)
{
	int peer;

	s->set_up = true;
	s->twins[0] = stage_wheel(s, "twin", &peer);
	stage_send(peer, "one\ntwo\n");
	if (s->row->arrange != NULL)
		s->row->arrange(s);
	/* Some call back at once. */
	if (s->twins_freed || poe_session_parent(s->kernel, s->actor).v == 0)
		return;
	s->twins[1] = stage_wheel(s, "twin", &peer);
	stage_send(peer, "one\ntwo\n");
	poe_alias_set(s->kernel, "actor");
	poe_delay_set(s->kernel, "late", 1);
}

static void on_actor_start(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	s->actor = ev->session;
	if (!s->set_up)
		set_up_actor(s);
	if (is_event(s, "_start"))
		stage_callback(s, ev);
}

static void on_actor_stop(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	if (is_event(s, "_stop"))
		stage_callback(s, ev);
	s->actor_ended = true;
}

void stage_leave(struct stage *s)
{
	if (s->row->drop != NULL && !s->dropped)
		s->row->drop(s);
	s->dropped = s->row->drop != NULL;
	for (int i = 0; i < 2; i++) {
		poe_readwrite_free(s->twins[i]);
		s->twins[i] = NULL;
	}
	s->twins_freed = true;
	poe_alarm_remove_all(s->kernel);
	s->alarms_cleared = true;
	poe_alias_remove(s->kernel, "actor");
}

static void on_actor_leave(struct poe_event *ev)
{
	stage_leave(stage_of(ev));
}

static const struct poe_state actor_states[] = {
	{ "_start", on_actor_start }, { "_stop", on_actor_stop }, { "heard", stage_heard },
	{ "twin", on_twin }, { "late", on_late }, { "leave", on_actor_leave }, { 0 }
};

static void create(struct stage *s, struct poe_session_plan plan, bool *ended)
{
	struct role *role = malloc(sizeof *role);

	assert_non_null(role);
	*role = (struct role){ s, ended };
	s->heaps++;
	plan.heap = role;
	plan.free_heap = role_free;
	poe_session_create(s->kernel, &plan);
}

static void on_parent_start(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	s->parent = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "stage");
	create(s, (struct poe_session_plan){ .states = actor_states, .base = s->row->states }, &s->actor_ended);
}

static void on_parent_leave(struct poe_event *ev)
{
	poe_refcount_decrement(ev->kernel, ev->session, "stage");
}

static void on_parent_detach(struct poe_event *ev)
{
	poe_detach_child(ev->kernel, stage_of(ev)->actor);
}

static void on_parent_call(struct poe_event *ev)
{
	poe_call(ev->kernel, stage_of(ev)->actor, "heard");
}

static const struct poe_state parent_states[] = {
	{ "_start", on_parent_start }, { "_stop", note_end },	      { "leave", on_parent_leave },
	{ "call", on_parent_call },    { "detach", on_parent_detach }, { 0 }
};

static void on_bystander_start(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);
	int peer;

	s->bystander = ev->session;
	s->foreign_wheel = stage_wheel(s, "foreign", &peer);
	stage_send(peer, "one\ntwo\n");
	s->foreign_door = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.bind_address = "127.0.0.1", .success_event = "foreign", .failure_event = "foreign" });
	assert_non_null(s->foreign_door);
	stage_dial(s, poe_socketfactory_port(s->foreign_door));
}

static void on_bystander_leave(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	poe_readwrite_free(s->foreign_wheel);
	poe_socketfactory_free(s->foreign_door);
	s->foreign_wheel = NULL;
	s->foreign_door = NULL;
}

static const struct poe_state bystander_states[] = {
	{ "_start", on_bystander_start }, { "_stop", note_end }, { "foreign", on_foreign },
	{ "leave", on_bystander_leave },  { 0 }
};

static void check_outcome(struct stage *s)
{
	unsigned outcome = s->action->outcome;

	if (s->senseless != NULL)
		return;
	stage_check(s, !(outcome & STAGE_KERNEL_ENDS) || !s->curtain, "the kernel goes on");
	stage_check(s, !(outcome & STAGE_HEARER_ENDS) || poe_session_parent(s->kernel, s->hearer).v == 0,
		    "the session goes on");
	stage_check(s, !(outcome & STAGE_PARENT_ENDS) || s->parent_ended, "the parent goes on");
	stage_check(s, !(outcome & STAGE_BYSTANDER_ENDS) || s->bystander_ended, "the other session goes on");
	if (!(outcome & (STAGE_KERNEL_ENDS | STAGE_FAILS)))
		stage_check(s, s->curtain, "the kernel has stopped");
}

static void on_curtain(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	s->curtain = true;
	check_outcome(s);
	if (!s->actor_ended)
		poe_call(ev->kernel, s->actor, "leave");
	if (!s->parent_ended)
		poe_call(ev->kernel, s->parent, "leave");
	if (!s->bystander_ended)
		poe_call(ev->kernel, s->bystander, "leave");
	if (s->row->end != NULL)
		s->row->end(s);
	poe_watch_free(s->drain);
}

/* Virtual time passes only when nothing is ready. */
static void on_director_start(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	s->director = ev->session;
	poe_delay_set(ev->kernel, "curtain", 100);
	create(s, (struct poe_session_plan){ .states = bystander_states }, &s->bystander_ended);
	create(s, (struct poe_session_plan){ .states = parent_states }, &s->parent_ended);
}

/* A row may have something read until nothing comes any more. */
static void on_drain(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);
	char octets[65536];
	ssize_t n = read(s->peer, octets, sizeof octets);

	if (n > 0)
		return;
	poe_watch_free(s->drain);
	s->drain = NULL;
}

static void on_director_watch(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	s->drain = poe_select_read(ev->kernel, s->peer, "drain");
}

static const struct poe_state director_states[] = {
	{ "_start", on_director_start }, { "_stop", note_end },  { "curtain", on_curtain },
	{ "watch", on_director_watch },  { "drain", on_drain },  { 0 }
};

void stage_open(struct stage *s)
{
	create(s, (struct poe_session_plan){ .states = director_states }, &s->director_ended);
}
