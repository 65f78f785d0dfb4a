/*
 * Ask: one request's record, from the asker's hand to the manager and back.
 * The same memory is the message's object on the way in and the response on
 * the way out, so a request costs one allocation and its answer none.
 */
#ifndef KEEPALIVE_ASK_H
#define KEEPALIVE_ASK_H

#include "request.h"
#include <poe/keepalive.h>
#include <poe/session.h>

enum ask_stage {
	ASK_MADE,    /* with its maker, or in a message to the manager */
	ASK_WAITING, /* with the pool; holds its asker alive */
	ASK_OUTBOX,  /* answered, to be posted from the manager's session */
	ASK_POSTED   /* in the queue, or with the handler: the event owns it */
};

struct ask {
	struct pool_request request;            /* first */
	struct poe_keepalive_response response; /* its strings are those of `asked` */
	struct poe_keepalive_request asked;     /* its strings are in `text`, its policy is a reference; its context is the response's */
	struct link outbox;                     /* on manager->outbox */
	struct poe_owned owned;                 /* by the asker, while it waits */
	struct poe_keepalive *manager;          /* NULL until it has arrived; a reference once posted */
	struct poe_connection *instead;         /* on loan with the asker, and no good; NULL: asks for the first time */
	poe_sid asker;
	const char *from;                       /* source position of the message; NULL: asked by call */
	const char *event;                      /* as asked, then interned */
	enum ask_stage stage;
	bool holds_asker;
	bool revoked;
	bool posting;                           /* a release now means that the post has failed */
	char error_text[64];
	char text[];
};

/* Copies a request; its context is the ask's, or released.  NULL with ENOMEM, EMSGSIZE. */
struct ask *ka_ask_new(const struct poe_keepalive_request *request);

/* With its context.  The pool must have done with it. */
void ka_ask_free(struct ask *ask);

/* As an object that the manager takes out of its message by ka_ask_take. */
struct poe_value ka_ask_as_message(struct ask *ask);
struct ask *ka_ask_take(struct poe_event *ev);

/* 0, or EINVAL when something required is missing or out of range. */
int ka_ask_fault(const struct poe_keepalive_request *request);

/* A context that nobody will get. */
void ka_ask_drop_context(const struct poe_keepalive_request *request);

#endif
