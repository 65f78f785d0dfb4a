/*
 * Names: hashed, compared, and copied, field by field.
 */
#include "name.h"
#include <poe/tls.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

/*
 * Eight octets at a time; the length goes in too, so that "ab","c" is not
 * "a","bc".  What `blind` has set does not count.
 */
static uint64_t mix_text(uint64_t hash, const char *text, uint64_t blind)
{
	size_t left = strlen(text);
	uint64_t word;

	hash = mix(hash, left);
	for (; left >= sizeof word; left -= sizeof word, text += sizeof word) {
		memcpy(&word, text, sizeof word);
		hash = mix(hash, word | blind);
	}
	if (left == 0)
		return hash;
	word = 0;
	memcpy(&word, text, left);
	return mix(hash, word | blind);
}

static bool is_host(unsigned field)
{
	return field == FIELD_ADDRESS || field == FIELD_FOR_ADDRESS;
}

/* A text that is not set costs nothing but the look. */
uint64_t pool_name_hash(const struct pool_name *name)
{
	const uint64_t case_bits = UINT64_C(0x2020202020202020);
	uint64_t hash = mix(UINT64_C(0x51ed270b7f1e5c4d) + (uint64_t)name->family,
			    (uint64_t)(uint32_t)name->port << 32 | (uint32_t)name->for_port);
	unsigned i;

	for (i = 0; i < TEXT_FIELDS; i++)
		if (name->texts[i] != NULL)
			hash = mix_text(hash + i, name->texts[i], is_host(i) ? case_bits : 0);
	return hash;
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Up to a '%': the names of interfaces have a case. */
static bool same_but_case(const char *a, const char *b)
{
	while (*a != '\0' && *a != '%' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return strcmp(a, b) == 0;
}

/* A path is no host.  Whether it is one is for the schemes to say, which have been compared before. */
static bool same_text(const struct pool_name *a, const struct pool_name *b, unsigned field)
{
	const char *x = a->texts[field], *y = b->texts[field];

	if (x == NULL || y == NULL)
		return x == y;
	if (strcmp(x, y) == 0)
		return true;
	return is_host(field) && strcmp(a->scheme, "unix") != 0 && same_but_case(x, y);
}

bool pool_name_is(const struct pool_name *a, const struct pool_name *b)
{
	unsigned i;

	if (a->port != b->port || a->for_port != b->for_port || a->family != b->family)
		return false;
	/* Most are NULL in both. */
	for (i = 0; i < TEXT_FIELDS; i++)
		if (a->texts[i] != b->texts[i] && !same_text(a, b, i))
			return false;
	return true;
}

static bool same_field(const struct pool_name *a, const struct pool_name *b, unsigned field)
{
	if (field < TEXT_FIELDS)
		return same_text(a, b, field);
	return a->numbers[field - TEXT_FIELDS] == b->numbers[field - TEXT_FIELDS];
}

unsigned pool_name_difference(const struct pool_name *a, const struct pool_name *b)
{
	unsigned fields = 0, i;

	for (i = 0; i < POOL_FIELDS; i++)
		if (!same_field(a, b, i))
			fields |= 1U << i;
	return fields;
}

const char *pool_field_word(enum pool_field field)
{
	static const char *const words[] = {
		"scheme", "address", "for_scheme", "for_address", "bind_address", "interface",
		"proxy", "tls", "identity", "tag", "port", "for_port", "family",
	};

	_Static_assert(sizeof words / sizeof *words == POOL_FIELDS, "a field has no word");
	return words[field];
}

size_t pool_name_room(const struct pool_name *name)
{
	size_t room = 0;
	unsigned i;

	for (i = 0; i < TEXT_FIELDS; i++)
		if (name->texts[i] != NULL)
			room += strlen(name->texts[i]) + 1;
	return room;
}

void pool_name_store(struct pool_name *copy, const struct pool_name *name, char *room)
{
	unsigned i;

	*copy = *name;
	if (copy->policy != NULL)
		(void)poe_tls_ref(copy->policy);
	for (i = 0; i < TEXT_FIELDS; i++) {
		if (name->texts[i] == NULL)
			continue;
		copy->texts[i] = room;
		room = stpcpy(room, name->texts[i]) + 1;
	}
}

void pool_name_drop(struct pool_name *copy)
{
	poe_tls_unref(copy->policy);
}
