/*
 * Numeric addresses: strictly those of inet_pton, so that "127.1" or an octal
 * number never becomes an address by accident, and a scope behind IPv6.
 */
#include "numeric.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

/* An interface's name or its number; 0 when it is neither. */
static uint32_t scope_of(const char *text)
{
	unsigned long number;

	if (strspn(text, "0123456789") < strlen(text))
		return if_nametoindex(text);
	if (*text == '\0' || strlen(text) > 10)
		return 0;
	number = strtoul(text, NULL, 10);
	return number > UINT32_MAX ? 0 : (uint32_t)number;
}

static int read_ipv6(const char *text, struct resolver_address *address)
{
	char digits[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "%");

	if (length >= sizeof digits)
		return 0;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (inet_pton(AF_INET6, digits, address->octets) != 1)
		return 0;
	address->family = AF_INET6;
	if (text[length] == '\0')
		return 1;
	address->scope = scope_of(text + length + 1);
	return address->scope != 0;
}

int resolver_numeric_read(const char *text, struct resolver_address *address)
{
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, text, address->octets) != 1)
		return read_ipv6(text, address);
	address->family = AF_INET;
	return 1;
}
