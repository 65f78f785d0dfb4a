/*
 * Out: the encoder walks the values twice, first to count, then to write.
 * libcbor knows the forms.
 */
#include "codec.h"
#include "utf8.h"

#include <cbor/encoding.h>
#include <errno.h>

enum { HEAD = 9 }; /* octets of the longest start of an item */

struct writer {
	unsigned char *to; /* NULL: only counts */
	size_t length;
	size_t values;
	int error_num;     /* the first; 0: none */
};

static void add(struct writer *w, const void *octets, size_t length)
{
	if (w->to != NULL && length > 0)
		memcpy(w->to + w->length, octets, length);
	w->length += length;
}

static void add_tag(struct writer *w, uint64_t tag)
{
	unsigned char head[HEAD];

	add(w, head, cbor_encode_tag(tag, head, sizeof head));
}

static void add_int(struct writer *w, int64_t i)
{
	unsigned char head[HEAD];
	size_t length;

	if (i >= 0)
		length = cbor_encode_uint((uint64_t)i, head, sizeof head);
	else
		length = cbor_encode_negint(~(uint64_t)i, head, sizeof head);
	add(w, head, length);
}

static void add_address(struct writer *w, poe_sid session)
{
	unsigned char head[HEAD];

	add_tag(w, CODEC_TAG_ADDRESS);
	add(w, head, cbor_encode_uint(session.v, head, sizeof head));
}

static void add_double(struct writer *w, double d)
{
	unsigned char head[HEAD];

	add(w, head, cbor_encode_double(d, head, sizeof head));
}

static void add_none(struct writer *w)
{
	unsigned char head[HEAD];

	add(w, head, cbor_encode_null(head, sizeof head));
}

static void add_octets(struct writer *w, const struct poe_value *value)
{
	unsigned char head[HEAD];
	bool is_text;

	if (value->length == UINT32_MAX) {
		w->error_num = EINVAL;
		return;
	}
	is_text = value->kind == POE_STR && utf8_is_valid(value->as.s, value->length);
	if (value->kind == POE_STR && !is_text)
		add_tag(w, CODEC_TAG_STRING);
	if (is_text)
		add(w, head, cbor_encode_string_start(value->length, head, sizeof head));
	else
		add(w, head, cbor_encode_bytestring_start(value->length, head, sizeof head));
	add(w, value->as.s, value->length);
}

static void add_array(struct writer *w, const struct poe_value *values, size_t count, int depth);

static void add_object(struct writer *w, const struct poe_object *object, int depth)
{
	const struct poe_array *array = (const struct poe_array *)object;

	if (object->type == &poe_array_type)
		add_array(w, array->values, array->count, depth + 1);
	else
		w->error_num = EINVAL;
}

static void add_value(struct writer *w, const struct poe_value *value, int depth)
{
	switch ((enum poe_kind)value->kind) {
	case POE_NONE:
		add_none(w);
		return;
	case POE_INT:
		add_int(w, value->as.i);
		return;
	case POE_DOUBLE:
		add_double(w, value->as.d);
		return;
	case POE_STR:
	case POE_BYTES:
		add_octets(w, value);
		return;
	case POE_ADDRESS:
		add_address(w, value->as.a);
		return;
	case POE_OBJ:
		add_object(w, value->as.o, depth);
		return;
	case POE_PTR:
		break;
	}
	w->error_num = EINVAL;
}

static void add_array(struct writer *w, const struct poe_value *values, size_t count, int depth)
{
	unsigned char head[HEAD];

	w->values += count;
	if (depth > CODEC_MAX_DEPTH || count > CODEC_MAX_VALUES || w->values > CODEC_MAX_VALUES)
		w->error_num = EMSGSIZE;
	add(w, head, cbor_encode_array_start(count, head, sizeof head));
	for (size_t i = 0; i < count && w->error_num == 0; i++)
		add_value(w, &values[i], depth);
}

size_t codec_size(const struct poe_value *values, size_t count)
{
	struct writer w = { .to = NULL };

	add_array(&w, values, count, 1);
	if (w.error_num == 0)
		return w.length;
	errno = w.error_num;
	return 0;
}

void codec_encode(const struct poe_value *values, size_t count, unsigned char *to)
{
	struct writer w = { .to = to };

	add_array(&w, values, count, 1);
}
