/*
 * How c-ares' answers read: its statuses as errno, its lists as addresses, and
 * its words for both.
 */
#include "ares_answer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

static int errno_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return 0;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
	case ARES_EBADNAME:
		return ENOENT;
	case ARES_ETIMEOUT:
		return ETIMEDOUT;
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return ECANCELED;
	case ARES_ENOMEM:
		return ENOMEM;
	default:
		return EAGAIN;
	}
}

static void fail(struct resolver_answer *answer, int status)
{
	answer->addresses = NULL;
	answer->error_num = errno_of(status);
	answer->error_str = ares_strerror(status);
}

static size_t count_nodes(const struct ares_addrinfo *info)
{
	size_t count = 0;

	for (const struct ares_addrinfo_node *n = info->nodes; n; n = n->ai_next)
		count++;
	return count;
}

/* Aliases on the way to an address are to be believed no longer than they say either. */
static int lowest_ttl(const struct ares_addrinfo *info)
{
	int ttl = INT_MAX;

	for (const struct ares_addrinfo_node *n = info->nodes; n; n = n->ai_next)
		ttl = n->ai_ttl < ttl ? n->ai_ttl : ttl;
	for (const struct ares_addrinfo_cname *c = info->cnames; c; c = c->next)
		ttl = c->ttl < ttl ? c->ttl : ttl;
	return ttl;
}

static struct resolver_addresses *addresses_of(const struct ares_addrinfo *info)
{
	struct resolver_address *list = calloc(count_nodes(info) + 1, sizeof *list);
	struct resolver_addresses *addresses;
	size_t count = 0;

	if (list == NULL)
		return NULL;
	for (const struct ares_addrinfo_node *n = info->nodes; n; n = n->ai_next)
		if (resolver_address_set(&list[count], n->ai_addr) == 0)
			count++;
	addresses = resolver_addresses_interleave(list, count, 0);
	free(list);
	return addresses;
}

double resolver_answer_set(struct resolver_answer *answer, int status, struct ares_addrinfo *info)
{
	int ttl = 0;

	if (info == NULL || status != ARES_SUCCESS || info->nodes == NULL) {
		fail(answer, status == ARES_SUCCESS ? ARES_ENODATA : status);
	} else {
		ttl = lowest_ttl(info);
		*answer = (struct resolver_answer){ .addresses = addresses_of(info), .error_str = "" };
		if (answer->addresses == NULL)
			fail(answer, ARES_ENOMEM);
	}
	if (info)
		ares_freeaddrinfo(info);
	return ttl;
}
