/* Arrays: values, and their octets, in one block. */
#include "message.h"

#include <errno.h>
#include <stdlib.h>

static void release(struct poe_object *object)
{
	poe_array_free((struct poe_array *)object);
}

const struct poe_type poe_array_type = { .name = "array", .release = release };

static struct poe_array *copy(const struct poe_value *values, size_t count)
{
	struct poe_array *array;
	size_t octets = 0;

	if (!values_measure(values, count, &octets)) {
		errno = EMSGSIZE;
		return NULL;
	}
	array = malloc(sizeof *array + count * sizeof *values + octets);
	if (array == NULL)
		return NULL;
	array->object.type = &poe_array_type;
	array->count = count;
	array->values = (struct poe_value *)(array + 1);
	values_copy(array->values, values, count, (char *)(array->values + count));
	return array;
}

struct poe_array *poe_array_new(const struct poe_value *values, size_t count)
{
	struct poe_array *array = copy(values, count);

	if (array != NULL)
		return array;
	for (size_t i = 0; i < count; i++)
		if (values[i].kind == POE_OBJ)
			object_release(values[i].as.o);
	return NULL;
}

void poe_array_free(struct poe_array *array)
{
	if (array == NULL)
		return;
	values_let_go(array->values, array->count);
	free(array);
}
