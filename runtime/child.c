/*
 * One descriptor (pidfd) a process, shared by the sessions that wait for it:
 * only children somebody asked for are reaped, and nobody's SIGCHLD is taken.
 */
#include "child.h"

#include "dispatch.h"
#include "post.h"

#include <errno.h>
#include <ev.h>
#include <poe/signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUCKETS = 64 };

struct child {
	struct child *next;
	struct poe_kernel *kernel;
	pid_t pid;
	struct ev_io io; /* on the process's descriptor, which is ours */
	struct link watches;
	int status;
	bool ended;      /* reaped; its status is known */
};

struct children {
	struct child *buckets[BUCKETS];
};

/* One session's wait. */
struct child_watch {
	struct poe_owned owned;
	struct link link;
	struct child *child;
	struct session *session;
	struct message message; /* the event as it will be posted, but for the status: its end needs no memory */
};

int children_new(struct poe_kernel *k)
{
	k->children = calloc(1, sizeof *k->children);
	return k->children ? 0 : -1;
}

void children_free(struct poe_kernel *k)
{
	free(k->children);
}

static struct child **bucket_of(const struct poe_kernel *k, pid_t pid)
{
	return &k->children->buckets[(unsigned)pid % BUCKETS];
}

static struct child *child_find(const struct poe_kernel *k, pid_t pid)
{
	struct child *child = *bucket_of(k, pid);

	while (child != NULL && child->pid != pid)
		child = child->next;
	return child;
}

static void child_free(struct child *child)
{
	struct child **place = bucket_of(child->kernel, child->pid);

	while (*place != child)
		place = &(*place)->next;
	*place = child->next;
	ev_io_stop(child->kernel->loop, &child->io);
	close(child->io.fd);
	child->kernel->watches--;
	free(child);
}

static void unwatch(struct child_watch *watch)
{
	struct child *child = watch->child;

	link_remove(&watch->link);
	poe_disown(&watch->owned);
	child->kernel->work--;
	session_drop(child->kernel, watch->session);
	message_release(&watch->message);
	free(watch);
	if (link_alone(&child->watches))
		child_free(child);
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

/* Posts to one session that its process has ended.  False without memory: the loop comes again. */
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

static void on_end(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct child *child = io->data;
	bool last = false;

	(void)loop;
	(void)revents;
	/* Nobody but us should reap it; if somebody did, its status is unknown and reads as 0. */
	if (!child->ended && waitpid(child->pid, &child->status, WNOHANG) == 0)
		return;
	child->ended = true;
	while (!last) {
		struct child_watch *watch = CONTAINER(child->watches.next, struct child_watch, link);

		last = watch->link.next == &child->watches;
		if (!post_end(watch))
			return;
		unwatch(watch);
	}
}

static int open_process(pid_t pid)
{
	siginfo_t info;

	if (pid <= 0) {
		errno = EINVAL;
		return -1;
	}
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == -1)
		return -1;
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static struct child *child_get(struct poe_kernel *k, pid_t pid)
{
	struct child *child = child_find(k, pid);
	int fd = child ? -1 : open_process(pid);

	if (child != NULL || fd == -1)
		return child;
	child = calloc(1, sizeof *child);
	if (child == NULL) {
		close(fd);
		return NULL;
	}
	child->kernel = k;
	child->pid = pid;
	link_init(&child->watches);
	ev_io_init(&child->io, on_end, fd, EV_READ);
	child->io.data = child;
	ev_io_start(k->loop, &child->io);
	k->watches++;
	child->next = *bucket_of(k, pid);
	*bucket_of(k, pid) = child;
	return child;
}

static struct child_watch *watch_of(const struct child *child, const struct session *s)
{
	for (struct link *l = child->watches.next; l != &child->watches; l = l->next)
		if (CONTAINER(l, struct child_watch, link)->session == s)
			return CONTAINER(l, struct child_watch, link);
	return NULL;
}

static int watch_child(struct poe_kernel *k, struct session *s, pid_t pid, struct message *message)
{
	struct child_watch *watch = calloc(1, sizeof *watch), *old;
	struct child *child = watch ? child_get(k, pid) : NULL;

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
	struct child *child = child_find(k, pid);
	struct child_watch *watch = s && child ? watch_of(child, s) : NULL;

	if (watch == NULL) {
		errno = ESRCH;
		return -1;
	}
	unwatch(watch);
	return 0;
}
