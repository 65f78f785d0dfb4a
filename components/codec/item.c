/*
 * Which of CBOR's items there are values for.  libcbor finds them, and calls
 * the one callback that fits.
 */
#include "item.h"
#include "utf8.h"

#include <cbor/callbacks.h>
#include <cbor/streaming.h>

static void take_value(struct codec_item *item, struct poe_value value)
{
	item->kind = CODEC_VALUE;
	item->value = value;
}

/* An address may be larger than an int: the value says no more than that it is a number. */
static void on_uint64(void *context, uint64_t number)
{
	struct codec_item *item = context;

	item->magnitude = number;
	take_value(item, poe_int((int64_t)(number & INT64_MAX)));
}

static void on_uint8(void *context, uint8_t number)
{
	on_uint64(context, number);
}

static void on_uint16(void *context, uint16_t number)
{
	on_uint64(context, number);
}

static void on_uint32(void *context, uint32_t number)
{
	on_uint64(context, number);
}

/* CBOR's -1 - n. */
static void on_negint64(void *context, uint64_t number)
{
	if (number <= INT64_MAX)
		take_value(context, poe_int(-1 - (int64_t)number));
}

static void on_negint8(void *context, uint8_t number)
{
	on_negint64(context, number);
}

static void on_negint16(void *context, uint16_t number)
{
	on_negint64(context, number);
}

static void on_negint32(void *context, uint32_t number)
{
	on_negint64(context, number);
}

static void on_float(void *context, float number)
{
	take_value(context, poe_double((double)number));
}

static void on_double(void *context, double number)
{
	take_value(context, poe_double(number));
}

static void on_null(void *context)
{
	take_value(context, poe_none());
}

static void on_bytes(void *context, cbor_data octets, size_t length)
{
	struct poe_value value = poe_bytes(octets, length);

	if (value.length != UINT32_MAX)
		take_value(context, value);
}

static void on_text(void *context, cbor_data octets, size_t length)
{
	struct codec_item *item = context;

	if (!utf8_is_valid((const char *)octets, length))
		return;
	on_bytes(context, octets, length);
	item->value.kind = POE_STR;
}

static void on_array(void *context, size_t count)
{
	struct codec_item *item = context;

	item->kind = CODEC_ARRAY;
	item->number = count;
}

static void on_tag(void *context, uint64_t tag)
{
	struct codec_item *item = context;

	item->kind = CODEC_TAG;
	item->number = tag;
}

/* Whatever is not named here does nothing, which leaves the item refused. */
static struct cbor_callbacks callbacks(void)
{
	struct cbor_callbacks c = cbor_empty_callbacks;

	c.uint8 = on_uint8;
	c.uint16 = on_uint16;
	c.uint32 = on_uint32;
	c.uint64 = on_uint64;
	c.negint8 = on_negint8;
	c.negint16 = on_negint16;
	c.negint32 = on_negint32;
	c.negint64 = on_negint64;
	c.float2 = on_float;
	c.float4 = on_float;
	c.float8 = on_double;
	c.null = on_null;
	c.byte_string = on_bytes;
	c.string = on_text;
	c.array_start = on_array;
	c.tag = on_tag;
	return c;
}

size_t codec_item_read(const unsigned char *octets, size_t length, struct codec_item *item)
{
	const struct cbor_callbacks c = callbacks();
	struct cbor_decoder_result got;

	*item = (struct codec_item){ .kind = CODEC_REFUSED };
	got = cbor_stream_decode(octets, length, &c, item);
	return got.status == CBOR_DECODER_FINISHED && item->kind != CODEC_REFUSED ? got.read : 0;
}
