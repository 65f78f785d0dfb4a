/* An object for recording sessions to pass about, which counts its release. */
#include "harness.h"

#include <stdlib.h>

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
