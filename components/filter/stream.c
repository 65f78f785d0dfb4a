/*
 * The Stream filter: no framing at all.  After POE::Filter::Stream.
 */
#include "filter.h"

#include <poe/driver.h>
#include <stdlib.h>

static int stream_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	(void)f;
	frame->consumed = length < UINT32_MAX ? length : UINT32_MAX - 1;
	frame->record = poe_bytes(data, frame->consumed);
	return length > 0;
}

static int stream_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	(void)f;
	if (filter_check_octets(record) < 0)
		return -1;
	return poe_output_add(out, record->as.s, record->length);
}

static struct poe_filter *stream_clone(const struct poe_filter *f)
{
	(void)f;
	return poe_filter_stream();
}

static void stream_free(struct poe_filter *f)
{
	free(f);
}

static const struct poe_filter_ops stream_ops = {
	.name = "stream",
	.get_one = stream_get_one,
	.put = stream_put,
	.clone = stream_clone,
	.free = stream_free,
};

struct poe_filter *poe_filter_stream(void)
{
	struct poe_filter *f = malloc(sizeof *f);

	if (f != NULL)
		f->ops = &stream_ops;
	return f;
}
