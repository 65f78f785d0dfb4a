/* Ready-made handlers for recording sessions, and an object for them to pass about. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void harness_ignore(struct poe_event *ev)
{
	(void)ev;
}

void harness_record(struct poe_event *ev)
{
	harness_tell(ev, "%s", ev->name);
}

static void print_value(char *text, size_t room, const struct poe_value *value)
{
	switch (value->kind) {
	case POE_INT: snprintf(text, room, "%lld", (long long)value->as.i); break;
	case POE_DOUBLE: snprintf(text, room, "%g", value->as.d); break;
	case POE_STR: snprintf(text, room, "%s", value->as.s); break;
	case POE_BYTES: snprintf(text, room, "%u octets", value->length); break;
	case POE_ADDRESS: snprintf(text, room, "address"); break;
	case POE_PTR: snprintf(text, room, "pointer"); break;
	case POE_OBJ: snprintf(text, room, "%s", value->as.o->type->name); break;
	default: snprintf(text, room, "none"); break;
	}
}

void harness_record_args(struct poe_event *ev)
{
	char text[1024] = "";

	for (int i = 0; i < poe_args(ev); i++) {
		struct poe_value value = poe_arg(ev, i);
		size_t used = strlen(text);

		if (i > 0)
			text[used++] = ',';
		print_value(text + used, sizeof text - used, &value);
	}
	harness_tell(ev, "%s(%s)", ev->name, text);
}

struct counted {
	struct poe_object object;
	struct harness *harness;
};

static void release(struct poe_object *object)
{
	struct counted *counted = (struct counted *)object;

	counted->harness->released++;
	free(counted);
}

static int revoked(const struct poe_object *object)
{
	return ((const struct counted *)object)->harness->revoked;
}

const struct poe_type harness_type = { "counted", release, revoked };

struct poe_value harness_object(struct harness *h)
{
	struct counted *counted = malloc(sizeof *counted);

	assert_non_null(counted);
	*counted = (struct counted){ { &harness_type }, h };
	return poe_obj(&counted->object);
}
