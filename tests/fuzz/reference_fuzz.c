/* Lists: framed alike however they come; and what the codec reads at all, it writes and reads again as it was. */
#include "codec/codec.h"
#include "split.h"

#include <poe/reference.h>
#include <stdlib.h>

static struct poe_filter *make(const uint8_t *choice)
{
	return poe_filter_reference(&(struct poe_filter_reference_plan){ .max_length = choice[0] });
}

static unsigned char *encoded(const struct poe_array *array, size_t *length)
{
	unsigned char *octets;

	*length = codec_size(array->values, array->count);
	octets = *length > 0 ? malloc(*length) : NULL;
	if (octets == NULL)
		abort();
	codec_encode(array->values, array->count, octets);
	return octets;
}

/* The form may have been a longer one, so it is the second and the third that must be the same. */
static void round_trip(const uint8_t *data, size_t size)
{
	struct poe_array *first = codec_decode(data, size), *second;
	unsigned char *once, *twice;
	size_t length, again;

	if (first == NULL)
		return;
	once = encoded(first, &length);
	second = codec_decode(once, length);
	if (second == NULL)
		abort();
	twice = encoded(second, &again);
	if (again != length || memcmp(once, twice, length) != 0)
		abort();
	poe_array_free(first);
	poe_array_free(second);
	free(once);
	free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split_check(&(struct split_case){ .make = make, .choices = 1 }, data, size);
	if (size > 0)
		round_trip(data + 1, size - 1);
	return 0;
}
