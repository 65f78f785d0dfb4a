/* What a wheel does with its filter, on a buffer of its own. */
#include "framing.h"

void framing_start(struct framing *f, struct poe_filter *filter)
{
	if (filter == NULL)
		exit(2);
	*f = (struct framing){ .filter = filter };
}

void framing_end(struct framing *f)
{
	poe_filter_free(f->filter);
}

void framing_clone(struct framing *f)
{
	struct poe_filter *clone = poe_filter_clone(f->filter);

	framing_end(f);
	framing_start(f, clone);
}

/* An array is printed as Perl's reader of one does: its elements, in brackets. */
static void spell(struct poe_value v, char *text, size_t room)
{
	const struct poe_array *array = (const struct poe_array *)v.as.o;
	size_t used = 1;

	if (v.kind != POE_OBJ) {
		peer_spell(v.as.s, v.length, text, room);
		return;
	}
	snprintf(text, room, "[");
	for (size_t i = 0; i < array->count && used + 3 < room; i++) {
		peer_spell(array->values[i].as.s, array->values[i].length, text + used, room - used - 3);
		used = strlen(text);
		used += (size_t)snprintf(text + used, room - used, i + 1 < array->count ? ", " : "");
	}
	snprintf(text + used, room - used, "]");
}

static void show_text(struct poe_value v)
{
	char text[1024];

	spell(v, text, sizeof text);
	parity_note("record: %s", text);
}

static void show(const struct framing *f, struct poe_value v)
{
	if (f->show != NULL)
		f->show(v);
	else
		show_text(v);
	if (v.kind == POE_OBJ)
		v.as.o->type->release(v.as.o);
}

/* Asked until it has no more, also with nothing where it may hold records. */
static int frame_one(struct framing *f)
{
	struct poe_frame frame = { .consumed = 0 };
	int got;

	if (f->length == 0 && f->filter->ops->pending == NULL)
		return 0;
	got = f->filter->ops->get_one(f->filter, f->octets, f->length, &frame);
	if (got > 0)
		show(f, frame.record);
	f->length -= frame.consumed;
	memmove(f->octets, f->octets + frame.consumed, f->length);
	return got;
}

void framing_feed_octets(struct framing *f, const char *octets, size_t length)
{
	char text[1024];
	int got;

	peer_spell(octets, length, text, sizeof text);
	parity_note("in: %s", text);
	if (length > sizeof f->octets - f->length)
		exit(2);
	memcpy(f->octets + f->length, octets, length);
	f->length += length;
	do
		got = frame_one(f);
	while (got > 0);
	if (got < 0)
		parity_note("refused");
}

/* A driver that prints what it is to write. */
struct printer {
	struct poe_driver driver;
	char text[1024];
};

static ssize_t print(struct poe_driver *d, const struct iovec *parts, int count)
{
	struct printer *me = (struct printer *)d;
	ssize_t length = 0;

	for (int i = 0; i < count; i++) {
		size_t used = strlen(me->text);

		peer_spell(parts[i].iov_base, parts[i].iov_len, me->text + used, sizeof me->text - used);
		length += (ssize_t)parts[i].iov_len;
	}
	return length;
}

static const struct poe_driver_ops printer_ops = { .name = "printer", .write = print };

void framing_outv(struct framing *f, const struct poe_value *records)
{
	struct printer printer = { .driver = { &printer_ops } };
	struct poe_output *output = poe_output_new();
	int put = 0;

	if (output == NULL)
		exit(2);
	for (const struct poe_value *r = records; put == 0 && r->kind != POE_NONE; r++)
		put = f->filter->ops->put(f->filter, r, output);
	poe_output_flush(output, &printer.driver);
	if (put == 0)
		parity_note("out: %s", printer.text);
	else
		parity_note("out refused");
	poe_output_free(output);
}
