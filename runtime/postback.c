#include "post.h"

#include <errno.h>
#include <poe/session.h>
#include <stdlib.h>
#include <string.h>

struct poe_postback {
	struct poe_kernel *kernel;
	poe_sid session;
	struct message message; /* the event, with the values given when it was made */
	bool weak;
};

/* POE counts postbacks and callbacks under one tag too. */
static const char tag[] = "postback";

/* An object could be sent once only. */
static bool has_object(const struct poe_value *args)
{
	for (; args != NULL && args->kind != POE_NONE; args++)
		if (args->kind == POE_OBJ) {
			errno = EINVAL;
			return true;
		}
	return false;
}

struct poe_postback *poe_postback_newv(struct poe_kernel *k, const char *text, const struct poe_value *args)
{
	struct session *s = session_current(k);
	const struct name *name = s ? names_intern(&k->names, text) : NULL;
	struct poe_postback *p = name && !has_object(args) ? calloc(1, sizeof *p) : NULL;

	if (p == NULL) {
		values_drop(args);
		return NULL;
	}
	p->kernel = k;
	p->session = session_id(s);
	p->message.name = name->id;
	if (message_pack(&p->message, args) == -1) {
		free(p);
		return NULL;
	}
	if (poe_refcount_increment(k, p->session, tag) == -1) {
		message_release(&p->message);
		free(p);
		return NULL;
	}
	return p;
}

/* Its own values are lent to each event, ended as a list. */
static void own_values(struct poe_postback *p, struct poe_value *values)
{
	size_t count = p->message.count;

	memcpy(values, message_values(&p->message), count * sizeof *values);
	values[count] = poe_none();
}

int poe_postback_firev(struct poe_postback *p, const char *from, const struct poe_value *args)
{
	struct poe_kernel *k = p->kernel;
	struct session *s = session_find(k, p->session);
	struct message message = { .name = p->message.name, .flags = RECORD_EVENT };
	struct poe_value own[MESSAGE_MAX_VALUES + 1];

	if (s == NULL) {
		values_drop(args);
		errno = ESRCH;
		return -1;
	}
	own_values(p, own);
	if (message_pack_two(&message, own, args) == -1)
		return -1;
	return post_message(k, s, post_sender(k), from, &message) ? 0 : -1;
}

struct poe_value poe_postback_callv(struct poe_postback *p, const char *from, const struct poe_value *args)
{
	struct poe_value own[MESSAGE_MAX_VALUES + 1], values[MESSAGE_MAX_VALUES + 1];

	own_values(p, own);
	if (values_join(values, own, args) == -1)
		return poe_none();
	return poe_callv(p->kernel, p->session, names_at(&p->kernel->names, p->message.name)->text, from, values);
}

void poe_postback_weaken(struct poe_postback *p)
{
	if (!p->weak)
		poe_refcount_decrement(p->kernel, p->session, tag);
	p->weak = true;
}

void poe_postback_free(struct poe_postback *p)
{
	if (p == NULL)
		return;
	poe_postback_weaken(p);
	message_release(&p->message);
	free(p);
}
