/*
 * Groups: who shares a proxy, and whose turn it is there.  There are as many
 * groups as proxies, which are few: a new key looks for its own among all.
 */
#include "parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who goes to one host on behalf of another takes that host for a proxy. */
static size_t proxy_of(const struct pool_name *name, char *text, size_t room)
{
	if (name->proxy != NULL)
		return (size_t)snprintf(text, room, "%s", name->proxy);
	return (size_t)snprintf(text, room, "%s:%d", name->address, name->port);
}

static struct pool_group *find(const struct pool *pool, const char *name)
{
	struct link *l;

	for (l = pool->groups.next; l != &pool->groups; l = l->next)
		if (strcmp(LIST_ENTRY(l, struct pool_group, in_pool)->name, name) == 0)
			return LIST_ENTRY(l, struct pool_group, in_pool);
	return NULL;
}

static struct pool_group *make(struct pool *pool, const struct pool_name *name)
{
	size_t length = proxy_of(name, NULL, 0);
	struct pool_group *group = calloc(1, sizeof *group + length + 1);
	struct pool_group *known;

	if (group == NULL)
		return NULL;
	(void)proxy_of(name, group->name, length + 1);
	known = find(pool, group->name);
	if (known != NULL) {
		free(group);
		return known;
	}
	list_init(&group->in_crowded);
	list_init(&group->blocked);
	list_init(&group->idle);
	list_append(&pool->groups, &group->in_pool);
	return group;
}

struct pool_key *pool_group_key(struct pool *pool, const struct pool_name *name)
{
	struct pool_key *key = pool_key_get(&pool->keys, name);

	if (key == NULL || key->group != NULL || (name->proxy == NULL && name->for_address == NULL))
		return key;
	key->group = make(pool, name);
	if (key->group != NULL) {
		key->group->keys++;
		return key;
	}
	pool_key_free(&pool->keys, key);
	errno = ENOMEM;
	return NULL;
}

void pool_group_leave(struct pool_key *key)
{
	struct pool_group *group = key->group;

	if (group == NULL || --group->keys > 0)
		return;
	list_remove(&group->in_pool);
	list_remove(&group->in_crowded);
	free(group);
}

bool pool_group_is_full(const struct pool *pool, const struct pool_key *key)
{
	return key->group != NULL && key->group->open >= pool->plan.max_per_proxy;
}

/* Who stands in line already stays there, unless the group is full: the rest come by pool_group_relieve, in turn. */
bool pool_group_blocks(const struct pool *pool, const struct pool_key *key)
{
	bool in_line = (key->place == PLACE_HUNGRY || key->place == PLACE_STARVING) && !list_empty(&key->in_place);

	if (key->group == NULL)
		return false;
	return pool_group_is_full(pool, key) || (!in_line && !list_empty(&key->group->blocked));
}

void pool_group_touch(struct pool *pool, struct pool_group *group)
{
	bool helps = group->open < pool->plan.max_per_proxy || !list_empty(&group->idle);

	if (list_empty(&group->blocked) || !helps)
		list_remove(&group->in_crowded);
	else if (list_empty(&group->in_crowded))
		list_append(&pool->crowded, &group->in_crowded);
}

void pool_group_count(struct pool *pool, struct pool_key *key, int more)
{
	if (key->group == NULL)
		return;
	key->group->open += (unsigned)more;
	pool_group_touch(pool, key->group);
}

/* Room in the group before the limit on all is looked at. */
void pool_group_relieve(struct pool *pool)
{
	struct link *l;

	while ((l = list_first(&pool->crowded)) != NULL) {
		struct pool_group *group = LIST_ENTRY(l, struct pool_group, in_crowded);

		if (group->open >= pool->plan.max_per_proxy)
			pool_rest_evict(pool, LIST_ENTRY(list_first(&group->idle), struct pool_slot, in_group));
		else
			pool_line_up(pool, LIST_ENTRY(list_first(&group->blocked), struct pool_key, in_place));
		pool_group_touch(pool, group);
	}
}

void pool_group_unblock(struct pool *pool)
{
	struct link *l, *blocked;

	for (l = pool->groups.next; l != &pool->groups; l = l->next)
		while ((blocked = list_first(&LIST_ENTRY(l, struct pool_group, in_pool)->blocked)) != NULL)
			pool_touch(pool, LIST_ENTRY(blocked, struct pool_key, in_place));
}

void pool_group_rotate(struct pool_key *key)
{
	if (key->place != PLACE_GROUPED)
		return;
	list_remove(&key->in_place);
	list_append(&key->group->blocked, &key->in_place);
}

bool pool_group_must_yield(const struct pool_key *key)
{
	struct link *l = key->group ? list_first(&key->group->blocked) : NULL;
	const struct pool_key *next = l ? LIST_ENTRY(l, struct pool_key, in_place) : NULL;

	if (next == NULL || next == key)
		return false;
	return pool_key_open(next) == 0 || pool_key_open(next) + 1 < pool_key_open(key);
}
