/* Sessions that record, and ready-made handlers for them. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A recording session's heap. */
struct actor {
	struct harness *harness;
	char prefix[24];
};

poe_sid harness_session(struct harness *h, const char *name, const struct poe_state *states)
{
	struct actor *actor = calloc(1, sizeof *actor);
	poe_sid id;

	assert_non_null(actor);
	actor->harness = h;
	if (name != NULL)
		snprintf(actor->prefix, sizeof actor->prefix, "%s:", name);
	id = poe_session_create(h->kernel, &(struct poe_session_plan){
		.states = states, .heap = actor, .free_heap = free });
	assert_int_not_equal(id.v, 0);
	return id;
}

struct harness *harness_of(const struct poe_event *ev)
{
	const struct actor *me = ev->heap;

	return me->harness;
}

static void append(struct harness *h, const char *prefix, const char *format, va_list args)
{
	size_t used = strlen(h->text);

	used += (size_t)snprintf(h->text + used, sizeof h->text - used, "%s%s", used ? " " : "", prefix);
	assert_true(used < sizeof h->text);
	vsnprintf(h->text + used, sizeof h->text - used, format, args);
}

void harness_say(struct harness *h, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(h, "", format, args);
	va_end(args);
}

void harness_tell(const struct poe_event *ev, const char *format, ...)
{
	const struct actor *me = ev->heap;
	va_list args;

	va_start(args, format);
	append(me->harness, me->prefix, format, args);
	va_end(args);
}

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
