/* Reading what an event carries, and setting what its handler returns. */
#include "dispatch.h"
#include "fatal.h"

#include <poe/event.h>

static const char *const kind_names[] = { "missing", "int", "double", "string", "bytes", "address", "pointer", "object" };

static const char *type_of(const struct poe_value *value)
{
	return value->kind == POE_OBJ ? value->as.o->type->name : kind_names[value->kind];
}

_Noreturn static void mistyped(const struct poe_event *ev, int index, const struct poe_value *value, const char *wanted)
{
	char text[SLAB_ID_TEXT];

	fatal("session %s, event %s from %s: argument %d is %s, its reader wants %s",
	      slab_id_text(ev->session.v, text), ev->name, ev->from ? ev->from : "the kernel", index,
	      type_of(value), wanted);
}

int poe_args(const struct poe_event *ev)
{
	return (int)frame_of(ev)->count;
}

struct poe_value poe_arg(const struct poe_event *ev, int index)
{
	const struct frame *frame = frame_of(ev);

	return index >= 0 && (size_t)index < frame->count ? frame->values[index] : poe_none();
}

static const struct poe_value *wanted(const struct poe_event *ev, int index, enum poe_kind kind)
{
	static const struct poe_value missing = { .kind = POE_NONE };
	const struct frame *frame = frame_of(ev);
	const struct poe_value *value = (size_t)index < frame->count ? &frame->values[index] : &missing;

	if (value->kind != (uint32_t)kind)
		mistyped(ev, index, value, kind_names[kind]);
	return value;
}

int64_t poe_arg_int(const struct poe_event *ev, int index)
{
	return wanted(ev, index, POE_INT)->as.i;
}

double poe_arg_double(const struct poe_event *ev, int index)
{
	struct poe_value value = poe_arg(ev, index);

	return value.kind == POE_INT ? (double)value.as.i : wanted(ev, index, POE_DOUBLE)->as.d;
}

const char *poe_arg_str(const struct poe_event *ev, int index)
{
	return wanted(ev, index, POE_STR)->as.s;
}

const void *poe_arg_bytes(const struct poe_event *ev, int index, size_t *length)
{
	struct poe_value value = poe_arg(ev, index);

	if (value.kind != POE_STR)
		value = *wanted(ev, index, POE_BYTES);
	*length = value.length;
	return value.as.s;
}

poe_sid poe_arg_address(const struct poe_event *ev, int index)
{
	return wanted(ev, index, POE_ADDRESS)->as.a;
}

void *poe_arg_ptr(const struct poe_event *ev, int index)
{
	return wanted(ev, index, POE_PTR)->as.p;
}

struct poe_object *poe_arg_obj(const struct poe_event *ev, int index, const struct poe_type *type)
{
	struct poe_value value = poe_arg(ev, index);

	if (value.kind != POE_OBJ || value.as.o->type != type)
		mistyped(ev, index, &value, type->name);
	return value.as.o;
}

const struct poe_array *poe_arg_array(const struct poe_event *ev, int index)
{
	return (const struct poe_array *)poe_arg_obj(ev, index, &poe_array_type);
}

struct poe_object *poe_arg_take(struct poe_event *ev, int index, const struct poe_type *type)
{
	struct poe_object *object = poe_arg_obj(ev, index, type);

	frame_of(ev)->values[index] = poe_none();
	return object;
}

int poe_return(struct poe_event *ev, struct poe_value value)
{
	struct frame *frame = frame_of(ev);

	if (poe_value_keep(&value) == -1)
		return -1;
	poe_value_release(&frame->result);
	frame->result = value;
	return 0;
}
