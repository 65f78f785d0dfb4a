#include "alias.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct alias {
	struct poe_owned owned;
	struct poe_kernel *kernel;
	struct session *session;
	uint64_t session_id; /* as it was while it lived */
	struct name *name;   /* whose .alias is the session, unless it is gone and another one has taken it */
};

static void alias_free(struct alias *alias)
{
	if (alias->name->alias == alias->session_id)
		alias->name->alias = 0;
	poe_disown(&alias->owned);
	session_drop(alias->kernel, alias->session);
	free(alias);
}

static void release(struct poe_owned *owned)
{
	alias_free(CONTAINER(owned, struct alias, owned));
}

static const struct poe_owned_kind alias_kind = { "alias", release };

int alias_add(struct poe_kernel *k, struct session *s, const char *text)
{
	struct name *name = names_intern(&k->names, text);
	struct alias *alias;

	if (name == NULL)
		return -1;
	if (session_find(k, (poe_sid){ name->alias }) != NULL) {
		errno = EEXIST;
		return name->alias == s->id ? 0 : -1;
	}
	alias = malloc(sizeof *alias);
	if (alias == NULL)
		return -1;
	alias->kernel = k;
	alias->session = s;
	alias->session_id = s->id;
	alias->name = name;
	poe_own(k, session_id(s), &alias->owned, &alias_kind);
	name->alias = s->id;
	session_hold(s);
	return 0;
}

const char *alias_next(const struct poe_owned **owned)
{
	for (; *owned != NULL; *owned = (*owned)->next) {
		const char *text;

		if ((*owned)->kind != &alias_kind)
			continue;
		text = CONTAINER(*owned, const struct alias, owned)->name->text;
		*owned = (*owned)->next;
		return text;
	}
	return NULL;
}

int poe_alias_set(struct poe_kernel *k, const char *alias)
{
	struct session *s = session_current(k);

	return s ? alias_add(k, s, alias) : -1;
}

int poe_alias_remove(struct poe_kernel *k, const char *text)
{
	const struct name *name = names_find(&k->names, text);
	struct session *s = session_current(k);

	if (s == NULL)
		return -1;
	errno = name == NULL || name->alias == 0 ? ESRCH : EPERM;
	if (name == NULL || name->alias != s->id)
		return -1;
	for (struct poe_owned *owned = s->owned; owned != NULL; owned = owned->next) {
		struct alias *alias = CONTAINER(owned, struct alias, owned);

		if (owned->kind == &alias_kind && alias->name == name) {
			alias_free(alias);
			return 0;
		}
	}
	return -1;
}

/* Few sessions have more than one. */
static void sort_in(const char **names, int count, const char *name)
{
	while (count > 0 && strcmp(names[count - 1], name) > 0) {
		names[count] = names[count - 1];
		count--;
	}
	names[count] = name;
}

int poe_alias_list(const struct poe_kernel *k, poe_sid session, const char **names, int room)
{
	const struct session *s = session_find(k, session);
	const struct poe_owned *owned;
	const char *name;
	int count = 0;

	if (s == NULL) {
		errno = ESRCH;
		return -1;
	}
	owned = s->owned;
	while ((name = alias_next(&owned)) != NULL) {
		if (count < room)
			sort_in(names, count, name);
		count++;
	}
	return count;
}

poe_sid poe_alias_resolve(const struct poe_kernel *k, const char *text)
{
	const struct name *name = names_find(&k->names, text);

	if (name != NULL && name->alias != 0 && session_find(k, (poe_sid){ name->alias }) != NULL)
		return (poe_sid){ name->alias };
	errno = ESRCH;
	return (poe_sid){ 0 };
}
