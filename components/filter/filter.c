/*
 * Filters in general: the calls that work on any of them.
 */
#include "filter.h"

#include <errno.h>

int filter_check_octets(const struct poe_value *record)
{
	int is_octets = record->kind == POE_STR || record->kind == POE_BYTES;

	/* UINT32_MAX is how poe_bytes marks a value that could not be made. */
	if (is_octets && record->length != UINT32_MAX)
		return 0;
	errno = EINVAL;
	return -1;
}

void filter_release(const struct poe_value *record)
{
	struct poe_value object = *record;

	if (object.kind == POE_OBJ)
		poe_value_release(&object);
}

struct poe_filter *poe_filter_clone(const struct poe_filter *f)
{
	return f->ops->clone(f);
}

void poe_filter_free(struct poe_filter *f)
{
	if (f != NULL)
		f->ops->free(f);
}

const char *poe_filter_name(const struct poe_filter *f)
{
	return f->ops->name;
}
