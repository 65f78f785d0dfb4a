#include "message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

size_t values_count(const struct poe_value *values)
{
	size_t count = 0;

	while (values != NULL && values[count].kind != POE_NONE)
		count++;
	return count;
}

void object_release(struct poe_object *object)
{
	if (object->type->release != NULL)
		object->type->release(object);
}

void values_drop(const struct poe_value *values)
{
	for (; values != NULL && values->kind != POE_NONE; values++)
		if (values->kind == POE_OBJ)
			object_release(values->as.o);
}

static bool has_octets(const struct poe_value *value)
{
	return value->kind == POE_STR || value->kind == POE_BYTES;
}

bool values_measure(const struct poe_value *values, size_t count, size_t *octets)
{
	for (size_t i = 0; i < count; i++) {
		if (!has_octets(&values[i]))
			continue;
		if (values[i].length == UINT32_MAX)
			return false;
		*octets += values[i].length + (size_t)1;
	}
	return true;
}

int values_join(struct poe_value *joined, const struct poe_value *first, const struct poe_value *second)
{
	size_t a = values_count(first), b = values_count(second);

	if (a + b > MESSAGE_MAX_VALUES) {
		values_drop(second);
		errno = EMSGSIZE;
		return -1;
	}
	if (a > 0)
		memcpy(joined, first, a * sizeof *joined);
	if (b > 0)
		memcpy(joined + a, second, b * sizeof *joined);
	joined[a + b] = poe_none();
	return 0;
}

int values_lend(struct poe_value *lent, const struct poe_value *values)
{
	size_t count = values_count(values), octets = 0;

	if (count > MESSAGE_MAX_VALUES || !values_measure(values, count, &octets)) {
		values_drop(values);
		errno = EMSGSIZE;
		return -1;
	}
	if (count > 0)
		memcpy(lent, values, count * sizeof *lent);
	return (int)count;
}

void values_let_go(struct poe_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (values[i].kind != POE_OBJ)
			continue;
		object_release(values[i].as.o);
		values[i] = poe_none();
	}
}

char *values_copy(struct poe_value *to, const struct poe_value *from, size_t count, char *octets)
{
	for (size_t i = 0; i < count; i++) {
		to[i] = from[i];
		if (!has_octets(&from[i]))
			continue;
		if (from[i].length > 0)
			memcpy(octets, from[i].as.s, from[i].length);
		octets[from[i].length] = '\0';
		to[i].as.s = octets;
		octets += from[i].length + (size_t)1;
	}
	return octets;
}

static int pack_block(struct message *message, const struct poe_value *first,
		      const struct poe_value *second)
{
	size_t a = values_count(first), b = values_count(second), octets = 0;
	struct poe_value *block;
	char *rest;

	if (a + b > MESSAGE_MAX_VALUES || !values_measure(first, a, &octets) || !values_measure(second, b, &octets)) {
		errno = EMSGSIZE;
		return -1;
	}
	block = malloc((a + b) * sizeof *block + octets);
	if (block == NULL)
		return -1;
	rest = values_copy(block, first, a, (char *)(block + a + b));
	values_copy(block + a, second, b, rest);
	message->one.as.p = block;
	message->count = (uint8_t)(a + b);
	message->packed = 1;
	return 0;
}

int message_pack_two(struct message *message, const struct poe_value *first,
		     const struct poe_value *second)
{
	const struct poe_value *only = values_count(first) == 0 ? second : first;

	message->packed = 0;
	message->count = 0;
	if (only == NULL || only->kind == POE_NONE)
		return 0;
	if (!has_octets(only) && values_count(first) + values_count(second) == 1) {
		message->one = *only;
		message->count = 1;
		return 0;
	}
	if (pack_block(message, first, second) == 0)
		return 0;
	values_drop(second);
	return -1;
}

int message_pack_block(struct message *message, const struct poe_value *values)
{
	return message_pack_two(message, NULL, values);
}

void message_release_all(struct message *message)
{
	struct poe_value *values = message_values(message);

	values_let_go(values, message->count);
	if (message->packed)
		free(values);
	message->count = 0;
	message->packed = 0;
}

int poe_value_keep(struct poe_value *value)
{
	char *copy;

	if (!has_octets(value))
		return 0;
	if (value->length == UINT32_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	copy = malloc(value->length + (size_t)1);
	if (copy == NULL)
		return -1;
	if (value->length > 0)
		memcpy(copy, value->as.s, value->length);
	copy[value->length] = '\0';
	value->as.s = copy;
	return 0;
}

void poe_value_release(struct poe_value *value)
{
	if (value->kind == POE_OBJ)
		object_release(value->as.o);
	else if (has_octets(value))
		free(value->as.p);
	*value = poe_none();
}
