/*
 * A message: an event's name and its values, as the queue, alarms, watches and
 * signals keep it.  One value without octets is held in place; otherwise one
 * block on the heap holds all values and their octets.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <poe/value.h>
#include <stdbool.h>

enum { MESSAGE_MAX_VALUES = 64 };

struct message {
	struct poe_value one; /* the value; packed: as.p is the block */
	uint32_t name;        /* an interned name's id */
	uint8_t count;
	uint8_t packed;
	uint16_t flags;       /* the queue's */
};

/* The number of values before the closing one; NULL has none. */
size_t values_count(const struct poe_value *values);

void object_release(struct poe_object *object);

/* Adds the room that values' octets take in a block; false when one of them is invalid. */
bool values_measure(const struct poe_value *values, size_t count, size_t *octets);

/* Copies values, and their octets to where there is room; returns the end of that. */
char *values_copy(struct poe_value *to, const struct poe_value *from, size_t count, char *octets);

/* Releases the objects in a list of values: what happens to them when a post fails. */
void values_drop(const struct poe_value *values);

/*
 * Makes one list of two, in the order given; `joined` has room for
 * MESSAGE_MAX_VALUES and the closing one.  Nothing is copied or moved.  0; -1
 * with EMSGSIZE, and the objects of the last list are released.
 */
int values_join(struct poe_value *joined, const struct poe_value *first, const struct poe_value *second);

/*
 * Copies a list to where a handler may take objects out of it; `lent` has room
 * for MESSAGE_MAX_VALUES.  The octets are not copied.  Returns how many; -1 with
 * EMSGSIZE, and the list's objects are released.
 */
int values_lend(struct poe_value *lent, const struct poe_value *values);

/* Releases the objects that nobody has taken out of `count` values. */
void values_let_go(struct poe_value *values, size_t count);

/*
 * Packs values, or two lists one after the other.  Strings are copied, objects
 * move.  0; -1 with EMSGSIZE or ENOMEM, and then the objects of the last list are
 * released.  The lists end with no value; `message` keeps its name and flags.
 */
int message_pack_block(struct message *message, const struct poe_value *values);
int message_pack_two(struct message *message, const struct poe_value *first,
		     const struct poe_value *second);


/* `count` values, writable: an object that is taken out leaves no value behind. */
static inline struct poe_value *message_values(struct message *message)
{
	return message->packed ? message->one.as.p : &message->one;
}

/* One value without octets goes in place; so do none at all. */
static inline int message_pack(struct message *message, const struct poe_value *values)
{
	message->packed = 0;
	message->count = 0;
	if (values == NULL || values->kind == POE_NONE)
		return 0;
	if (values[1].kind != POE_NONE || values->kind == POE_STR || values->kind == POE_BYTES)
		return message_pack_block(message, values);
	message->one = *values;
	message->count = 1;
	return 0;
}

/* Releases the objects and the block. */
void message_release_all(struct message *message);

static inline void message_release(struct message *message)
{
	if (message->count > 0 && (message->packed || message->one.kind == POE_OBJ))
		message_release_all(message);
}

#endif
