/*
 * Tagged values: what an event carries, and what a handler returns.
 *
 * A value is a kind and a word.  Building one copies nothing: a string is
 * borrowed until the value is posted, and poe_post copies it then.  An object
 * moves: it belongs to the event from the moment of the post, also when the
 * post fails.
 */
#ifndef POE_VALUE_H
#define POE_VALUE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#include <initializer_list>
extern "C" {
#endif

/* A session's address.  Never used twice in a kernel's life; zero is nobody. */
typedef struct {
	uint64_t v;
} poe_sid;

enum poe_kind {
	POE_NONE, /* ends a list of values; also "no value was returned" */
	POE_INT,
	POE_DOUBLE,
	POE_STR,   /* octets, always followed by a NUL that is not counted */
	POE_BYTES, /* octets */
	POE_ADDRESS,
	POE_PTR,
	POE_OBJ
};

struct poe_object;

/* The type of an object.  One static const of these each; compared by address. */
struct poe_type {
	const char *name;
	void (*release)(struct poe_object *object); /* the last owner lets go */
	/* Not 0: a queued event that carries it first is dropped unseen, released and not
	   counted as undeliverable.  How a component takes an answer back.  NULL: never. */
	int (*revoked)(const struct poe_object *object);
};

/* The first member of every struct that travels as an object. */
struct poe_object {
	const struct poe_type *type;
};

struct poe_value {
	uint32_t kind;   /* enum poe_kind */
	uint32_t length; /* octets of a string or of bytes */
	union {
		int64_t i;
		double d;
		const char *s;
		poe_sid a;
		void *p;
		struct poe_object *o;
	} as;
};

static inline struct poe_value poe_value_of(enum poe_kind kind, size_t length)
{
	struct poe_value v;

	v.kind = (uint32_t)kind;
	v.length = (uint32_t)length;
	v.as.i = 0;
	return v;
}

/* No value.  Closes every list of values; the posting macros add it. */
static inline struct poe_value poe_none(void)
{
	return poe_value_of(POE_NONE, 0);
}

static inline struct poe_value poe_int(int64_t i)
{
	struct poe_value v = poe_value_of(POE_INT, 0);

	v.as.i = i;
	return v;
}

static inline struct poe_value poe_double(double d)
{
	struct poe_value v = poe_value_of(POE_DOUBLE, 0);

	v.as.d = d;
	return v;
}

/*
 * Octets.  At most 4 GiB - 2; more, like a NULL pointer with a length, makes
 * an invalid value, and the post that gets it fails with EMSGSIZE.
 */
static inline struct poe_value poe_bytes(const void *octets, size_t length)
{
	int bad = length > UINT32_MAX - 1 || (octets == NULL && length > 0);
	struct poe_value v = poe_value_of(POE_BYTES, bad ? UINT32_MAX : length);

	v.as.s = (const char *)octets;
	return v;
}

/* A NUL-terminated string.  NULL reads as "". */
static inline struct poe_value poe_str(const char *s)
{
	struct poe_value v = poe_bytes(s ? s : "", s ? strlen(s) : 0);

	v.kind = POE_STR;
	return v;
}

static inline struct poe_value poe_address(poe_sid session)
{
	struct poe_value v = poe_value_of(POE_ADDRESS, 0);

	v.as.a = session;
	return v;
}

/* A pointer that nobody owns: the sender keeps what it points to alive. */
static inline struct poe_value poe_ptr(void *p)
{
	struct poe_value v = poe_value_of(POE_PTR, 0);

	v.as.p = p;
	return v;
}

/* An object, owned by the event once posted.  NULL becomes no value. */
static inline struct poe_value poe_obj(struct poe_object *object)
{
	struct poe_value v = poe_value_of(object ? POE_OBJ : POE_NONE, 0);

	v.as.o = object;
	return v;
}

/*
 * Makes *value own what it holds: a string or bytes are copied to the heap,
 * the rest is as it was.  Returns 0; on failure -1 with ENOMEM or EMSGSIZE,
 * and *value is unchanged.  The way to keep an argument beyond its handler,
 * but for objects: those are taken, by poe_arg_take.
 */
int poe_value_keep(struct poe_value *value);

/* Releases what a kept value owns and makes it no value. */
void poe_value_release(struct poe_value *value);

/*
 * A list of values for a plan's .args: poe_list(poe_int(1), poe_str("x")).  It
 * lives as long as the block it is written in, the unbraced body of an if too.
 */
#define poe_list(...) POE_VALUES(__VA_ARGS__, poe_none())

/*
 * An array of values as one object, Perl's array reference: what a handler
 * gets where a record, or an argument, is a list.  Unlike a list of arguments
 * it may hold no-values, and more than 64.
 */
struct poe_array {
	struct poe_object object;
	size_t count;
	struct poe_value *values;
};
extern const struct poe_type poe_array_type;

/*
 * Copies strings and bytes; objects move, and belong to the array also when it
 * cannot be made.  NULL with ENOMEM or EMSGSIZE (an invalid value).
 */
struct poe_array *poe_array_new(const struct poe_value *values, size_t count);
void poe_array_free(struct poe_array *array); /* for one that no event owns; NULL is nothing */

#ifdef __cplusplus
#define POE_VALUES(...) (std::initializer_list<struct poe_value>{ __VA_ARGS__ }).begin()
#else
#define POE_VALUES(...) ((const struct poe_value[]){ __VA_ARGS__ })
#endif

#ifdef __cplusplus
}
#endif
#endif
