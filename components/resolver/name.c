/*
 * Names: how they are compared, and which of them can exist at all.
 */
#include "name.h"

#include <string.h>

enum { LABEL_MAX = 63 };

/* Independent of the locale: DNS knows the case of ASCII letters only. */
static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* FNV-1a, and a final mix because tables look at the low bits. */
static uint64_t hash_of(const char *text, uint64_t seed)
{
	uint64_t hash = seed ^ 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

int resolver_key_set(struct resolver_key *key, const char *name, int family, uint64_t seed)
{
	size_t length = strnlen(name, RESOLVER_NAME_MAX + 1);

	if (length > RESOLVER_NAME_MAX)
		return -1;
	for (size_t i = 0; i <= length; i++)
		key->text[i] = lower(name[i]);
	key->hash = hash_of(key->text, seed);
	key->family = family;
	return 0;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_' || (unsigned char)c > 127;
}

/* Whether a label reads as a number to inet_aton: decimal, or hexadecimal after 0x. */
static int is_number(const char *label, size_t length)
{
	const char *digits = "0123456789";

	if (length >= 2 && label[0] == '0' && label[1] == 'x') {
		digits = "0123456789abcdef";
		label += 2;
		length -= 2;
	}
	return strspn(label, digits) >= length;
}

/* The one top name that is promised never to exist. */
static int is_invalid(const char *label, size_t length)
{
	static const char invalid[] = "invalid";

	return length == sizeof invalid - 1 && strncmp(label, invalid, length) == 0;
}

int resolver_key_is_possible(const struct resolver_key *key)
{
	const char *label = key->text;
	size_t length;

	for (;;) {
		for (length = 0; is_name_octet(label[length]);)
			length++;
		if (length == 0 || length > LABEL_MAX)
			return 0;
		if (label[length] == '\0' || strcmp(label + length, ".") == 0)
			return !is_number(label, length) && !is_invalid(label, length);
		if (label[length] != '.')
			return 0;
		label += length + 1;
	}
}

int resolver_key_is_local(const struct resolver_key *key)
{
	static const char local[] = "localhost";
	size_t length = strlen(key->text), tail = sizeof local - 1;

	if (length > 0 && key->text[length - 1] == '.')
		length--;
	if (length < tail || strncmp(key->text + length - tail, local, tail) != 0)
		return 0;
	return length == tail || key->text[length - tail - 1] == '.';
}
