/*
 * Name: what makes two connections interchangeable.  Whatever changes who
 * answers, or how far he is trusted, has to be in here.
 *
 * Every field is hashed and compared by its place in the arrays, so a new one
 * needs its row in both lists below, its word in name.c, and a row in
 * tests/pool_key_matrix_test.c, which does not compile without it.
 */
#ifndef KEEPALIVE_NAME_H
#define KEEPALIVE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pool_field {
	FIELD_SCHEME, FIELD_ADDRESS, FIELD_FOR_SCHEME, FIELD_FOR_ADDRESS,
	FIELD_BIND_ADDRESS, FIELD_INTERFACE, FIELD_PROXY, FIELD_TLS, FIELD_IDENTITY, FIELD_TAG,
	TEXT_FIELDS,
	FIELD_PORT = TEXT_FIELDS, FIELD_FOR_PORT, FIELD_FAMILY,
	POOL_FIELDS
};

struct poe_tls;

/*
 * NULL and 0: nothing is said.  The for-triple is all so when the connection
 * is for whom it goes to.
 */
struct pool_name {
	union {
		struct {
			const char *scheme, *address, *for_scheme, *for_address;
			const char *bind_address, *interface, *proxy, *tls, *identity, *tag;
		};
		const char *texts[TEXT_FIELDS];
	};
	union {
		struct {
			int port, for_port, family;
		};
		int numbers[POOL_FIELDS - TEXT_FIELDS];
	};
	struct poe_tls *policy; /* one with the digest `tls`, for which it stands; NULL without */
};

_Static_assert(offsetof(struct pool_name, tag) == (TEXT_FIELDS - 1) * sizeof(char *) &&
	       offsetof(struct pool_name, family) ==
		       TEXT_FIELDS * sizeof(char *) + (POOL_FIELDS - TEXT_FIELDS - 1) * sizeof(int),
	       "the fields of a name and their enum differ");

uint64_t pool_name_hash(const struct pool_name *name);

/* Hosts are the same in whatever case they are written; every other text is what it is. */
bool pool_name_is(const struct pool_name *a, const struct pool_name *b);

/* A bit for each field that differs: 1 << FIELD_... */
unsigned pool_name_difference(const struct pool_name *a, const struct pool_name *b);

/* As poe_keepalive_request calls it. */
const char *pool_field_word(enum pool_field field);

/* Octets that its texts take; a copy with its texts there, and a reference to its policy; that let go. */
size_t pool_name_room(const struct pool_name *name);
void pool_name_store(struct pool_name *copy, const struct pool_name *name, char *room);
void pool_name_drop(struct pool_name *copy);

#endif
