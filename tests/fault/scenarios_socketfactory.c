/* Two sessions: one listens, one connects.  Whatever fails is told, and all ends. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct street {
	struct trial *trial;
	const char *address; /* where to connect to */
	const char *bind;    /* where to listen */
	struct poe_socketfactory *door, *dial;
	int port;
};

static void fail(struct poe_event *ev)
{
	struct street *me = ev->heap;

	trial_told_by(me->trial, ev);
	poe_kernel_stop(ev->kernel);
}

static void open_door(struct poe_event *ev)
{
	struct street *me = ev->heap;

	me->door = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.bind_address = me->bind, .success_event = "accepted", .failure_event = "failed", .reuse = 1 });
	if (trial_must(me->trial, me->door != NULL))
		me->port = poe_socketfactory_port(me->door);
}

static void accepted(struct poe_event *ev)
{
	struct street *me = ev->heap;

	trial_see(me->trial);
	poe_socketfactory_free(me->door);
}

static const struct poe_state door_states[] = {
	{ "_start", open_door },
	{ "accepted(osi)", accepted },
	{ "failed(sis)", fail },
	{ 0 },
};

static void dial(struct poe_event *ev)
{
	struct street *me = ev->heap;

	me->dial = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.remote_address = me->address, .remote_port = me->port, .timeout = 5,
		.success_event = "connected", .failure_event = "failed" });
	trial_must(me->trial, me->dial != NULL);
}

static void connected(struct poe_event *ev)
{
	struct street *me = ev->heap;

	trial_see(me->trial);
	close(poe_socket_take(ev));
	poe_socketfactory_free(me->dial);
}

static const struct poe_state dial_states[] = {
	{ "_start", dial },
	{ "connected(osi)", connected },
	{ "failed(sis)", fail },
	{ 0 },
};

static void play(struct trial *t, struct street *s)
{
	s->trial = t;
	trial_hope(t, 2);
	trial_session(t, door_states, s);
	/* A door that could not be opened has no port, and says so later. */
	if (t->error_num == 0 && (s->port != 0 || s->bind[0] == '/'))
		trial_session(t, dial_states, s);
	/* One that nobody will knock at. */
	if (t->error_num != 0)
		poe_kernel_stop(t->kernel);
	trial_go(t);
}

static void numeric(struct trial *t)
{
	play(t, &(struct street){ .address = "127.0.0.1", .bind = "127.0.0.1" });
}

/* Looked up in the hosts file, and tried at ::1 in vain first. */
static void by_name(struct trial *t)
{
	play(t, &(struct street){ .address = "localhost", .bind = "127.0.0.1" });
}

static void by_path(struct trial *t)
{
	char path[] = "/tmp/poe-fault-XXXXXX", address[sizeof path + 2];

	if (mkdtemp(path) == NULL)
		return;
	strcat(strcpy(address, path), "/s");
	play(t, &(struct street){ .address = address, .bind = address });
	unlink(address);
	rmdir(path);
}

const struct scenario scenarios_socketfactory[] = {
	{ "a_door_is_knocked_at", numeric, POE_CLOCK_VIRTUAL, 0 },
	{ "a_door_is_found_by_name", by_name, POE_CLOCK_VIRTUAL, 0 },
	{ "a_door_is_found_by_path", by_path, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
