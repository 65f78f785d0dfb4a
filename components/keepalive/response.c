/*
 * Responses: what the asker is told, that it is told once, and that what nobody
 * takes out of an answer goes back where it came from.
 */
#include "response.h"
#include "connection.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char reference_tag[] = "keepalive";

static struct ask *ask_of(const struct poe_object *object)
{
	return LIST_ENTRY(object, struct ask, response.object);
}

/* The event has been delivered, or nobody was there, or nobody may see it any more. */
static void release(struct poe_object *object)
{
	struct ask *ask = ask_of(object);
	struct poe_keepalive *ka = ask->manager;

	if (ask->posting) {
		ask->posting = false;
		return;
	}
	pool_let_go(&ka->pool, &ask->request);
	ka_ask_free(ask);
	ka_work(ka);
	ka_unref(ka);
}

static int is_revoked(const struct poe_object *object)
{
	return ask_of(object)->revoked;
}

static const struct poe_type response_type = {
	.name = "poe_keepalive_response", .release = release, .revoked = is_revoked
};

/* The asker has stopped before it was answered. */
static void asker_stopped(struct poe_owned *owned)
{
	struct ask *ask = LIST_ENTRY(owned, struct ask, owned);
	struct poe_keepalive *ka = ask->manager;

	pool_cancel(&ka->pool, pool_ticket_id(&ka->pool.tickets, &ask->request));
	ka_cancelled(ask);
	ka_work(ka);
}

static const struct poe_owned_kind waiting_kind = { .name = "keepalive request", .release = asker_stopped };

int ka_hold_asker(struct ask *ask)
{
	struct poe_kernel *k = ask->manager->kernel;

	if (poe_refcount_increment(k, ask->asker, reference_tag) < 0)
		return -1;
	ask->holds_asker = true;
	return poe_own(k, ask->asker, &ask->owned, &waiting_kind);
}

static void let_asker_go(struct ask *ask)
{
	poe_disown(&ask->owned);
	if (ask->holds_asker)
		(void)poe_refcount_decrement(ask->manager->kernel, ask->asker, reference_tag);
	ask->holds_asker = false;
}

static const char *cache_word(enum pool_ending ending)
{
	if (ending == ENDED_IMMEDIATE)
		return "immediate";
	return ending == ENDED_DEFERRED ? "deferred" : NULL;
}

static void say_failure(struct ask *ask, const struct pool_failure *failure)
{
	struct poe_keepalive_response *r = &ask->response;
	const char *words = failure->error_str ? failure->error_str : strerror(failure->error_num);

	snprintf(ask->error_text, sizeof ask->error_text, "%s", words);
	r->function = failure->function;
	r->error_num = failure->error_num;
	r->error_str = ask->error_text;
	r->phase = failure->phase;
}

static void to_outbox(struct poe_keepalive *ka, struct ask *ask)
{
	ask->stage = ASK_OUTBOX;
	list_append(&ka->outbox, &ask->outbox);
}

void ka_respond(struct poe_keepalive *ka, struct ask *ask, const struct pool_answer *answer)
{
	ask->response.id.v = pool_ticket_id(&ka->pool.tickets, &ask->request);
	if (answer->slot != NULL) {
		ask->response.connection = answer->slot->body;
		ask->response.from_cache = cache_word(ask->request.ending);
		ka_note(ka, "grant", &answer->slot->key->name, ask->response.connection->fd);
	} else {
		say_failure(ask, answer->failure);
	}
	to_outbox(ka, ask);
}

void ka_refuse(struct poe_keepalive *ka, struct ask *ask, int error_num)
{
	say_failure(ask, &(struct pool_failure){ .function = "allocate", .error_num = error_num });
	to_outbox(ka, ask);
}

/* The asker is held until the event holds it.  False when there is no memory for the event. */
static bool post(struct poe_keepalive *ka, struct ask *ask)
{
	bool lost;

	ask->stage = ASK_POSTED;
	ask->response.object.type = &response_type;
	ask->posting = true;
	ka_ref(ka);
	lost = poe_post(ka->kernel, ask->asker, ask->event, poe_obj(&ask->response.object)) < 0;
	if (!lost) {
		ask->posting = false;
		let_asker_go(ask);
		return true;
	}
	if (errno == ENOMEM) {
		ka_unref(ka);
		ask->stage = ASK_OUTBOX;
		return false;
	}
	let_asker_go(ask);
	release(&ask->response.object);
	return true;
}

void ka_post_answers(struct poe_keepalive *ka)
{
	struct link *l;

	while ((l = list_first(&ka->outbox)) != NULL) {
		list_remove(l);
		if (post(ka, LIST_ENTRY(l, struct ask, outbox)))
			continue;
		list_prepend(&ka->outbox, l);
		return;
	}
}

void ka_drop_answers(struct poe_keepalive *ka)
{
	struct link *l;

	while ((l = list_first(&ka->outbox)) != NULL) {
		struct ask *ask = LIST_ENTRY(l, struct ask, outbox);

		list_remove(l);
		pool_let_go(&ka->pool, &ask->request);
		let_asker_go(ask);
		ka_ask_free(ask);
	}
}

/* An answer in the queue is emptied, and dropped when its turn comes. */
void ka_cancelled(struct ask *ask)
{
	if (ask->stage != ASK_POSTED) {
		list_remove(&ask->outbox);
		let_asker_go(ask);
		ka_ask_free(ask);
		return;
	}
	ask->revoked = true;
	ask->response.connection = NULL;
	say_failure(ask, &(struct pool_failure){ .function = "deallocate", .error_num = ECANCELED });
}

struct poe_keepalive_response *poe_keepalive_response(const struct poe_event *ev)
{
	struct ask *ask = ask_of(poe_arg_obj(ev, 0, &response_type));

	pool_seen(&ask->manager->pool, &ask->request);
	return &ask->response;
}

struct poe_connection *poe_keepalive_take(struct poe_keepalive_response *r)
{
	struct ask *ask = ask_of(&r->object);
	struct poe_connection *c = r->connection;

	if (c == NULL || ka_connection_lend(c) < 0)
		return NULL;
	ka_loan_begin(c, ask->request.asked, ask->asked.timeout, r->from_cache);
	c->loan.from = ask->from;
	(void)pool_take(&ask->manager->pool, &ask->request);
	r->connection = NULL;
	return c;
}
