/*
 * Addresses that need no resolver: in digits, or in the file system.
 */
#include "address.h"
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static int read_v4(struct poe_endpoint *e, const char *text, int port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &v4.sin_addr) != 1)
		return 0;
	memcpy(&e->address, &v4, sizeof v4);
	e->length = sizeof v4;
	return 1;
}

/* The part behind '%': an interface's name or number. */
static uint32_t scope_of(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	return *text != '\0' && *end == '\0' ? (uint32_t)number : if_nametoindex(text);
}

static int read_v6(struct poe_endpoint *e, const char *text, int port)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	const char *percent = strchr(text, '%');
	size_t length = percent ? (size_t)(percent - text) : strlen(text);
	char digits[INET6_ADDRSTRLEN];

	if (length >= sizeof digits)
		return 0;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (inet_pton(AF_INET6, digits, &v6.sin6_addr) != 1)
		return 0;
	if (percent != NULL && (v6.sin6_scope_id = scope_of(percent + 1)) == 0) {
		errno = ENODEV;
		return -1;
	}
	memcpy(&e->address, &v6, sizeof v6);
	e->length = sizeof v6;
	return 1;
}

int ka_address_read(struct poe_endpoint *e, const char *text, int port)
{
	return read_v4(e, text, port) == 1 ? 1 : read_v6(e, text, port);
}

/* A name that begins with '@' stands in Linux' abstract space, as in ss(8); "./@x" is a file. */
int ka_address_unix(struct poe_endpoint *e, const char *path)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	size_t length = strlen(path);

	if (length >= sizeof local.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(local.sun_path, path, length);
	if (*path == '@')
		local.sun_path[0] = '\0';
	memcpy(&e->address, &local, sizeof local);
	e->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (*path != '@'));
	return 1;
}
