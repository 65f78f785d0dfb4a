/* The resolver: what is known without asking, what a server says, what is taken back. */
#include "name_server.h"
#include "trial.h"

#include <errno.h>
#include <string.h>

struct asker {
	struct trial *trial;
	struct poe_resolver *resolver;
	poe_resolve_id last;
};

static void ask(struct asker *me, const char *host)
{
	me->last = poe_resolver_resolve(me->resolver, &(struct poe_resolve_request){
		.host = host, .port = 80, .event = "got", .context = poe_str("context") });
	if (trial_check(me->trial, me->last.v != 0))
		me->trial->owed++;
}

/*
 * Without memory c-ares may say that there is no such name, or no server; or it
 * means to try again, by the real clock, long after a virtual deadline.
 */
static int reason(const struct poe_resolve_response *answer)
{
	switch (answer->error_num) {
	case ENOENT:
	case EAGAIN:
	case ETIMEDOUT:
		return ENOMEM;
	default:
		return answer->error_num;
	}
}

static void got(struct poe_event *ev)
{
	struct asker *me = ev->heap;
	const struct poe_resolve_response *answer = poe_resolve_response(ev);

	me->trial->owed--;
	if (answer->count > 0 && strcmp(answer->context.as.s, "context") == 0)
		trial_see(me->trial);
	else
		trial_told(me->trial, "resolve", reason(answer));
}

static void let_go(struct poe_event *ev)
{
	struct asker *me = ev->heap;

	poe_resolver_unref(me->resolver);
}

static void ask_known(struct poe_event *ev)
{
	struct asker *me = ev->heap;

	me->resolver = poe_resolver_new(ev->kernel, NULL);
	if (!trial_check(me->trial, me->resolver != NULL))
		return;
	ask(me, "127.0.0.1");
	ask(me, "::1");
	ask(me, "localhost");
}

static const struct poe_state known_states[] = {
	{ "_start", ask_known },
	{ "got(o)", got },
	{ "_stop", let_go },
	{ 0 },
};

static void know(struct trial *t)
{
	struct asker me = { .trial = t };

	trial_hope(t, 3);
	trial_session(t, known_states, &me);
	trial_go(t);
}

/* Two ask at once, one takes its question back, and one asks later: the last is answered from the cache. */
static void ask_server(struct poe_event *ev)
{
	struct asker *me = ev->heap;
	const char *address = name_server_start(me->trial);

	if (address == NULL)
		return;
	me->resolver = poe_resolver_new(ev->kernel, &(struct poe_resolver_plan){ .servers = address });
	if (!trial_check(me->trial, me->resolver != NULL))
		return;
	ask(me, "a.test");
	ask(me, "a.test");
	ask(me, "b.test");
	if (me->last.v != 0 && poe_resolver_cancel(me->resolver, me->last) == 0)
		me->trial->owed--;
	trial_check(me->trial, poe_delay_add(ev->kernel, "later", 0.5) == 0);
}

static void ask_later(struct poe_event *ev)
{
	ask(ev->heap, "A.test");
}

static const struct poe_state asking_states[] = {
	{ "_start", ask_server },
	{ "later", ask_later },
	{ "got(o)", got },
	{ "_stop", let_go },
	{ 0 },
};

static void ask_and_cache(struct trial *t)
{
	struct asker me = { .trial = t };

	trial_hope(t, 3);
	trial_session(t, asking_states, &me);
	trial_go(t);
}

const struct scenario scenarios_resolver[] = {
	{ "what_is_known_is_answered", know, POE_CLOCK_VIRTUAL, 0 },
	{ "a_server_is_asked_and_its_answer_kept", ask_and_cache, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
