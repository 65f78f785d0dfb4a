/* The sessions that wait for a child process, and what each is told. */
#include "child.h"

#include "dispatch.h"
#include "post.h"

#include <errno.h>
#include <stdlib.h>

/* One session's wait. */
struct child_watch {
	struct poe_owned owned;
	struct link link;
	struct poe_child *child;
	struct session *session;
	struct message message; /* the event as it will be posted, but for the status: its end needs no memory */
};

static void unwatch(struct child_watch *watch)
{
	struct poe_child *child = watch->child;

	link_remove(&watch->link);
	poe_disown(&watch->owned);
	child->kernel->work--;
	ev_unref(child->kernel->loop);
	session_drop(child->kernel, watch->session);
	message_release(&watch->message);
	free(watch);
	child_put(child);
}

static void release(struct poe_owned *owned)
{
	unwatch(CONTAINER(owned, struct child_watch, owned));
}

static const struct poe_owned_kind child_kind = { "child process", release };

pid_t child_describe(const struct poe_owned *owned)
{
	return owned->kind == &child_kind ? CONTAINER(owned, const struct child_watch, owned)->child->pid : 0;
}

/* Posts to one session that its process has ended.  False without memory. */
static bool post_end(struct child_watch *watch)
{
	struct poe_kernel *k = watch->child->kernel;
	struct message *message = &watch->message;

	if (queue_room(&k->queue) == NULL)
		return false;
	message_values(message)[2].as.i = watch->child->status;
	post_message(k, watch->session, k->self, NULL, message);
	message->count = 0;
	message->packed = 0;
	return true;
}

bool child_tell(struct poe_child *child)
{
	while (!link_alone(&child->watches)) {
		struct child_watch *watch = CONTAINER(child->watches.next, struct child_watch, link);

		if (!post_end(watch))
			return false;
		unwatch(watch);
	}
	return true;
}

static struct child_watch *watch_of(const struct poe_child *child, const struct session *s)
{
	for (struct link *l = child->watches.next; l != &child->watches; l = l->next)
		if (CONTAINER(l, struct child_watch, link)->session == s)
			return CONTAINER(l, struct child_watch, link);
	return NULL;
}

static int watch_child(struct poe_kernel *k, struct session *s, pid_t pid, struct message *message)
{
	struct child_watch *watch = calloc(1, sizeof *watch), *old;
	struct poe_child *child = watch ? child_get(k, pid) : NULL;

	if (child == NULL) {
		free(watch);
		return -1;
	}
	old = watch_of(child, s);
	watch->child = child;
	watch->session = s;
	watch->message = *message;
	link_before(&child->watches, &watch->link);
	poe_own(k, session_id(s), &watch->owned, &child_kind);
	session_hold(s);
	k->work++;
	ev_ref(k->loop);
	if (old != NULL)
		unwatch(old);
	return 0;
}

int poe_sig_childv(struct poe_kernel *k, pid_t pid, const char *event, const struct poe_value *args)
{
	struct session *s = session_current(k);
	const struct name *name = s ? names_intern(&k->names, event) : NULL;
	struct message message = { .flags = RECORD_EVENT };

	if (name != NULL && values_count(args) > MESSAGE_MAX_VALUES - 3) {
		errno = EMSGSIZE;
		name = NULL;
	}
	if (name == NULL) {
		values_drop(args);
		return -1;
	}
	message.name = name->id;
	if (message_pack_two(&message, poe_list(poe_str("CHLD"), poe_int(pid), poe_int(0)), args) == -1)
		return -1;
	if (watch_child(k, s, pid, &message) == 0)
		return 0;
	message_release(&message);
	return -1;
}

int poe_sig_child_clear(struct poe_kernel *k, pid_t pid)
{
	struct session *s = session_current(k);
	struct poe_child *child = child_find(k, pid);
	struct child_watch *watch = s && child ? watch_of(child, s) : NULL;

	if (watch == NULL) {
		errno = ESRCH;
		return -1;
	}
	unwatch(watch);
	return 0;
}
