/*
 * Look-ups: one question to the servers, and everybody who waits for its
 * answer.  One that has taken longer than it may is not joined any more, so
 * that a question that was lost does not spoil the name for those who come later.
 */
#include "lookup.h"
#include "ares_channel.h"
#include "cache.h"
#include "name.h"
#include "request.h"

#include <errno.h>
#include <poe/kernel.h>
#include <poe/trace.h>
#include <stdlib.h>
#include <string.h>

struct resolver_lookup {
	struct resolver_node node;       /* in the table while it may be joined */
	struct resolver_lookups *all;
	struct resolver_query *query;
	struct resolver_request *first, *last; /* who waits, in the order they asked */
	double started;                  /* as poe_now */
	int is_listed;
	char name[];
};

static void unlist(struct resolver_lookup *l)
{
	if (l->is_listed)
		resolver_table_remove(&l->all->names, &l->node);
	l->is_listed = 0;
}

/* Failures of the servers or of ours say nothing about the name. */
static void remember(struct resolver_lookup *l, const struct resolver_answer *answer, double ttl)
{
	struct resolver_cache_fact fact = { .answer = answer, .ttl = ttl, .now = poe_now(l->all->kernel) };
	struct resolver_key key = { .hash = l->node.hash, .family = l->node.family };

	if (answer->error_num != 0 && answer->error_num != ENOENT)
		return;
	memcpy(key.text, l->name, strlen(l->name) + 1);
	resolver_cache_put(l->all->cache, &key, &fact);
}

static void answered(void *object, const struct resolver_answer *answer, double ttl)
{
	struct resolver_lookup *l = object;
	struct resolver_request *request;

	unlist(l);
	remember(l, answer, ttl);
	if (poe_trace_on(l->all->kernel))
		poe_trace_note(l->all->kernel, "resolved", l->name, answer->error_num);
	while ((request = l->first)) {
		l->first = request->next;
		request->lookup = NULL;
		resolver_request_settle(request, answer);
	}
	free(l);
}

static struct resolver_lookup *lookup_new(struct resolver_lookups *all, const struct resolver_key *key)
{
	size_t size = strlen(key->text) + 1;
	struct resolver_lookup *l = calloc(1, sizeof *l + size);

	if (l == NULL)
		return NULL;
	l->query = resolver_query_new(all->channel, answered, l);
	if (l->query == NULL) {
		free(l);
		return NULL;
	}
	memcpy(l->name, key->text, size);
	l->all = all;
	l->started = poe_now(all->kernel);
	l->node.text = l->name;
	l->node.family = key->family;
	l->is_listed = 1;
	resolver_table_add(&all->names, &l->node, key->hash);
	return l;
}

/* The look-up of that key which may still be joined, or NULL. */
static struct resolver_lookup *find(struct resolver_lookups *all, const struct resolver_key *key)
{
	struct resolver_lookup *l = (struct resolver_lookup *)resolver_table_find(&all->names, key);

	if (l == NULL || poe_now(all->kernel) - l->started < all->timeout)
		return l;
	unlist(l);
	return NULL;
}

static void add_waiter(struct resolver_lookup *l, struct resolver_request *request)
{
	request->lookup = l;
	request->next = NULL;
	request->prev = l->last;
	*(l->last ? &l->last->next : &l->first) = request;
	l->last = request;
}

int resolver_lookup_join(struct resolver_lookups *all, const struct resolver_key *key,
			 struct resolver_request *request)
{
	struct resolver_lookup *l = find(all, key);

	if (l) {
		add_waiter(l, request);
		return 0;
	}
	l = lookup_new(all, key);
	if (l == NULL)
		return -1;
	add_waiter(l, request);
	if (poe_trace_on(all->kernel))
		poe_trace_note(all->kernel, "resolve", l->name, key->family);
	resolver_query_send(l->query, l->name, key->family);
	return 0;
}

void resolver_lookup_leave(struct resolver_request *request)
{
	struct resolver_lookup *l = request->lookup;

	if (l == NULL)
		return;
	request->lookup = NULL;
	*(request->prev ? &request->prev->next : &l->first) = request->next;
	*(request->next ? &request->next->prev : &l->last) = request->prev;
	if (l->first)
		return;
	unlist(l);
	resolver_query_drop(l->query);
	free(l);
}
