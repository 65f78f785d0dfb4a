#include "utf8.h"

/* Octets of the sequence that begins here; 0 if none does. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* What is too large or could be shorter shows in the second octet, surrogates too. */
static bool is_sequence(const unsigned char *octets, size_t length)
{
	static const struct {
		unsigned char first, least, most;
	} second[] = { { 0xe0, 0xa0, 0xbf }, { 0xed, 0x80, 0x9f }, { 0xf0, 0x90, 0xbf }, { 0xf4, 0x80, 0x8f } };

	for (size_t i = 1; i < length; i++)
		if ((octets[i] & 0xc0) != 0x80)
			return false;
	for (size_t i = 0; i < sizeof second / sizeof *second; i++)
		if (octets[0] == second[i].first)
			return octets[1] >= second[i].least && octets[1] <= second[i].most;
	return true;
}

bool utf8_is_valid(const char *octets, size_t length)
{
	const unsigned char *at = (const unsigned char *)octets;
	size_t n;

	for (; length > 0; at += n, length -= n) {
		n = sequence_length(*at);
		if (n == 0 || n > length || !is_sequence(at, n))
			return false;
	}
	return true;
}
