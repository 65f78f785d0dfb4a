/*
 * Requests: who asked, until when, and the numbers they are known by.  A
 * number is a slot and how often the slot was used, so that an old number
 * finds nothing.
 */
#include "request.h"
#include "response.h"

#include <stdlib.h>

struct resolver_slot {
	struct resolver_request *request; /* NULL: free */
	uint32_t generation;
	uint32_t next_vacant;
};

enum { FIRST_SLOTS = 16 };

/* What the asker is kept alive by. */
static const char reference_tag[] = "resolver";

void resolver_requests_init(struct resolver_requests *all, struct poe_kernel *k, uint64_t seed)
{
	*all = (struct resolver_requests){ .kernel = k, .generation = (uint32_t)(seed >> 33) };
}

void resolver_requests_free(struct resolver_requests *all)
{
	free(all->slots);
	all->slots = NULL;
	all->size = 0;
}

struct resolver_request *resolver_request_at(const struct resolver_requests *all, uint32_t number)
{
	return all->slots[number].request;
}

struct resolver_request *resolver_request_find(const struct resolver_requests *all, poe_resolve_id id)
{
	uint32_t number = (uint32_t)id.v - 1;

	if (number >= all->size || all->slots[number].generation != id.v >> 32)
		return NULL;
	return all->slots[number].request;
}

static int grow(struct resolver_requests *all)
{
	uint32_t size = all->size ? all->size * 2 : FIRST_SLOTS;
	struct resolver_slot *slots = realloc(all->slots, size * sizeof *slots);

	if (slots == NULL)
		return -1;
	for (uint32_t i = all->size; i < size; i++)
		slots[i] = (struct resolver_slot){ .generation = all->generation, .next_vacant = i + 1 };
	all->slots = slots;
	all->size = size;
	return 0;
}

static int take_slot(struct resolver_request *request)
{
	struct resolver_requests *all = request->all;
	uint32_t number = all->vacant;
	struct resolver_slot *slot;

	if (number == all->size && grow(all) < 0)
		return -1;
	slot = &all->slots[number];
	all->vacant = slot->next_vacant;
	slot->request = request;
	request->id.v = (uint64_t)slot->generation << 32 | (number + 1);
	return 0;
}

/* A slot that has used up its generations is left out for good. */
static void give_slot(struct resolver_request *request)
{
	struct resolver_requests *all = request->all;
	uint32_t number = (uint32_t)request->id.v - 1;
	struct resolver_slot *slot = &all->slots[number];

	slot->request = NULL;
	if (++slot->generation == 0)
		return;
	slot->next_vacant = all->vacant;
	all->vacant = number;
}

struct resolver_request *resolver_request_new(struct resolver_requests *all,
					      const struct poe_resolve_request *plan)
{
	struct poe_value context = plan->context;
	struct resolver_response *response = resolver_response_new(plan->host, &context);
	struct resolver_request *request = response ? calloc(1, sizeof *request) : NULL;

	if (request == NULL)
		goto fail;
	request->all = all;
	request->event = poe_intern(all->kernel, plan->event);
	if (request->event == NULL || take_slot(request) < 0)
		goto fail;
	request->response = response;
	resolver_response_public(response)->id = request->id;
	request->asker = poe_session_current(all->kernel);
	request->port = plan->port;
	request->family = plan->family;
	request->timeout = plan->timeout;
	return request;
fail:
	resolver_response_free(response);
	free(request);
	return NULL;
}

/* The asker stops.  What was asked for it ends, but in the resolver's session, whose alarm it is. */
static void release(struct poe_owned *owned)
{
	struct resolver_request *request = (struct resolver_request *)owned;

	poe_call(request->all->kernel, request->all->session, "cancel", poe_ptr(request));
}

static const struct poe_owned_kind request_kind = { .name = "resolve", .release = release };

int resolver_request_arm(struct resolver_request *request, double seconds)
{
	struct poe_kernel *k = request->all->kernel;

	request->alarm = poe_delay_set(k, "answer", seconds, poe_int((int64_t)request->id.v));
	if (request->alarm.v == 0)
		return -1;
	if (poe_refcount_increment(k, request->asker, reference_tag) < 0)
		return -1;
	request->held = 1;
	return poe_own(k, request->asker, &request->owned, &request_kind);
}

void resolver_request_settle(struct resolver_request *request, const struct resolver_answer *answer)
{
	request->answer = *answer;
	resolver_addresses_ref(request->answer.addresses);
	request->settled = 1;
	if (request->alarm.v)
		poe_delay_adjust(request->all->kernel, request->alarm, 0);
}

/* Takes the request apart but for its response, which is the caller's. */
static struct resolver_response *detach(struct resolver_request *request)
{
	struct resolver_response *response = request->response;

	if (request->alarm.v)
		poe_alarm_remove(request->all->kernel, request->alarm);
	poe_disown(&request->owned);
	give_slot(request);
	resolver_addresses_unref(request->answer.addresses);
	free(request);
	return response;
}

static struct poe_object *finish(struct resolver_request *request)
{
	resolver_response_fill(request->response, &request->answer, request->port);
	return &resolver_response_public(detach(request))->object;
}

void resolver_request_deliver(struct resolver_request *request)
{
	struct poe_kernel *k = request->all->kernel;
	const char *event = request->event;
	poe_sid asker = request->asker;

	poe_call(k, asker, event, poe_obj(finish(request)));
	poe_refcount_decrement(k, asker, reference_tag);
}

void resolver_request_post(struct resolver_request *request)
{
	struct poe_kernel *k = request->all->kernel;
	const char *event = request->event;
	poe_sid asker = request->asker;

	poe_post(k, asker, event, poe_obj(finish(request)));
	poe_refcount_decrement(k, asker, reference_tag);
}

void resolver_request_free(struct resolver_request *request)
{
	struct poe_kernel *k = request->all->kernel;
	poe_sid asker = request->asker;
	int held = request->held;

	resolver_response_free(detach(request));
	if (held)
		poe_refcount_decrement(k, asker, reference_tag);
}
