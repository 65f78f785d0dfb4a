/*
 * Filters of records standing alone: a read is a record, as Stream makes them,
 * and what goes out is octets.
 */
#include "filter.h"

#include <poe/driver.h>

int filter_records_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct poe_value read = poe_bytes(data, length < UINT32_MAX ? length : UINT32_MAX - 1);

	frame->consumed = read.length;
	return length > 0 ? f->ops->take(f, &read, &frame->record) : 0;
}

struct octets_sink {
	struct poe_sink sink;
	struct poe_output *out;
};

static int add_octets(struct poe_sink *sink, const struct poe_value *record)
{
	struct octets_sink *to = (struct octets_sink *)sink;

	if (filter_check_octets(record) < 0)
		return -1;
	return poe_output_add(to->out, record->as.s, record->length);
}

int filter_records_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out)
{
	struct octets_sink to = { .sink = { add_octets }, .out = out };

	return f->ops->give(f, record, &to.sink);
}
