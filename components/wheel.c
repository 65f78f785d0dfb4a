/*
 * Tickets: how an event finds its wheel, or finds that it has gone.
 */
#include "wheel.h"

#include <stdlib.h>

struct wheel_ticket {
	struct poe_object object;
	void *wheel;
	int holders; /* the wheel while it lives, and each event under way */
};

static void release(struct poe_object *object)
{
	struct wheel_ticket *t = (struct wheel_ticket *)object;

	if (--t->holders == 0)
		free(t);
}

static int revoked(const struct poe_object *object)
{
	return ((const struct wheel_ticket *)object)->wheel == NULL;
}

static const struct poe_type ticket_type = {
	.name = "wheel's ticket",
	.release = release,
	.revoked = revoked,
};

struct wheel_ticket *wheel_ticket_new(void *wheel)
{
	struct wheel_ticket *t = malloc(sizeof *t);

	if (t != NULL)
		*t = (struct wheel_ticket){ .object = { &ticket_type }, .wheel = wheel, .holders = 1 };
	return t;
}

void wheel_ticket_end(struct wheel_ticket *t)
{
	if (t == NULL)
		return;
	t->wheel = NULL;
	release(&t->object);
}

struct poe_value wheel_ticket_value(struct wheel_ticket *t)
{
	t->holders++;
	return poe_obj(&t->object);
}

void *wheel_of(const struct poe_event *ev)
{
	return ((const struct wheel_ticket *)poe_arg_obj(ev, 0, &ticket_type))->wheel;
}

void *wheel_of_value(const struct poe_value *value)
{
	return ((const struct wheel_ticket *)value->as.o)->wheel;
}
