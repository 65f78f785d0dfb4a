/*
 * The resolver's public face: calls come in here, are checked, and go to the
 * session.
 */
#include "session.h"

#include <errno.h>
#include <math.h>

static const char shared_alias[] = "resolver";

static struct poe_resolver *open_resolver(struct poe_kernel *k, const struct poe_resolver_plan *plan,
					  const char *alias)
{
	struct poe_resolver *r = resolver_instance_new(k, plan, alias);
	int error;

	if (r == NULL)
		return NULL;
	r->has_session = 1;
	if (poe_session_create(k, &(struct poe_session_plan){ .states = resolver_states, .heap = r,
							      .free_heap = resolver_instance_close,
							      .alias = r->alias }).v)
		return r;
	error = errno;
	resolver_instance_drop(r);
	errno = error;
	return NULL;
}

struct poe_resolver *poe_resolver_new(struct poe_kernel *k, const struct poe_resolver_plan *plan)
{
	static const struct poe_resolver_plan usual;

	return open_resolver(k, plan ? plan : &usual, NULL);
}

/* The resolver that has the shared alias; NULL when it is somebody else's, or none can be used. */
static struct poe_resolver *identify(struct poe_kernel *k, poe_sid session)
{
	struct resolver_probe probe = { .object = { .type = &resolver_probe_type } };

	poe_call(k, session, "poe_resolver_identify", poe_obj(&probe.object));
	return probe.found;
}

struct poe_resolver *poe_resolver_shared(struct poe_kernel *k)
{
	static const struct poe_resolver_plan usual;
	poe_sid holder = poe_alias_resolve(k, shared_alias);
	struct poe_resolver *r = holder.v ? identify(k, holder) : NULL;

	if (r)
		return poe_resolver_ref(r);
	/* The name may be taken by a session that has nothing to do with us: then it goes without. */
	r = open_resolver(k, &usual, holder.v ? NULL : shared_alias);
	if (r)
		r->is_shared = holder.v == 0;
	return r;
}

struct poe_resolver *poe_resolver_ref(struct poe_resolver *r)
{
	r->references++;
	return r;
}

void poe_resolver_unref(struct poe_resolver *r)
{
	if (r == NULL)
		return;
	if (r->references == 1 && r->kernel && !r->is_shared)
		poe_call(r->kernel, r->session, "shutdown");
	resolver_instance_drop(r);
}

/* The errno of a request that cannot be made, or 0 with *key filled in. */
static int check(const struct poe_resolver *r, const struct poe_resolve_request *plan,
		 struct resolver_key *key)
{
	int family = plan->family;

	if (r->kernel == NULL)
		return ESHUTDOWN;
	if (poe_session_current(r->kernel).v == 0)
		return ESRCH;
	if (plan->host == NULL || *plan->host == '\0' || plan->event == NULL || *plan->event == '\0')
		return EINVAL;
	if ((family != 0 && family != AF_INET && family != AF_INET6) || isnan(plan->timeout))
		return EINVAL;
	if (plan->port < 0 || plan->port > UINT16_MAX)
		return EINVAL;
	return resolver_key_set(key, plan->host, family, r->seed) < 0 ? EINVAL : 0;
}

/* As with a post: an object has moved, whatever happens. */
static poe_resolve_id refuse(const struct poe_resolve_request *plan, int error)
{
	struct poe_value context = plan->context;

	if (context.kind == POE_OBJ)
		poe_value_release(&context);
	errno = error;
	return (poe_resolve_id){ 0 };
}

poe_resolve_id poe_resolver_resolve(struct poe_resolver *r, const struct poe_resolve_request *request)
{
	struct resolver_asking asking = { .request = NULL };
	int error = check(r, request, &asking.key);
	poe_resolve_id id;

	if (error)
		return refuse(request, error);
	asking.request = resolver_request_new(&r->requests, request);
	if (asking.request == NULL)
		return (poe_resolve_id){ 0 };
	id = asking.request->id;
	poe_call(r->kernel, r->session, "ask", poe_ptr(&asking));
	if (asking.request)
		return id;
	errno = asking.error;
	return (poe_resolve_id){ 0 };
}

int poe_resolver_cancel(struct poe_resolver *r, poe_resolve_id id)
{
	struct resolver_request *request;

	if (r->kernel == NULL) {
		errno = ESHUTDOWN;
		return -1;
	}
	request = resolver_request_find(&r->requests, id);
	if (request == NULL) {
		errno = ESRCH;
		return -1;
	}
	poe_call(r->kernel, r->session, "cancel", poe_ptr(request));
	return 0;
}
