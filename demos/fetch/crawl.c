/*
 * The parent of all fetchers.  It never asks how far they are: _child tells it
 * of each that has gone, and when the last one has, the program is wound up by
 * message.  What nobody needs then stops by itself, and poe_run returns.
 */
#include "crawl.h"

#include "fetcher.h"

static void start_fetchers(struct poe_kernel *k, struct crawl *me, struct pages *pages, int count)
{
	struct fetcher_plan plan = { .manager = me->manager, .pages = pages,
				     .report = poe_alias_resolve(k, "report") };

	for (int i = 0; i < count; i++)
		if (fetcher_create(k, &plan).v != 0)
			me->running++;
}

/* A server that was not started is not there to hear it; that is no error here. */
static void finish(struct poe_kernel *k, struct crawl *me)
{
	poe_keepalive_shutdown(me->manager);
	poe_post(k, poe_alias_resolve(k, "server"), "shutdown");
	poe_post(k, poe_alias_resolve(k, "deaf"), "shutdown");
	poe_post(k, poe_alias_resolve(k, "report"), "done");
}

static void advance(struct poe_kernel *k, struct crawl *me)
{
	if (pages_left(me->pages) > 0)
		start_fetchers(k, me, me->pages, me->fetchers);
	else if (pages_left(me->hopeless) > 0)
		start_fetchers(k, me, me->hopeless, 1);
	if (me->running == 0)
		finish(k, me);
}

static void crawl_start(struct poe_event *ev)
{
	struct crawl *me = ev->heap;

	advance(ev->kernel, me);
}

static void crawl_child(struct poe_event *ev)
{
	struct crawl *me = ev->heap;
	const char *what = poe_arg_str(ev, 0);

	if (strcmp(what, "lose") == 0 && --me->running == 0)
		advance(ev->kernel, me);
}

static const struct poe_state crawl_states[] = {
	{ "_start", crawl_start },
	{ "_child(s)", crawl_child },
	{ 0 },
};

poe_sid crawl_create(struct poe_kernel *k, struct crawl *crawl)
{
	return poe_session_create(k, &(struct poe_session_plan){ .states = crawl_states, .heap = crawl });
}
