/*
 * The resolver's session.  All of c-ares happens in its handlers, so that
 * watches and alarms are its own, whoever asks.
 */
#include "session.h"
#include "ares_answer.h"
#include "ares_channel.h"
#include "cache.h"
#include "hosts.h"
#include "numeric.h"
#include "response.h"

#include <errno.h>
#include <math.h>
#include <poe/kernel.h>

static void probe_release(struct poe_object *object)
{
	/* Its sender's stack is none of ours. */
	(void)object;
}

const struct poe_type resolver_probe_type = { .name = "poe_resolver_probe", .release = probe_release };

static void on_start(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;

	/* Whoever happened to ask first is not its parent. */
	poe_detach_myself(ev->kernel);
	me->session = ev->session;
	me->requests.session = ev->session;
}

static void on_identify(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;
	struct resolver_probe *probe =
		(struct resolver_probe *)poe_arg_obj(ev, 0, &resolver_probe_type);

	probe->found = me->kernel ? me : NULL;
}

/* Ends the waiting of all that wait; their events are due at once. */
static void settle_all(struct poe_resolver *me)
{
	struct resolver_answer cancelled;
	struct resolver_request *request;

	resolver_answer_set(&cancelled, ARES_ECANCELLED, NULL);
	for (uint32_t i = 0; i < me->requests.size; i++) {
		request = resolver_request_at(&me->requests, i);
		if (request == NULL || request->settled)
			continue;
		resolver_lookup_leave(request);
		resolver_request_settle(request, &cancelled);
	}
}

/* Nobody holds the resolver any more: it lives on until the last answer is given. */
static void on_shutdown(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;

	settle_all(me);
	poe_alias_remove(ev->kernel, me->alias);
}

/*
 * Whatever stopped the session, nobody is left waiting.  These answers are
 * posted, since no alarm of this session will come any more.
 */
static void on_stop(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;

	me->kernel = NULL;
	settle_all(me);
	for (uint32_t i = 0; i < me->requests.size; i++)
		if (resolver_request_at(&me->requests, i))
			resolver_request_post(resolver_request_at(&me->requests, i));
	resolver_channel_free(me->channel);
	me->channel = NULL;
}

/* Hands a list over as an answer; an empty one is "no such name". */
static int answer_with(struct resolver_answer *answer, struct resolver_addresses *addresses)
{
	if (addresses == NULL)
		return -1;
	*answer = (struct resolver_answer){ .addresses = addresses, .error_str = "" };
	if (addresses->count > 0)
		return 1;
	resolver_addresses_unref(addresses);
	resolver_answer_set(answer, ARES_ENOTFOUND, NULL);
	return 1;
}

/* Finds what can be told without asking: 1 with one reference in *answer, 0, or -1 with ENOMEM. */
static int know(struct poe_resolver *me, const struct resolver_asking *a, struct resolver_answer *answer)
{
	const char *host = resolver_response_public(a->request->response)->host;
	double now = poe_now(me->kernel);
	const struct resolver_answer *cached;
	struct resolver_addresses *addresses;
	struct resolver_address address;
	int found;

	if (resolver_numeric_read(host, &address))
		return answer_with(answer, resolver_addresses_interleave(&address, 1, a->key.family));
	if (!resolver_key_is_possible(&a->key)) {
		resolver_answer_set(answer, ARES_ENOTFOUND, NULL);
		return 1;
	}
	found = resolver_hosts_find(me->hosts, &a->key, now, &addresses);
	if (found != 0)
		return found > 0 ? answer_with(answer, addresses) : -1;
	cached = resolver_cache_find(me->cache, &a->key, now);
	if (cached == NULL)
		return 0;
	*answer = *cached;
	resolver_addresses_ref(answer->addresses);
	return 1;
}

static double seconds_for(const struct poe_resolver *me, const struct resolver_request *request)
{
	if (request->timeout == 0)
		return me->timeout;
	return request->timeout < 0 ? (double)INFINITY : request->timeout;
}

static int answer_now(struct resolver_request *request, struct resolver_answer *answer)
{
	resolver_response_public(request->response)->cached = 1;
	resolver_request_settle(request, answer);
	resolver_addresses_unref(answer->addresses);
	return resolver_request_arm(request, 0);
}

static int begin(struct poe_resolver *me, const struct resolver_asking *a)
{
	struct resolver_answer answer;
	int known = know(me, a, &answer);

	if (known < 0)
		return -1;
	if (known)
		return answer_now(a->request, &answer);
	if (resolver_request_arm(a->request, seconds_for(me, a->request)) < 0)
		return -1;
	return resolver_lookup_join(&me->lookups, &a->key, a->request);
}

static void on_ask(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;
	struct resolver_asking *a = poe_arg_ptr(ev, 0);

	if (begin(me, a) == 0)
		return;
	a->error = errno;
	resolver_request_free(a->request);
	a->request = NULL;
}

static void on_cancel(struct poe_event *ev)
{
	struct resolver_request *request = poe_arg_ptr(ev, 0);

	resolver_lookup_leave(request);
	resolver_request_free(request);
}

/* Comes once a request: when its answer is known, or at its deadline. */
static void on_answer(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;
	poe_resolve_id id = { (uint64_t)poe_arg_int(ev, 0) };
	struct resolver_request *request = resolver_request_find(&me->requests, id);
	struct resolver_answer late;

	if (request == NULL)
		return;
	request->alarm.v = 0;
	if (!request->settled) {
		resolver_lookup_leave(request);
		resolver_answer_set(&late, ARES_ETIMEOUT, NULL);
		resolver_request_settle(request, &late);
	}
	resolver_request_deliver(request);
}

static void on_retry(struct poe_event *ev)
{
	struct poe_resolver *me = ev->heap;

	resolver_channel_tick(me->channel);
}

const struct poe_state resolver_states[] = {
	{ "_start",                   on_start },
	{ "ask(p)",                   on_ask },
	{ "answer(i)",                on_answer },
	{ "cancel(p)",                on_cancel },
	{ "retry",                    on_retry },
	{ "poe_resolver_identify(o)", on_identify },
	{ "shutdown",                 on_shutdown },
	{ "_stop",                    on_stop },
	{ 0 }
};
