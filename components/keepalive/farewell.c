/*
 * Farewells: promises to tell of the end, kept once.
 */
#include "farewell.h"
#include <errno.h>
#include <stdlib.h>

struct farewell {
	struct link link; /* on manager->farewells */
	poe_sid whom;
	const char *event; /* interned */
};

static const char reference_tag[] = "keepalive farewell";

static struct farewell *first_of(const struct poe_keepalive *ka)
{
	struct link *l = list_first(&ka->farewells);

	return l ? LIST_ENTRY(l, struct farewell, link) : NULL;
}

static void drop(struct poe_keepalive *ka, struct farewell *f)
{
	(void)poe_refcount_decrement(ka->kernel, f->whom, reference_tag);
	list_remove(&f->link);
	free(f);
}

int ka_farewell_promise(struct poe_keepalive *ka, poe_sid whom, const char *event)
{
	const char *name = poe_intern(ka->kernel, event);
	struct farewell *f = name ? malloc(sizeof *f) : NULL;

	if (f == NULL) {
		errno = ENOMEM;
		return -1;
	}
	if (poe_refcount_increment(ka->kernel, whom, reference_tag) < 0) {
		int error = errno;

		free(f);
		errno = error;
		return -1;
	}
	f->whom = whom;
	f->event = name;
	list_append(&ka->farewells, &f->link);
	return 0;
}

int ka_farewell_say(struct poe_keepalive *ka)
{
	struct farewell *f;

	while ((f = first_of(ka)) != NULL) {
		if (poe_post(ka->kernel, f->whom, f->event, poe_int((int64_t)ka->pool.cut_off)) < 0 && errno == ENOMEM)
			return -1;
		drop(ka, f);
	}
	return 0;
}

void ka_farewell_drop(struct poe_keepalive *ka)
{
	struct farewell *f;

	while ((f = first_of(ka)) != NULL)
		drop(ka, f);
}
