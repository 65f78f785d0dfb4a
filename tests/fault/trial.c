/* See trial.h. */
#include "trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void trial_play(struct trial *t, const struct scenario *s)
{
	*t = (struct trial){ .function = "" };
	t->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = s->clock, .trace = "" });
	if (!trial_check(t, t->kernel != NULL))
		return;
	s->act(t);
	poe_kernel_free(t->kernel);
}

const char *trial_fault(const struct trial *t, int error_num)
{
	if (t->broken != NULL)
		return t->broken;
	if (t->owed != 0)
		return "an answer that was promised has not come, or has come twice";
	if (t->objects != 0)
		return "objects were not released, or released twice";
	if (t->seen > t->hoped)
		return "more has happened than was to";
	if (t->error_num == 0)
		return t->seen == t->hoped ? NULL : "something was lost without a word";
	return t->error_num == error_num ? NULL : "another error was told";
}

void trial_hope(struct trial *t, int things)
{
	t->hoped += things;
}

void trial_see(struct trial *t)
{
	t->seen++;
}

void trial_told(struct trial *t, const char *function, int error_num)
{
	if (t->error_num != 0)
		return;
	t->function = function;
	t->error_num = error_num;
}

/* The name outlives the event. */
void trial_told_by(struct trial *t, const struct poe_event *ev)
{
	static const char *const functions[] = { "read", "write", "filter", "socket", "bind",
						 "listen", "resolve", "connect", "accept",
						 "pipe", "fork", "exec", "openpty" };
	int error_num = (int)poe_arg_int(ev, 1);

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (error_num != 0 && strcmp(functions[i], poe_arg_str(ev, 0)) == 0)
			trial_told(t, functions[i], error_num);
}

bool trial_check(struct trial *t, bool good)
{
	if (!good)
		trial_told(t, "", errno);
	return good;
}

bool trial_must(struct trial *t, bool good)
{
	if (!trial_check(t, good))
		poe_kernel_stop(t->kernel);
	return good;
}

void trial_break(struct trial *t, const char *what)
{
	if (what != NULL)
		t->broken = what;
}

poe_sid trial_session(struct trial *t, const struct poe_state *states, void *heap)
{
	poe_sid id = poe_session_create(t->kernel, &(struct poe_session_plan){ .states = states, .heap = heap });

	trial_check(t, id.v != 0);
	return id;
}

void trial_go(struct trial *t)
{
	trial_check(t, poe_run(t->kernel) == 0);
}

struct counted {
	struct poe_object object;
	struct trial *trial;
};

static void release(struct poe_object *object)
{
	struct counted *counted = (struct counted *)object;

	counted->trial->objects--;
	free(counted);
}

static const struct poe_type counted_type = { .name = "counted", .release = release };

struct poe_value trial_object(struct trial *t)
{
	struct counted *counted = malloc(sizeof *counted);

	if (counted == NULL)
		abort();
	*counted = (struct counted){ { &counted_type }, t };
	t->objects++;
	return poe_obj(&counted->object);
}
