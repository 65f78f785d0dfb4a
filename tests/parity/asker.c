/* Requests for connections, and what comes of them. */
#include "asker.h"

int asker_place(const char *context)
{
	static const char *const names[] = { "one", "two", "three", "four" };

	for (int i = 0; i < 3; i++)
		if (strcmp(names[i], context) == 0)
			return i;
	return 3;
}

void asker_ask_as(struct parity *p, const char *context, struct poe_keepalive_request request)
{
	struct poe_value id;

	request.event = "got";
	request.context = poe_str(context);
	request.scheme = request.scheme ? request.scheme : "test";
	request.address = request.address ? request.address : "127.0.0.1";
	request.port = p->port;
	id = poe_call(p->kernel, poe_keepalive_address(p->manager), "allocate", poe_keepalive_ask(&request));
	p->request[asker_place(context)].v = (uint64_t)id.as.i;
}

void asker_ask(struct parity *p, const char *context)
{
	asker_ask_as(p, context, (struct poe_keepalive_request){ 0 });
}

void asker_start(struct parity *p, struct poe_keepalive_plan plan)
{
	p->pipe[0] = peer_listen(&p->port);
	p->manager = poe_keepalive_new(p->kernel, &plan);
}

static void note_failure(const struct poe_keepalive_response *r)
{
	parity_note("%s %s %s", r->function, parity_errno(r->error_num), r->error_str);
}

const char *asker_note_answer(struct parity *p, const struct poe_event *ev)
{
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	parity_note("%s: %s %s %s", r->context.as.s, r->scheme, r->address,
		    r->port == p->port ? "that port" : "some port");
	if (r->connection == NULL)
		note_failure(r);
	else
		parity_note("connection, from cache: %s", r->from_cache ? r->from_cache : "no");
	p->conn[asker_place(r->context.as.s)] = poe_keepalive_take(r);
	return r->context.as.s;
}

int asker_is_answer(struct parity *p, const struct poe_event *ev, const char *context)
{
	return strcmp(asker_note_answer(p, ev), context) == 0;
}

void asker_give_back(struct parity *p, const char *context)
{
	poe_connection_free(p->conn[asker_place(context)]);
	p->conn[asker_place(context)] = NULL;
}

void asker_end(struct parity *p)
{
	for (int i = 0; i < 4; i++) {
		poe_connection_free(p->conn[i]);
		p->conn[i] = NULL;
	}
	poe_keepalive_free(p->manager);
	p->manager = NULL;
}
